import { allOnes, doc, error, struct, u32, u64 } from '../schema';
import {
  addressTypeV2,
  addressTypeV3,
  addressTypeV4,
  moverHaltReason,
  moverHaltReasonOld,
  moverModeV2,
  moverModeV3,
  moverModeV4,
  moverPauseReason,
  moverPauseReasonV2,
  moverState,
} from './enums';
import { errorOnly, message, nothing, v2v3v4 } from './message';
import { addressV2, addressV3, addressV4 } from './types';

const offset = doc(u64, 'Byte offset in the backup stream.');
const length = doc(allOnes(u64, 'infinite'), 'Bytes; all ones is without end.');
const range = struct({ offset, length });

const progressOld = {
  record_size: u32,
  record_num: doc(u32, 'Number of the last record processed.'),
  data_written: doc(u64, 'Stream bytes moved.'),
  seek_position: doc(u64, 'Offset of the last MOVER_READ.'),
  bytes_left_to_read: doc(
    allOnes(u64, 'infinite'),
    'What is left of the current MOVER_READ; 0 waits for the next one.',
  ),
  window_offset: u64,
  window_length: allOnes(u64, 'infinite'),
} as const;
const progress = {
  record_size: progressOld.record_size,
  record_num: progressOld.record_num,
  bytes_moved: progressOld.data_written,
  seek_position: progressOld.seek_position,
  bytes_left_to_read: progressOld.bytes_left_to_read,
  window_offset: progressOld.window_offset,
  window_length: progressOld.window_length,
} as const;

/** Mover interface (NDMPv4 draft, section 3.6). */
export const moverMessages = [
  message({
    code: 0xa00,
    name: 'NDMP_MOVER_GET_STATE',
    interface: 'mover',
    doc: 'Asks for state, progress and window of the mover.',
    bodies: {
      2: {
        request: nothing,
        reply: struct({
          error,
          state: moverState,
          pause_reason: moverPauseReasonV2,
          halt_reason: moverHaltReasonOld,
          ...progressOld,
        }),
      },
      3: {
        request: nothing,
        reply: struct({
          error,
          state: moverState,
          pause_reason: moverPauseReason,
          halt_reason: moverHaltReasonOld,
          ...progressOld,
          data_connection_addr: addressV3,
        }),
      },
      4: {
        request: nothing,
        reply: struct({
          error,
          mode: moverModeV4,
          state: moverState,
          pause_reason: moverPauseReason,
          halt_reason: moverHaltReason,
          ...progress,
          data_connection_addr: addressV4,
        }),
      },
    },
  }),
  message({
    code: 0xa01,
    name: 'NDMP_MOVER_LISTEN',
    interface: 'mover',
    doc: 'Makes the mover wait for a data connection; the reply says where.',
    bodies: {
      2: {
        request: struct({ mode: moverModeV2, addr_type: addressTypeV2 }),
        reply: struct({ error, mover: addressV2 }),
      },
      3: {
        request: struct({ mode: moverModeV3, addr_type: addressTypeV3 }),
        reply: struct({ error, data_connection_addr: addressV3 }),
      },
      4: {
        request: struct({ mode: moverModeV4, addr_type: addressTypeV4 }),
        reply: struct({ error, connect_addr: addressV4 }),
      },
    },
  }),
  message({
    code: 0xa02,
    name: 'NDMP_MOVER_CONTINUE',
    interface: 'mover',
    doc: 'Lets a paused mover go on, as a rule with a new tape or window.',
    bodies: v2v3v4({ request: nothing, reply: errorOnly }),
  }),
  message({
    code: 0xa03,
    name: 'NDMP_MOVER_ABORT',
    interface: 'mover',
    doc: 'Ends the mover at once; it becomes HALTED.',
    bodies: v2v3v4({ request: nothing, reply: errorOnly }),
  }),
  message({
    code: 0xa04,
    name: 'NDMP_MOVER_STOP',
    interface: 'mover',
    doc: 'Leads the halted mover back to IDLE.',
    bodies: v2v3v4({ request: nothing, reply: errorOnly }),
  }),
  message({
    code: 0xa05,
    name: 'NDMP_MOVER_SET_WINDOW',
    interface: 'mover',
    doc: 'Says which byte range of the backup stream belongs to the tape from its present position.',
    bodies: v2v3v4({ request: range, reply: errorOnly }),
  }),
  message({
    code: 0xa06,
    name: 'NDMP_MOVER_READ',
    interface: 'mover',
    doc: 'Asks the mover to send a range of the backup stream from tape to the data server.',
    bodies: v2v3v4({ request: range, reply: errorOnly }),
  }),
  message({
    code: 0xa07,
    name: 'NDMP_MOVER_CLOSE',
    interface: 'mover',
    doc: 'Closes the data connection of a paused mover; it becomes HALTED.',
    bodies: v2v3v4({ request: nothing, reply: errorOnly }),
  }),
  message({
    code: 0xa08,
    name: 'NDMP_MOVER_SET_RECORD_SIZE',
    interface: 'mover',
    doc: 'Sets the size in bytes of the tape records.',
    bodies: v2v3v4({ request: struct({ len: doc(u32, 'Bytes.') }), reply: errorOnly }),
  }),
  message({
    code: 0xa09,
    name: 'NDMP_MOVER_CONNECT',
    interface: 'mover',
    doc: 'Makes the mover connect to a data server that listens.',
    bodies: {
      3: { request: struct({ mode: moverModeV3, addr: addressV3 }), reply: errorOnly },
      4: { request: struct({ mode: moverModeV4, addr: addressV4 }), reply: errorOnly },
    },
  }),
] as const;
