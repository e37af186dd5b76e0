import type { ReasonKnowledge } from './model';

const DATA = 'NDMPv4 draft, section 3.5 (data interface)';
const MOVER = 'NDMPv4 draft, section 3.6 (mover interface)';

function reason(
  machine: 'data' | 'mover',
  how: 'halted' | 'paused',
  name: string,
  cause: string,
  change: string,
): ReasonKnowledge {
  const id = `${machine}-${how}-${name.toLowerCase().replaceAll('_', '-')}`;
  return { id, vendor: 'NDMP', machine, how, reason: name, cause, change, source: machine === 'data' ? DATA : MOVER };
}

/** Why a data server halts and a mover halts or pauses, where that is no normal end. */
export const reasonKnowledge: readonly ReasonKnowledge[] = [
  reason(
    'data',
    'halted',
    'ABORTED',
    'The DMA ended the operation with DATA_ABORT.',
    'Look at why the DMA did so: an error, a pause without a next tape, or somebody who cancelled the job.',
  ),
  reason(
    'data',
    'halted',
    'INTERNAL_ERROR',
    'The data server could not go on.',
    'Its log messages just before the halt say why; also look at the server’s own log.',
  ),
  reason(
    'data',
    'halted',
    'CONNECT_ERROR',
    'The data connection broke.',
    'Look at what the mover reported, and at the network between the two servers.',
  ),
  reason(
    'mover',
    'halted',
    'ABORTED',
    'The DMA ended the mover with MOVER_ABORT.',
    'Look at why the DMA did so: an error, or a pause without a next tape.',
  ),
  reason('mover', 'halted', 'INTERNAL_ERROR', 'The tape server could not go on.', 'Look at the tape server’s own log.'),
  reason(
    'mover',
    'halted',
    'CONNECT_ERROR',
    'The data connection broke, or nobody connected to it.',
    'Look at what the data server reported, and at the network between the two servers.',
  ),
  reason(
    'mover',
    'halted',
    'MEDIA_ERROR',
    'The tape could not be read or written. A read of an empty or the wrong tape ends like this too.',
    'Check that the right tape is loaded and where it stands; try another tape or drive.',
  ),
  reason(
    'mover',
    'paused',
    'MEDIA_ERROR',
    'The tape could not be read or written.',
    'Check that the right tape is loaded; try another tape or drive.',
  ),
  reason(
    'mover',
    'paused',
    'EOM',
    'The tape is full, or when reading ends here.',
    'Load the next tape, set a new window and send MOVER_CONTINUE. Without another tape the job cannot go on.',
  ),
  reason(
    'mover',
    'paused',
    'EOW',
    'The next record would lie outside the window.',
    'Set a new window and send MOVER_CONTINUE.',
  ),
  reason(
    'mover',
    'paused',
    'EOF',
    'The mover met a file mark.',
    'Go on with the next tape file or tape, or close the mover when there is none.',
  ),
  reason(
    'mover',
    'paused',
    'SEEK',
    'The position that is wanted lies outside the window. In a backup some movers say so when the window is full, where others say EOW or EOF.',
    'In a backup set the next window and send MOVER_CONTINUE. In a recovery position the tape that holds the bytes, set the window there and continue; close the mover when they lie past the end of the image.',
  ),
];
