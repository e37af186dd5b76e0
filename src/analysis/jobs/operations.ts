import { ipv4Text, ipv6Text, type BodyValue, type Value } from '../../protocol';
import { bodyOf, textField } from '../connections';
import type { MessageSource } from '../messageView';

/** One operation of a data server: from its start request to its halt, as far as the capture shows it. */
export interface DataOperation {
  operation: 'backup' | 'recover' | 'recover file history';
  /** Backup type such as `dump`. */
  type: string;
  /** FILESYSTEM of a backup, PREFIX or FILESYSTEM of a recovery. */
  path: string;
  level: string;
  /** Rows of the start request and of the post that ended it, -1 when the capture does not show that. */
  startRow: number;
  endRow: number;
  /** Connection numbers from 0; the tape side is -1 when it is not in the capture. */
  dataConnection: number;
  tapeConnection: number;
  /** Whether data and tape are served on one connection, or on two (three-way). */
  layout: 'local' | 'three-way' | 'unknown';
  outcome: 'successful' | 'aborted' | 'failed' | 'refused' | 'not seen';
}

const START = { 0x401: 'backup', 0x402: 'recover', 0x40b: 'recover file history' } as const;
const DATA_LISTEN = 0x409;
const DATA_CONNECT = 0x40a;
const MOVER_LISTEN = 0xa01;
const MOVER_CONNECT = 0xa09;
const DATA_HALTED = 0x501;
const haltOutcomes: readonly DataOperation['outcome'][] = ['not seen', 'successful', 'aborted', 'failed', 'failed'];

/** The jobs of a capture in the order of their starts. Reads only the bodies that start, connect or end them. */
export function findOperations(source: MessageSource): DataOperation[] {
  const { index } = source;
  const jobs: DataOperation[] = [];
  const running = new Map<number, DataOperation>();
  // The two ends of a data connection find each other by the address that one of them listens on.
  const dataAddress = new Map<number, string>();
  const moverAt = new Map<string, number>();
  for (let row = 0; row < index.count; row++) {
    const code = index.code(row);
    const kind = index.kind(row);
    const connection = index.connection(row);
    if (code in START && kind === 'request') {
      const job = startedJob(source, row, code as keyof typeof START);
      const body = bodyOf(source, row);
      const address = addressOf(body.mover) ?? dataAddress.get(connection);
      connect(job, address, moverAt);
      jobs.push(job);
      running.set(connection, job);
    } else if (code === DATA_HALTED && kind === 'post') {
      const job = running.get(connection);
      if (job !== undefined) {
        job.endRow = row;
        job.outcome = haltOutcomes[Number(bodyOf(source, row).reason)] ?? 'failed';
        running.delete(connection);
      }
    } else if (isDataAddress(code, kind)) {
      const body = bodyOf(source, row);
      const address = addressOf(body.addr ?? body.connect_addr ?? body.data_connection_addr);
      if (address !== undefined) {
        dataAddress.set(connection, address);
      }
    } else if (isMoverAddress(code, kind)) {
      const body = bodyOf(source, row);
      const address = addressOf(body.addr ?? body.connect_addr ?? body.data_connection_addr ?? body.mover);
      if (address !== undefined) {
        moverAt.set(address === 'local' ? `local ${connection}` : address, connection);
      }
    }
  }
  return jobs;
}

function isDataAddress(code: number, kind: string): boolean {
  return (code === DATA_CONNECT && kind === 'request') || (code === DATA_LISTEN && kind === 'reply');
}

function isMoverAddress(code: number, kind: string): boolean {
  return (code === MOVER_CONNECT && kind === 'request') || (code === MOVER_LISTEN && kind === 'reply');
}

function startedJob(source: MessageSource, row: number, code: keyof typeof START): DataOperation {
  const { index } = source;
  const body = bodyOf(source, row);
  const reply = index.pair(row);
  const refused = reply >= 0 && (index.headerError(reply) !== 0 || index.bodyError(reply) > 0);
  const path = variable(body, 'FILESYSTEM') ?? variable(body, 'PREFIX') ?? '';
  return {
    operation: START[code],
    type: textField(body, 'bu_type') ?? '',
    path: code === 0x401 ? path : (variable(body, 'PREFIX') ?? path),
    level: variable(body, 'LEVEL') ?? '',
    startRow: row,
    endRow: -1,
    dataConnection: index.connection(row),
    tapeConnection: -1,
    layout: 'unknown',
    outcome: refused ? 'refused' : 'not seen',
  };
}

function connect(job: DataOperation, address: string | undefined, moverAt: ReadonlyMap<string, number>): void {
  if (address === undefined) {
    return;
  }
  const key = address === 'local' ? `local ${job.dataConnection}` : address;
  job.tapeConnection = moverAt.get(key) ?? -1;
  const local = address === 'local' || job.tapeConnection === job.dataConnection;
  job.layout = local ? 'local' : 'three-way';
}

function variable(body: BodyValue, name: string): string | undefined {
  const pairs = Array.isArray(body.env) ? body.env : [];
  for (const pair of pairs) {
    if (isFields(pair) && pair.name === name) {
      return textField(pair, 'value');
    }
  }
  return undefined;
}

/** `local`, or `ip:port` of the first address of a data connection. */
function addressOf(value: Value | undefined): string | undefined {
  if (value === undefined || !isFields(value)) {
    return undefined;
  }
  if (value.type === 0) {
    return 'local';
  }
  const list = value.tcp_addr ?? value.tcp6_addr;
  const first = Array.isArray(list) ? list[0] : value;
  if (first === undefined || !isFields(first)) {
    return undefined;
  }
  const { ip_addr: ip, ipv6_addr: ip6 } = first;
  const port = Number(first.port);
  if (typeof ip === 'number') {
    return `${ipv4Text(ip)}:${port}`;
  }
  return ip6 instanceof Uint8Array ? `[${ipv6Text(ip6)}]:${port}` : undefined;
}

function isFields(value: Value): value is BodyValue {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}
