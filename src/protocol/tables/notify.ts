import { allOnes, doc, str, struct, u16, u64 } from '../schema';
import {
  connectionReason,
  dataHaltReason,
  moverHaltReason,
  moverHaltReasonOld,
  moverPauseReason,
  moverPauseReasonV2,
} from './enums';
import { message, undocumented, v2v3, v2v3v4 } from './message';

const seekPosition = doc(u64, 'With SEEK: the offset that is wanted.');

/** Notify interface: posts of the server (NDMPv4 draft, section 3.7). */
export const notifyMessages = [
  message({
    code: 0x500,
    name: 'NDMP_NOTIFY_PAUSED',
    interface: 'notify',
    doc: 'The data server is paused (v1 only).',
    bodies: { 1: { post: undocumented } },
  }),
  message({
    code: 0x501,
    name: 'NDMP_NOTIFY_DATA_HALTED',
    interface: 'notify',
    doc: 'The data server has become HALTED: the operation is over, well or not.',
    bodies: {
      ...v2v3({ post: struct({ reason: dataHaltReason, text_reason: str }) }),
      4: { post: struct({ reason: dataHaltReason }) },
    },
  }),
  message({
    code: 0x502,
    name: 'NDMP_NOTIFY_CONNECTION_STATUS',
    otherNames: ['NDMP_NOTIFY_CONNECTED'],
    interface: 'notify',
    doc: 'The first message of a server: connected or refused, and its highest version; later that it shuts down.',
    bodies: v2v3v4({
      post: struct({
        reason: connectionReason,
        protocol_version: doc(u16, 'Highest version the server speaks.'),
        text_reason: str,
      }),
    }),
  }),
  message({
    code: 0x503,
    name: 'NDMP_NOTIFY_MOVER_HALTED',
    interface: 'notify',
    doc: 'The mover has become HALTED: its data connection is closed.',
    bodies: {
      ...v2v3({ post: struct({ reason: moverHaltReasonOld, text_reason: str }) }),
      4: { post: struct({ reason: moverHaltReason }) },
    },
  }),
  message({
    code: 0x504,
    name: 'NDMP_NOTIFY_MOVER_PAUSED',
    interface: 'notify',
    doc: 'The mover waits for the DMA: end of tape, end of window, file mark, or a position outside the window.',
    bodies: {
      2: { post: struct({ reason: moverPauseReasonV2, seek_position: seekPosition }) },
      3: { post: struct({ reason: moverPauseReason, seek_position: seekPosition }) },
      4: { post: struct({ reason: moverPauseReason, seek_position: seekPosition }) },
    },
  }),
  message({
    code: 0x505,
    name: 'NDMP_NOTIFY_DATA_READ',
    interface: 'notify',
    doc: 'The data server wants a range of the backup stream; the DMA passes it on as MOVER_READ.',
    bodies: v2v3v4({ post: struct({ offset: u64, length: allOnes(u64, 'infinite') }) }),
  }),
] as const;
