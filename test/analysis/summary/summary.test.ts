import assert from 'node:assert/strict';
import { summarize } from '../../../src/analysis/summary';
import type { BodyOf, BodyValue, MessageContext, MessageKind, MessageName, NdmpVersion } from '../../../src/protocol';
import { findCode } from '../../../src/protocol';
import { fromHex } from '../../support/hex';

function contextOf(name: MessageName, kind: MessageKind, version: NdmpVersion): MessageContext {
  return { code: findCode(name) as number, kind, version, headerError: 0 };
}

/** The summary of a body that the type checker knows to be complete. */
function line<N extends MessageName, V extends NdmpVersion, K extends MessageKind>(
  name: N,
  version: V,
  kind: K,
  value: BodyOf<N, V, K> & BodyValue,
): string {
  return summarize(value, contextOf(name, kind, version));
}

const unixName = (name: string) => ({ fs_type: 0 as const, unix_name: name });

describe('summaries', () => {
  it('of the opening of a session', () => {
    assert.equal(line('NDMP_CONNECT_OPEN', 4, 'request', { protocol_version: 4 }), 'version 4');
    assert.equal(
      line('NDMP_NOTIFY_CONNECTION_STATUS', 4, 'post', { reason: 0, protocol_version: 4, text_reason: '' }),
      'CONNECTED, version 4',
    );
    assert.equal(
      line('NDMP_CONFIG_GET_HOST_INFO', 4, 'reply', {
        error: 0,
        hostname: 'filer1',
        os_type: 'Linux',
        os_vers: '6.1',
        hostid: '',
      }),
      'filer1, Linux 6.1',
    );
    assert.equal(
      line('NDMP_CONFIG_GET_CONNECTION_TYPE', 4, 'reply', { error: 0, addr_types: [0, 1, 0x20510004] }),
      'LOCAL, TCP, TCP_IPV6',
    );
  });

  it('never tell a password', () => {
    const auth_data = { type: 1 as const, auth_id: 'ndmp', auth_password: 'geheim' };
    assert.equal(line('NDMP_CONNECT_CLIENT_AUTH', 4, 'request', { auth_data }), 'text, user ndmp');
    const md5 = { type: 2 as const, auth_id: 'ndmp', auth_digest: new Uint8Array(16) };
    assert.equal(line('NDMP_CONNECT_CLIENT_AUTH', 3, 'request', { auth_data: md5 }), 'MD5, user ndmp');
    assert.equal(line('NDMP_CONNECT_CLIENT_AUTH', 3, 'request', { auth_data: { type: 0 } }), 'none');
    assert.equal(
      line('NDMP_CONNECT_SERVER_AUTH', 3, 'reply', { error: 0, server_result: auth_data }),
      'text, user ndmp',
    );
  });

  it('of extension lists, in both encodings', () => {
    const selected = [
      { class_id: 0x2050, version: 3 },
      { class_id: 0x2052, version: 1 },
    ];
    const text = 'class 0x2050 version 3; 0x2052 version 1';
    assert.equal(line('NDMP_CONFIG_SET_EXT_LIST', 4, 'request', { selected }), text);
    const other = {
      error: 0,
      class_list: selected.map(({ class_id, version }) => ({ class_id, versions: [version] })),
    };
    assert.equal(summarize(other, contextOf('NDMP_CONFIG_SET_EXT_LIST', 'request', 4)), text);
    assert.equal(line('NDMP_CONFIG_GET_EXT_LIST', 4, 'reply', { error: 0, class_list: [] }), 'no extensions');
  });

  it('of devices and tapes', () => {
    const device = (name: string) => ({ device: name, attr: 0, capability: [] });
    assert.equal(
      line('NDMP_CONFIG_GET_TAPE_INFO', 4, 'reply', {
        error: 0,
        tape_info: [{ model: 'LTO', caplist: [device('nrst0a'), device('nrst1a')] }],
      }),
      '2 tape drives: nrst0a, nrst1a',
    );
    assert.equal(line('NDMP_CONFIG_GET_SCSI_INFO', 4, 'reply', { error: 0, scsi_info: [] }), 'no SCSI devices');
    assert.equal(line('NDMP_TAPE_OPEN', 4, 'request', { device: 'nrst0a', mode: 1 }), 'nrst0a, RDWR');
    assert.equal(line('NDMP_TAPE_MTIO', 4, 'request', { tape_op: 5, count: 1 }), 'write 1 file mark');
    assert.equal(line('NDMP_TAPE_MTIO', 4, 'request', { tape_op: 0, count: 2 }), 'forward 2 file marks');
    assert.equal(line('NDMP_TAPE_MTIO', 4, 'request', { tape_op: 77, count: 2 }), 'value 77, count 2');
    assert.equal(line('NDMP_TAPE_MTIO', 4, 'reply', { error: 0, resid_count: 0 }), '');
    assert.equal(line('NDMP_TAPE_WRITE', 4, 'request', { data_out: new Uint8Array(10240) }), '10 240 bytes');
    assert.equal(
      line('NDMP_TAPE_GET_STATE', 4, 'reply', {
        unsupported: 0,
        error: 0,
        flags: 0x10,
        file_num: 3,
        soft_errors: 0,
        block_size: 0,
        blockno: 0xffffffff,
        total_space: 0n,
        space_remain: 0n,
      }),
      'file 3, block unknown, write-protected',
    );
  });

  it('of SCSI commands name the elements', () => {
    const cdb = fromHex('a50000000080040000000000');
    const request = { flags: 0, timeout: 300000, datain_len: 0, cdb, dataout: new Uint8Array(0) };
    assert.equal(line('NDMP_SCSI_EXECUTE_CDB', 4, 'request', request), 'MOVE MEDIUM 128 → 1024');
    const ext_sense = fromHex('70000500 0000000a 00000000 3b0e 00000000');
    const reply = { error: 0, status: 2, dataout_len: 0, datain: new Uint8Array(0), ext_sense };
    assert.equal(line('NDMP_SCSI_EXECUTE_CDB', 4, 'reply', reply), 'CHECK CONDITION, ILLEGAL REQUEST 3B/0E');
  });

  it('of jobs', () => {
    const env = [
      { name: 'FILESYSTEM', value: '/vs1/vol1' },
      { name: 'LEVEL', value: '0' },
    ];
    assert.equal(line('NDMP_DATA_START_BACKUP', 4, 'request', { bu_type: 'dump', env }), 'dump /vs1/vol1, level 0');
    const mover = { type: 1 as const, ip_addr: 0x7f000003, port: 4711 };
    assert.equal(
      line('NDMP_DATA_START_BACKUP', 2, 'request', { mover, bu_type: 'dump', env }),
      'dump /vs1/vol1, level 0, to 127.0.0.3:4711',
    );
    const entry = { destination_path: '/vol', name: 'new', other_name: '', node: 1n, fh_info: 0n };
    const recover = (nlist: { original_path: string }[]) =>
      line('NDMP_DATA_START_RECOVER', 4, 'request', {
        env: [],
        nlist: nlist.map((one) => ({ ...entry, ...one })),
        bu_type: 'dump',
      });
    assert.equal(recover([{ original_path: '/a' }]), 'dump /a → /vol/new');
    assert.equal(recover([{ original_path: '' }]), 'dump everything → /vol/new');
    assert.equal(recover([{ original_path: '/a' }, { original_path: '/b' }]), 'dump 2 files, /a … → /vol/new');
    assert.equal(recover([]), 'dump, no files');
    assert.equal(line('NDMP_DATA_GET_ENV', 4, 'reply', { error: 0, env }), '2 variables');
    assert.equal(
      line('NDMP_CAB_DATA_CONN_PREPARE', 4, 'request', { addr_type: 1, bu_type: 'dump', env }),
      'dump /vs1/vol1, level 0, TCP (inferred)',
    );
  });

  it('of data connections', () => {
    const tcp = (ip_addr: number) => ({ ip_addr, port: 40001, addr_env: [] });
    const two = { type: 1 as const, tcp_addr: [tcp(0xc000020a), tcp(0xc000020b)] };
    assert.equal(
      line('NDMP_MOVER_LISTEN', 4, 'reply', { error: 0, connect_addr: two }),
      'at 192.0.2.10:40001 and 1 more',
    );
    assert.equal(line('NDMP_DATA_CONNECT', 4, 'request', { addr: { type: 0 } }), 'to local');
    const ipv6_addr = fromHex('20010db8000000000000000000000001');
    const tcp6 = { type: 0x20510004 as const, tcp6_addr: [{ ipv6_addr, port: 1, addr_env: [] }] };
    assert.equal(line('NDMP_MOVER_CONNECT', 4, 'request', { mode: 1, addr: tcp6 }), 'WRITE, to [2001:db8::1]:1');
    const ALL = 0xffffffffffffffffn;
    assert.equal(
      line('NDMP_MOVER_SET_WINDOW', 4, 'request', { offset: 231833600n, length: ALL }),
      'offset 231 833 600, length ∞',
    );
  });

  it('of states', () => {
    const mover = {
      error: 0,
      mode: 0,
      state: 3,
      pause_reason: 1,
      halt_reason: 0,
      record_size: 10240,
      record_num: 6,
      bytes_moved: 61440n,
      seek_position: 0n,
      bytes_left_to_read: 0n,
      window_offset: 0n,
      window_length: 0n,
      data_connection_addr: { type: 0 as const },
    };
    assert.equal(line('NDMP_MOVER_GET_STATE', 4, 'reply', mover), 'PAUSED (EOM), record 6, 61 440 bytes moved');
  });

  it('of posts', () => {
    assert.equal(
      line('NDMP_NOTIFY_MOVER_PAUSED', 4, 'post', { reason: 1, seek_position: 0n }),
      'EOM: end of medium, seek_position 0',
    );
    assert.equal(
      line('NDMP_NOTIFY_DATA_HALTED', 3, 'post', { reason: 3, text_reason: 'no space\n' }),
      'INTERNAL_ERROR: no space',
    );
    const log = { message_id: 1, associated_message_valid: 0, associated_message_sequence: 0 };
    assert.equal(line('NDMP_LOG_MESSAGE', 4, 'post', { ...log, log_type: 0, entry: 'done\n' }), 'done');
    assert.equal(
      line('NDMP_LOG_MESSAGE', 4, 'post', { ...log, log_type: 2, entry: 'a\u001b[0mb' }),
      'ERROR: a\\x1b[0mb',
    );
    assert.equal(line('NDMP_LOG_FILE', 4, 'post', { name: '/a', recovery_status: 2 }), '/a: FAILED_NOT_FOUND');
    assert.equal(line('NDMP_LOG_FILE', 2, 'post', { name: '/a', ssid: 0, error: 14 }), '/a: FILE_NOT_FOUND');
  });

  it('of file history', () => {
    const file = (name: string) => ({ names: [unixName(name)], stats: [], node: 1n, fh_info: 0n });
    const files = Array.from({ length: 1000 }, (_, i) => file(`/home/${i}`));
    assert.equal(line('NDMP_FH_ADD_FILE', 4, 'post', { files }), '1 000 entries, /home/0 … /home/999');
    assert.equal(line('NDMP_FH_ADD_FILE', 4, 'post', { files: [file('/a')] }), '/a');
    assert.equal(line('NDMP_FH_ADD_FILE', 4, 'post', { files: [] }), '0 entries');
    const nodes = [1n, 2n].map((node) => ({ stats: [], node, fh_info: 0n }));
    assert.equal(line('NDMP_FH_ADD_NODE', 4, 'post', { nodes }), '2 nodes, node 1, node 2');
    const dirs = [{ names: [{ fs_type: 1 as const, nt_path: 'C:\\x', dos_path: '' }], node: 1n, parent: 1n }];
    assert.equal(line('NDMP_FH_ADD_DIR', 3, 'post', { dirs }), 'C:\\x');
  });

  it('are empty where there is nothing to tell', () => {
    assert.equal(line('NDMP_DATA_STOP', 4, 'request', {}), '');
    assert.equal(line('NDMP_DATA_STOP', 4, 'reply', { error: 0 }), '');
    assert.equal(line('NDMP_TAPE_READ', 4, 'reply', { error: 12, data_in: new Uint8Array(0) }), '');
    assert.equal(summarize({}, { code: 0x30000001, kind: 'request', version: 4, headerError: 0 }), '');
  });

  it('of bodies that the capture cut say what there is', () => {
    const cut = (name: MessageName, kind: MessageKind, value: BodyValue) => summarize(value, contextOf(name, kind, 4));
    assert.equal(cut('NDMP_DATA_GET_STATE', 'reply', { error: 0, operation: 1, state: 1 }), 'ACTIVE, BACKUP');
    assert.equal(cut('NDMP_MOVER_GET_STATE', 'reply', { error: 0, state: 2, record_num: 7 }), 'ACTIVE, record 7');
    assert.equal(cut('NDMP_MOVER_SET_WINDOW', 'request', { offset: 0n }), 'offset 0');
    assert.equal(cut('NDMP_TAPE_OPEN', 'request', { device: 'nrst0a' }), 'nrst0a');
    assert.equal(cut('NDMP_NOTIFY_CONNECTION_STATUS', 'post', { reason: 0 }), 'CONNECTED');
  });

  it('have at most 200 characters', () => {
    const names = Array.from({ length: 5 }, () => 'x'.repeat(300));
    const butype_info = names.map((butype_name) => ({ butype_name, default_env: [], attrs: 0 }));
    const text = line('NDMP_CONFIG_GET_BUTYPE_INFO', 4, 'reply', { error: 0, butype_info });
    assert.equal(text.length, 200);
    assert.ok(text.endsWith('…'));
  });
});
