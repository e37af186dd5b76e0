import { allOnes, array, doc, error, str, struct, u16, u32, u64 } from '../schema';
import {
  addressTypeV3,
  addressTypeV4,
  dataHaltReason,
  dataHaltReasonV1,
  dataOperation,
  dataOperationOld,
  dataPauseReasonV1,
  dataState,
  dataStateInvalid,
  dataStateUnsupported,
  dataStateV1,
  dataStateV2,
} from './enums';
import { errorOnly, message, nothing, undocumented, v2v3v4 } from './message';
import { addressV2, addressV3, addressV4, environment, node, position } from './types';

const estimate = {
  bytes_processed: doc(u64, 'Stream bytes of the present operation.'),
  est_bytes_remain: allOnes(u64, 'unknown'),
  est_time_remain: doc(allOnes(u32, 'unknown'), 'Seconds.'),
} as const;
const lastRead = {
  read_offset: doc(u64, 'Offset of the last NOTIFY_DATA_READ.'),
  read_length: doc(allOnes(u64, 'infinite'), 'Length of the last NOTIFY_DATA_READ.'),
} as const;

const buType = doc(str, 'Backup type, such as dump or tar.');

const nameV2 = struct(
  {
    name: doc(str, 'Path relative to the backup root.'),
    dest: doc(str, 'Where to recover it.'),
    ssid: doc(u16, 'Save set number.'),
    fh_info: position,
  },
  { label: '{name} → {dest}' },
);
const nameV3 = struct(
  {
    original_path: doc(str, 'Path relative to the backup root; empty for everything.'),
    destination_dir: str,
    new_name: doc(str, 'Name at the destination, if it is to be another one.'),
    other_name: doc(str, 'Name in the alternate name space.'),
    node,
    fh_info: position,
  },
  { label: '{original_path} → {destination_dir} {new_name}' },
);
const nameV4 = struct(
  {
    original_path: doc(str, 'Path relative to the backup root; empty for everything.'),
    destination_path: doc(str, 'The target itself when name is empty, else its directory.'),
    name: doc(str, 'Name at the destination.'),
    other_name: doc(str, 'Name in the alternate name space, such as a DOS name.'),
    node,
    fh_info: position,
  },
  { label: '{original_path} → {destination_path} {name}' },
);

const listOf = 'What to recover.';
const recoverV2 = {
  request: struct({ mover: addressV2, env: environment, nlist: doc(array(nameV2), listOf), bu_type: buType }),
  reply: errorOnly,
} as const;
const recoverV3 = {
  request: struct({ env: environment, nlist: doc(array(nameV3), listOf), bu_type: buType }),
  reply: errorOnly,
} as const;
const recoverV4 = {
  request: struct({ env: environment, nlist: doc(array(nameV4), listOf), bu_type: buType }),
  reply: errorOnly,
} as const;

/** Data interface (NDMPv4 draft, section 3.5). */
export const dataMessages = [
  message({
    code: 0x400,
    name: 'NDMP_DATA_GET_STATE',
    interface: 'data',
    doc: 'Asks for state and progress of the data server.',
    bodies: {
      1: {
        request: nothing,
        reply: struct({
          error,
          operation: dataOperationOld,
          state: dataStateV1,
          halt_reason: dataHaltReasonV1,
          pause_reason: dataPauseReasonV1,
          reserved1: u64,
          bytes_processed: u64,
          est_bytes_remain: u64,
          est_time_remain: u32,
          reserved2: u64,
          reserved3: u64,
        }),
      },
      2: {
        request: nothing,
        reply: struct({
          error,
          operation: dataOperationOld,
          state: dataStateV2,
          halt_reason: dataHaltReason,
          ...estimate,
          mover: addressV2,
          ...lastRead,
        }),
      },
      3: {
        request: nothing,
        reply: struct({
          invalid: dataStateInvalid,
          error,
          operation: dataOperationOld,
          state: dataState,
          halt_reason: dataHaltReason,
          ...estimate,
          data_connection_addr: addressV3,
          ...lastRead,
        }),
      },
      4: {
        request: nothing,
        reply: struct({
          unsupported: dataStateUnsupported,
          error,
          operation: dataOperation,
          state: dataState,
          halt_reason: dataHaltReason,
          ...estimate,
          data_connection_addr: addressV4,
          ...lastRead,
        }),
      },
    },
  }),
  message({
    code: 0x401,
    name: 'NDMP_DATA_START_BACKUP',
    interface: 'data',
    doc: 'Starts a backup; in v2 the data server also connects to the mover named here.',
    bodies: {
      2: { request: struct({ mover: addressV2, bu_type: buType, env: environment }), reply: errorOnly },
      3: { request: struct({ bu_type: buType, env: environment }), reply: errorOnly },
      4: { request: struct({ bu_type: buType, env: environment }), reply: errorOnly },
    },
  }),
  message({
    code: 0x402,
    name: 'NDMP_DATA_START_RECOVER',
    interface: 'data',
    doc: 'Starts a recovery of the named files; in v2 the data server also connects to the mover named here.',
    bodies: { 2: recoverV2, 3: recoverV3, 4: recoverV4 },
  }),
  message({
    code: 0x403,
    name: 'NDMP_DATA_ABORT',
    interface: 'data',
    doc: 'Ends the operation at once; the data server becomes HALTED.',
    bodies: v2v3v4({ request: nothing, reply: errorOnly }),
  }),
  message({
    code: 0x404,
    name: 'NDMP_DATA_GET_ENV',
    interface: 'data',
    doc: 'Asks for the environment of the operation as it stands; needed again for the recovery.',
    bodies: v2v3v4({ request: nothing, reply: struct({ error, env: environment }) }),
  }),
  message({
    code: 0x407,
    name: 'NDMP_DATA_STOP',
    interface: 'data',
    doc: 'Leads the halted data server back to IDLE.',
    bodies: v2v3v4({ request: nothing, reply: errorOnly }),
  }),
  message({
    code: 0x408,
    name: 'NDMP_DATA_CONTINUE',
    interface: 'data',
    doc: 'Lets a paused data server go on (v1 only).',
    bodies: { 1: { request: undocumented, reply: errorOnly } },
  }),
  message({
    code: 0x409,
    name: 'NDMP_DATA_LISTEN',
    interface: 'data',
    doc: 'Makes the data server wait for a data connection; the reply says where.',
    bodies: {
      3: { request: struct({ addr_type: addressTypeV3 }), reply: struct({ error, data_connection_addr: addressV3 }) },
      4: { request: struct({ addr_type: addressTypeV4 }), reply: struct({ error, connect_addr: addressV4 }) },
    },
  }),
  message({
    code: 0x40a,
    name: 'NDMP_DATA_CONNECT',
    interface: 'data',
    doc: 'Makes the data server connect to a mover (or another data server) that listens.',
    bodies: {
      3: { request: struct({ addr: addressV3 }), reply: errorOnly },
      4: { request: struct({ addr: addressV4 }), reply: errorOnly },
    },
  }),
  message({
    code: 0x40b,
    name: 'NDMP_DATA_START_RECOVER_FILEHIST',
    interface: 'data',
    doc: 'Starts a recovery of the file history only: nothing is written to disk (official from v4).',
    bodies: { 2: recoverV2, 3: recoverV3, 4: recoverV4 },
  }),
] as const;
