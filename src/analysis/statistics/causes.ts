import type { CauseId, Who } from './model';

/** What a cause of time is called and how it is known. */
export interface Cause {
  who: Who;
  /** Continues «where the time went: …». */
  label: string;
  /** How one knows, in a sentence. */
  evidence: string;
  /** Where several claim the same moment, the highest wins: direct signs of the data connection before what follows from waiting. */
  rank: number;
}

/** All causes; where two hold at once, the one of higher rank is counted. */
export const causes: Readonly<Record<CauseId, Cause>> = {
  'media-change': {
    who: 'media change',
    label: 'changing the tape',
    evidence:
      'Between the post that the mover has paused and the answer to MOVER_CONTINUE (or the end of the job), with a tape closed, moved or opened meanwhile.',
    rank: 110,
  },
  'mover-takes-nothing': {
    who: 'tape server',
    label: 'the mover took no data',
    evidence: 'The mover’s side of the data connection announced a TCP window of zero: its buffers were full.',
    rank: 100,
  },
  'data-takes-nothing': {
    who: 'data server',
    label: 'the data server took no data',
    evidence: 'The data server’s side of the data connection announced a TCP window of zero: its buffers were full.',
    rank: 100,
  },
  moving: {
    who: 'data moving',
    label: 'data moved',
    evidence:
      'Payload was seen on the data connection. Which of reading, network and writing sets the pace while data moves, packets alone do not tell.',
    rank: 90,
  },
  'dma-takes-nothing': {
    who: 'DMA',
    label: 'the DMA took no messages',
    evidence: 'The DMA’s side of a control connection announced a TCP window of zero, so a server could not post.',
    rank: 85,
  },
  'sent-again': {
    who: 'network',
    label: 'bytes were lost and sent again',
    evidence:
      'A sender waited at least 0.1 s for an acknowledgement and then sent bytes again that it had sent before: a packet or its acknowledgement was lost.',
    rank: 80,
  },
  'data-asks-nothing': {
    who: 'data server',
    label: 'the data server asked for no data',
    evidence: 'All bytes of its last NOTIFY_DATA_READ had been sent, and the next one had not come.',
    rank: 72,
  },
  'data-gives-nothing': {
    who: 'data server',
    label: 'the data server had no data',
    evidence: 'No payload on the data connection for at least 10 ms, although the mover’s window was open.',
    rank: 70,
  },
  'mover-gives-nothing': {
    who: 'tape server',
    label: 'the mover had no data',
    evidence:
      'No payload on the data connection for at least 10 ms, although the data server’s window was open and it had asked for bytes.',
    rank: 70,
  },
  'data-finishing': {
    who: 'data server',
    label: 'the stream was over, the data server had not reported its end',
    evidence:
      'The last bytes of the data connection had passed or the mover had halted, and NOTIFY_DATA_HALTED had not come.',
    rank: 65,
  },
  progress: {
    who: 'data moving',
    label: 'data moved, as a server told',
    evidence:
      'The count of stream bytes grew from one answer to the next. Packets of a data connection are not there, so nothing is told of pauses between the answers.',
    rank: 60,
  },
  connecting: {
    who: 'not told',
    label: 'connecting and waiting for the greeting',
    evidence:
      'From the first packet of a control connection to the server’s NOTIFY_CONNECTION_STATUS: network and server together.',
    rank: 55,
  },
  'answering-changer': {
    who: 'media change',
    label: 'the changer’s server answered',
    evidence: 'From SCSI requests, and others on the changer’s connection, to their replies.',
    rank: 52,
  },
  'answering-tape': {
    who: 'tape server',
    label: 'the tape server answered',
    evidence: 'From requests to the tape server to their replies.',
    rank: 51,
  },
  'answering-data': {
    who: 'data server',
    label: 'the data server answered',
    evidence: 'From requests to the data server to their replies.',
    rank: 50,
  },
  'answering-other': {
    who: 'server',
    label: 'a server answered questions and logins',
    evidence: 'From connect, config and extension requests to their replies.',
    rank: 49,
  },
  unanswered: {
    who: 'not told',
    label: 'a request that was never answered',
    evidence:
      'From a request without a reply to the end of the job. The server, the network or the capture may be why.',
    rank: 48,
  },
  'no-progress': {
    who: 'not told',
    label: 'no data moved, as a server told',
    evidence: 'The count of stream bytes was the same in one answer and the next. Who held it up is not told.',
    rank: 46,
  },
  'mover-finishing': {
    who: 'tape server',
    label: 'the data server had halted, the mover not yet',
    evidence: 'From NOTIFY_DATA_HALTED to NOTIFY_MOVER_HALTED of a backup: the mover writes what it still holds.',
    rank: 45,
  },
  'dma-reaction': {
    who: 'DMA',
    label: 'the DMA reacted to a post',
    evidence: 'From a notify post to the DMA’s next request, with no reply outstanding.',
    rank: 40,
  },
  untold: {
    who: 'not told',
    label: 'nothing is told of it',
    evidence:
      'No request was outstanding that would tell whose turn it was, and neither packets of a data connection nor counts of bytes tell whether data moved.',
    rank: 20,
  },
  'dma-between': {
    who: 'DMA',
    label: 'the DMA had the turn',
    evidence: 'Every request was answered and the next was not yet sent.',
    rank: 10,
  },
};
