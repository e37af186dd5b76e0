import type { TextKnowledge } from './model';

/** What servers of the Sun and illumos family (iXsystems, and others that grew from it) log. */
export const otherServers: readonly TextKnowledge[] = [
  {
    id: 'sun-read-from-remote',
    vendor: 'Sun/illumos family',
    pattern: 'Read from remote error. Restore stopped.',
    cause: 'The data server wanted more of the stream than came: the tape server ended the data connection.',
    change:
      'See why the mover stopped: a window that ends before the image does, a missing tape, or a MOVER_CLOSE of the DMA while the restore still ran.',
    source: 'Seen in captures of the iXsystems ndmpd; the text and the messages around it say so',
  },
];
