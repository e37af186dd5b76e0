import type { BodyOf } from '../../../src/protocol';
import { LOCAL, TCP, TCP_IPV6 } from './cluster';
import { postHistory, type Item } from './history';
import type { Clock, Speaker } from './speaker';
import { ipv4Bytes } from '../wire';

export const RECORD = 16_384;
const INFINITE = 0xffff_ffff_ffff_ffffn;
const UNKNOWN_WORD = 0xffff_ffff;
const READ = 0;
const READ_WRITE = 1;
const FORWARD = 0;
const REWIND = 4;
const WRITE_MARK = 5;

type Address = BodyOf<'NDMP_DATA_CONNECT', 4, 'request'>['addr'];
type Pairs = BodyOf<'NDMP_DATA_START_BACKUP', 4, 'request'>['env'];

/** Both ends of the stream, on one connection (local) or on two. */
export interface Ends {
  data: Speaker;
  tape: Speaker;
  clock: Clock;
}

/** What is backed up, and how much of it there is. */
export interface Work {
  path: string;
  level: string;
  /** Stream bytes, a multiple of the record size. */
  bytes: number;
  /** Seconds from start to halt. */
  seconds: number;
  items: readonly Item[];
  /** Log lines before and after the history. */
  before: readonly string[];
  after: readonly string[];
}

export const local: Address = { type: LOCAL };

export function tcp(address: string, port: number): Address {
  return { type: TCP, tcp_addr: [{ ip_addr: ipv4Bytes(address).readUInt32BE(0), port, addr_env: [] }] };
}

export function tcp6(bytes: Uint8Array, port: number): Address {
  return { type: TCP_IPV6, tcp6_addr: [{ ipv6_addr: bytes, port, addr_env: [] }] };
}

