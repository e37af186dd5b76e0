import { allOnes, bytes, doc, error, str, struct, u32, u64 } from '../schema';
import {
  tapeFlags,
  tapeInvalid,
  tapeOpenModeV2,
  tapeOpenModeV3,
  tapeOpenModeV4,
  tapeOperation,
  tapeOperationOld,
  tapeUnsupported,
} from './enums';
import { errorOnly, message, nothing, v2v3v4 } from './message';
import { executeCdb } from './scsi';

const unknownable = allOnes(u32, 'unknown');
const position = {
  flags: tapeFlags,
  file_num: doc(unknownable, 'File number on the tape, from 0.'),
  soft_errors: unknownable,
  block_size: doc(unknownable, 'Bytes of a block; 0 for variable blocks.'),
  blockno: doc(unknownable, 'Block number within the file.'),
  total_space: allOnes(u64, 'unknown'),
  space_remain: allOnes(u64, 'unknown'),
} as const;

const mtioReply = struct({ error, resid_count: doc(u32, 'How many operations were not carried out.') });

/** Tape interface (NDMPv4 draft, section 3.4). */
export const tapeMessages = [
  message({
    code: 0x300,
    name: 'NDMP_TAPE_OPEN',
    interface: 'tape',
    doc: 'Opens a tape drive; only one device may be open on a connection.',
    bodies: {
      2: { request: struct({ device: str, mode: tapeOpenModeV2 }), reply: errorOnly },
      3: { request: struct({ device: str, mode: tapeOpenModeV3 }), reply: errorOnly },
      4: { request: struct({ device: str, mode: tapeOpenModeV4 }), reply: errorOnly },
    },
  }),
  message({
    code: 0x301,
    name: 'NDMP_TAPE_CLOSE',
    interface: 'tape',
    doc: 'Closes the tape drive; after a write a file mark is written first.',
    bodies: v2v3v4({ request: nothing, reply: errorOnly }),
  }),
  message({
    code: 0x302,
    name: 'NDMP_TAPE_GET_STATE',
    interface: 'tape',
    doc: 'Asks for position and condition of the tape.',
    bodies: {
      1: {
        request: nothing,
        reply: struct({
          error,
          flags: tapeFlags,
          file_num: u32,
          record_num: u32,
          record_size: u32,
          soft_errors: u32,
          block_size: u32,
          blockno: u32,
          total_space: u64,
          space_remain: u64,
        }),
      },
      2: { request: nothing, reply: struct({ error, ...position }) },
      3: { request: nothing, reply: struct({ invalid: tapeInvalid, error, ...position, partition: u32 }) },
      4: { request: nothing, reply: struct({ unsupported: tapeUnsupported, error, ...position }) },
    },
  }),
  message({
    code: 0x303,
    name: 'NDMP_TAPE_MTIO',
    interface: 'tape',
    doc: 'Moves the tape, writes file marks, rewinds or unloads.',
    bodies: {
      2: { request: struct({ tape_op: tapeOperationOld, count: u32 }), reply: mtioReply },
      3: { request: struct({ tape_op: tapeOperationOld, count: u32 }), reply: mtioReply },
      4: { request: struct({ tape_op: tapeOperation, count: u32 }), reply: mtioReply },
    },
  }),
  message({
    code: 0x304,
    name: 'NDMP_TAPE_WRITE',
    interface: 'tape',
    doc: 'Writes one tape block sent by the DMA, such as a label.',
    bodies: v2v3v4({
      request: struct({ data_out: bytes }),
      reply: struct({ error, count: doc(u32, 'Bytes written.') }),
    }),
  }),
  message({
    code: 0x305,
    name: 'NDMP_TAPE_READ',
    interface: 'tape',
    doc: 'Reads one tape block to the DMA, such as a label.',
    bodies: v2v3v4({
      request: struct({ count: doc(u32, 'Bytes wanted at most.') }),
      reply: struct({ error, data_in: bytes }),
    }),
  }),
  message({
    code: 0x306,
    name: 'NDMP_TAPE_SET_RECORD_SIZE',
    interface: 'tape',
    doc: 'Sets the record size (v1 only; later MOVER_SET_RECORD_SIZE).',
    bodies: { 1: { request: struct({ len: u32 }), reply: errorOnly } },
  }),
  message({
    code: 0x307,
    name: 'NDMP_TAPE_EXECUTE_CDB',
    interface: 'tape',
    doc: 'Sends a SCSI command to the open tape drive.',
    bodies: v2v3v4(executeCdb),
  }),
] as const;
