import type { FakeMessage } from './fakeSource';
import { FakeSource } from './fakeSource';
import { compileFilter, describeFilterError } from '../../../src/analysis/filter';

const allOnes = 0xffff_ffff_ffff_ffffn;
const stat = {
  unsupported: 0,
  fs_type: 0,
  ftype: 4,
  mtime: 1_795_000_000,
  atime: 0,
  ctime: 0,
  owner: 0,
  group: 0,
  fattr: 0o644,
};

/** A short conversation in which every kind of field has something to find. Message numbers are the comments. */
export const story: readonly FakeMessage[] = [
  /* 1 */ {
    message: 'NOTIFY_CONNECTION_STATUS',
    kind: 'post',
    body: { reason: 0, protocol_version: 4, text_reason: 'Hello' },
  },
  /* 2 */ {
    message: 'CONNECT_CLIENT_AUTH',
    pair: 2,
    body: { auth_data: { type: 1, auth_id: 'ndmp', auth_password: 'opensesame' } },
  },
  /* 3 */ {
    message: 'CONNECT_CLIENT_AUTH',
    kind: 'reply',
    replySequence: 2,
    pair: 1,
    nanos: 3_500_000,
    body: { error: 0 },
  },
  /* 4 */ {
    message: 'DATA_START_BACKUP',
    pair: 4,
    nanos: 10_000_000,
    body: {
      bu_type: 'dump',
      env: [
        { name: 'FILESYSTEM', value: '/vs1/vol1' },
        { name: 'LEVEL', value: '3' },
        { name: 'MY VAR', value: 'x' },
      ],
    },
  },
  /* 5 */ {
    message: 'DATA_START_BACKUP',
    kind: 'reply',
    replySequence: 4,
    pair: 3,
    nanos: 1_510_000_000,
    body: { error: 2 },
  },
  /* 6 */ { message: 'SCSI_OPEN', kind: 'reply', replySequence: 9, nanos: 1_520_000_000, headerError: 1 },
  /* 7 */ {
    message: 'MOVER_GET_STATE',
    kind: 'reply',
    nanos: 1_530_000_000,
    body: {
      error: 0,
      mode: 0,
      state: 2,
      pause_reason: 0,
      halt_reason: 0,
      record_size: 10240,
      record_num: 23,
      bytes_moved: 9_007_199_254_740_993n,
      seek_position: 0n,
      bytes_left_to_read: 0n,
      window_offset: 0n,
      window_length: allOnes,
      data_connection_addr: { type: 1, tcp_addr: [{ ip_addr: 0xc000020a, port: 40001, addr_env: [] }] },
    },
  },
  /* 8 */ {
    message: 'FH_ADD_FILE',
    kind: 'post',
    nanos: 1_540_000_000,
    fragments: [40, 61],
    body: {
      files: [
        {
          names: [{ fs_type: 0, unix_name: '/a/plain.txt' }],
          stats: [{ ...stat, size: 100n, links: 1 }],
          node: 7n,
          fh_info: allOnes,
        },
        {
          names: [{ fs_type: 0, unix_name: '/a/caf\udce9.txt' }],
          stats: [{ ...stat, size: 5_000n, links: 1 }],
          node: 8n,
          fh_info: 1n,
        },
      ],
    },
  },
  /* 9 */ {
    message: 'LOG_MESSAGE',
    kind: 'post',
    connection: 1,
    nanos: 1_550_000_000,
    problems: ['46 of its 96 bytes are not in the capture.'],
    body: {
      log_type: 2,
      message_id: 5,
      entry: 'cannot read tape',
      associated_message_valid: 0,
      associated_message_sequence: 0,
    },
  },
  /* 10 */ { message: 0x20530001, connection: 1, nanos: 1_560_000_000 },
  /* 11 */ {
    message: 'SCSI_EXECUTE_CDB',
    nanos: 1_570_000_000,
    body: {
      flags: 3,
      timeout: 300_000,
      datain_len: 96,
      cdb: Uint8Array.of(0x12, 0, 0, 0, 0x60, 0),
      dataout: new Uint8Array(0),
    },
  },
  /* 12 */ {
    message: 'NOTIFY_CONNECTED',
    version: 3,
    kind: 'post',
    nanos: 61_000_000_000,
    body: { reason: 1, protocol_version: 3, text_reason: 'bye\nnow' },
  },
];

/** Message numbers of the story (or of `source`) that pass. Fails on a wrong filter. */
export function passing(filter: string, source: FakeSource = new FakeSource(story)): number[] {
  const result = compileFilter(filter);
  if (!result.ok) {
    throw new Error(describeFilterError(result.problem));
  }
  const test = result.filter.bind(source);
  return source.messages
    .map((_, row) => row)
    .filter(test)
    .map((row) => row + 1);
}

/** What is said about a wrong filter. */
export function complaint(filter: string): string {
  const result = compileFilter(filter);
  return result.ok ? 'no problem' : describeFilterError(result.problem);
}