export function environment({ path, level }: Pick<Work, 'path' | 'level'>): Pairs {
  const values = { UPDATE: 'Y', TYPE: 'dump', HIST: 'Y', FILESYSTEM: path, LEVEL: level };
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

/** Opens the drive, rewinds, reads the label and goes behind the last of so many tape files. */
export function openTape(speaker: Speaker, label: string, files: number): void {
  speaker.ask('NDMP_TAPE_OPEN', { device: 'nrst0a', mode: READ_WRITE }, { error: 0 }, { takes: 0.2 });
  speaker.ask('NDMP_TAPE_MTIO', { tape_op: REWIND, count: 1 }, { error: 0, resid_count: 0 }, { takes: 0.3 });
  const block = Buffer.alloc(512);
  block.write(`LABEL ${label}`);
  speaker.ask('NDMP_TAPE_READ', { count: RECORD }, { error: 0, data_in: new Uint8Array(block) }, { takes: 0.04 });
  speaker.ask('NDMP_TAPE_MTIO', { tape_op: FORWARD, count: files }, { error: 0, resid_count: 0 }, { takes: 0.1 });
}

/** Record size and window, as v4 wants them before LISTEN. */
export function setUpMover(speaker: Speaker): void {
  speaker.ask('NDMP_MOVER_SET_RECORD_SIZE', { len: RECORD }, { error: 0 });
  speaker.ask('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: INFINITE }, { error: 0 });
}

export function prepare(speaker: Speaker, addr_type: number, work: Pick<Work, 'path' | 'level'>): void {
  const body = { addr_type, bu_type: 'dump', env: environment(work) };
  speaker.ask('NDMP_CAB_DATA_CONN_PREPARE', body, { error: 0 }, { takes: 0.02 });
}

export function moverListen(speaker: Speaker, connect_addr: Address): void {
  speaker.ask(
    'NDMP_MOVER_LISTEN',
    { mode: READ, addr_type: connect_addr.type },
    { error: 0, connect_addr },
    { takes: 0.01 },
  );
}

export function dataConnect(speaker: Speaker, addr: Address, error = 0): void {
  speaker.ask('NDMP_DATA_CONNECT', { addr }, { error }, { takes: 0.03 });
}

/** From START_BACKUP to the halt of both machines. `stream` is called with the share of the bytes that have gone. */
export function run(ends: Ends, work: Work, address: Address, stream: (bytes: number) => void): void {
  const { data, tape, clock } = ends;
  const body = { bu_type: 'dump', env: environment(work) };
  data.ask('NDMP_DATA_START_BACKUP', body, { error: 0 }, { takes: 0.15 });
  log(data, work.before);
  stream(work.bytes / 4);
  clock.wait(work.seconds / 4);
  states(ends, work, address, work.bytes / 4);
  postHistory(data, work.items, (seconds) => clock.wait(seconds));
  stream(work.bytes / 2);
  clock.wait(work.seconds / 4);
  states(ends, work, address, (work.bytes * 3) / 4);
  clock.wait(work.seconds / 4);
  stream(work.bytes / 4);
  log(data, work.after);
  data.post('NDMP_NOTIFY_DATA_HALTED', { reason: 1 });
  tape.post('NDMP_NOTIFY_MOVER_HALTED', { reason: 1 });
}

/** What a DMA asks and does when both machines have halted. */
export function finish(ends: Ends, work: Work, address: Address): void {
  const { data, tape } = ends;
  states(ends, work, address, work.bytes, { data: 2, mover: 4 });
  data.ask('NDMP_DATA_GET_ENV', {}, {
    error: 0,
    env: [
      ...environment(work),
      { name: 'PATHNAME_SEPARATOR', value: '/' },
      { name: 'NDMP_VERSION', value: '4' },
      { name: 'ACL_START', value: String(work.bytes - 4_096) },
    ],
  });
  data.ask('NDMP_DATA_STOP', {}, { error: 0 });
  tape.ask('NDMP_MOVER_STOP', {}, { error: 0 });
  closeTape(tape);
}

export function closeTape(tape: Speaker): void {
  tape.ask('NDMP_TAPE_MTIO', { tape_op: WRITE_MARK, count: 1 }, { error: 0, resid_count: 0 }, { takes: 0.4 });
  tape.ask('NDMP_TAPE_MTIO', { tape_op: REWIND, count: 1 }, { error: 0, resid_count: 0 }, { takes: 0.9 });
  tape.ask('NDMP_TAPE_CLOSE', {}, { error: 0 });
}

export function log(speaker: Speaker, lines: readonly string[], log_type = 0): void {
  lines.forEach((entry, i) =>
    speaker.post('NDMP_LOG_MESSAGE', {
      log_type,
      message_id: i + 1,
      entry,
      associated_message_valid: 0,
      associated_message_sequence: 0,
    }),
  );
}

/** The DMA asks both machines how they are; by default both are active. */
function states({ data, tape }: Ends, work: Work, address: Address, bytes: number, at = { data: 1, mover: 2 }): void {
  const halted = at.data === 2;
  data.ask('NDMP_DATA_GET_STATE', {}, {
    unsupported: 2,
    error: 0,
    operation: 1,
    state: at.data,
    halt_reason: halted ? 1 : 0,
    bytes_processed: BigInt(bytes),
    est_bytes_remain: BigInt(work.bytes - bytes),
    est_time_remain: UNKNOWN_WORD,
    data_connection_addr: address,
    read_offset: 0n,
    read_length: 0n,
  });
  tape.ask('NDMP_MOVER_GET_STATE', {}, {
    error: 0,
    mode: READ,
    state: at.mover,
    pause_reason: 0,
    halt_reason: halted ? 1 : 0,
    record_size: RECORD,
    record_num: bytes / RECORD,
    bytes_moved: BigInt(bytes),
    seek_position: 0n,
    bytes_left_to_read: 0n,
    window_offset: 0n,
    window_length: INFINITE,
    data_connection_addr: address,
  });
}
