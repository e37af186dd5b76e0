import { CODES } from '../codes';
import { logIn } from '../opening';
import type { Sample } from '../talk';
import { group, ipv4, pairs, quad, structs, text, word, type Field } from '../xdr';

const ALL_ONES = 0xffff_ffff_ffff_ffffn;
const MOVER = group('mover', [word('type', 1, 'TCP'), ipv4('ip_addr', '192.0.2.30'), word('port', 40_001)]);

/** File history and logs of NDMPv2. */
export function v2HistoryAndLogs(sample: Sample): void {
  const talk = sample.talk({ address: '192.0.2.5', port: 50_501 }, { address: '192.0.2.20', port: 10_000 }, 2);
  logIn(talk, 2);
  const env = pairs('env', { FILESYSTEM: '/vol/vol1', HIST: 'y', TYPE: 'dump' });
  const start = talk.request(0.1, CODES.dataStartBackup, [MOVER, text('bu_type', 'dump'), env]);
  talk.reply(0.12, start);
  talk.post(0.2, CODES.logLog, [text('entry', 'DUMP: creating "/vol/vol1/../snapshot_for_backup.0" snapshot.\n')]);
  talk.post(0.3, CODES.logDebug, [word('level', 4, 'DIAG_SUMMARY'), text('message', 'phase 1: reading directories')]);
  talk.post(0.4, CODES.fhAddUnixDir, [
    structs('dirs', [
      [text('name', '.'), word('node', 64), word('parent', 64)],
      [text('name', '..'), word('node', 64), word('parent', 64)],
      [text('name', 'Grüße.txt'), word('node', 96), word('parent', 64)],
    ]),
  ]);
  talk.post(0.5, CODES.fhAddUnixNode, [
    structs('nodes', [
      [group('fstat', unixStat('DIR', 0, 4096n, 0n)), word('node', 64)],
      [group('fstat', unixStat('REG', 4, 5_000_000_000n, 1_048_576n)), word('node', 96)],
    ]),
  ]);
  talk.post(0.6, CODES.fhAddUnixPath, [
    structs('paths', [[text('name', '/Grüße.txt'), group('fstat', unixStat('REG', 4, 5_000_000_000n, 1_048_576n))]]),
  ]);
  const file = [text('name', '/lost.txt'), word('ssid', 0), word('error', 14, 'FILE_NOT_FOUND')];
  talk.post(0.7, CODES.logFile, file);
  talk.post(0.8, CODES.notifyDataHalted, [word('reason', 1, 'SUCCESSFUL'), text('text_reason', '')]);
  talk.close(1);
}

/** What NDMPv2 lays out otherwise than its successors: the states, and the mover's address in DATA_START_BACKUP. */
export function v2States(sample: Sample): void {
  const talk = sample.talk({ address: '192.0.2.5', port: 50_502 }, { address: '192.0.2.20', port: 10_000 }, 2);
  logIn(talk, 2);
  const env = pairs('env', { FILESYSTEM: '/vol/vol1', HIST: 'n', TYPE: 'dump' });
  const start = talk.request(0.1, CODES.dataStartBackup, [MOVER, text('bu_type', 'dump'), env]);
  talk.reply(0.12, start);
  const data = talk.request(0.2, CODES.dataGetState);
  talk.reply(0.201, data, [
    word('operation', 1, 'BACKUP'),
    word('state', 1, 'ACTIVE'),
    word('halt_reason', 0, 'NA'),
    quad('bytes_processed', 8_589_934_592n),
    quad('est_bytes_remain', 4_294_967_296n),
    word('est_time_remain', 120),
    MOVER,
    quad('read_offset', 0n),
    quad('read_length', 0n),
  ]);
  const tape = talk.request(0.3, CODES.tapeGetState);
  talk.reply(0.301, tape, tapeState());
  talk.close(1);
}

function tapeState(): Field[] {
  return [
    word('flags', 0x18, ['NOREWIND', 'WR_PROT']),
    word('file_num', 3),
    word('soft_errors', 0),
    word('block_size', 0),
    word('blockno', 17),
    quad('total_space', ALL_ONES),
    quad('space_remain', 123_456_789_012n),
  ];
}

function unixStat(type: string, ftype: number, size: bigint, position: bigint): Field[] {
  return [
    word('ftype', ftype, type),
    word('mtime', 1_700_000_000),
    word('atime', 1_700_000_100),
    word('ctime', 1_700_000_200),
    word('uid', 0),
    word('gid', 100),
    word('mode', 0o644),
    quad('size', size),
    quad('fh_info', position),
  ];
}
