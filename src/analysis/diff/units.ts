import { interfaceOf, messageName } from '../../protocol';
import type { AnalysisSource } from '../analysis';
import type { Job } from '../jobs/model';

/** What is aligned with each other: the requests to one service of a job, or its posts. */
export interface Stream {
  /** Same on both sides: `data server request`, `session data server post`. */
  key: string;
  service: string;
  direction: 'request' | 'post';
  units: Unit[];
}

/** A request with its reply, a post, or many of a kind that are folded together. */
export interface Unit {
  /** What makes two units the same step. */
  token: string;
  name: string;
  fold: 'status' | 'history' | undefined;
  row: number;
  reply: number;
  /** Rows of the requests or posts, replies left out; only of folded ones more than one. */
  rows: number[];
  lastRow: number;
}

const STATUS = new Set([0x202, 0x302, 0x400, 0xa00]);
const TAPE_MTIO = 0x303;
const EXECUTE_CDB = new Set([0x206, 0x307]);
const BODY = 24;
/** Where the first byte of the command stands in EXECUTE_CDB: behind flags, timeout, data-in length and its own length. */
const CDB = BODY + 16;

/** The rows of each job, requests, replies and posts alike, in their order. */
export function rowsByJob({ index }: AnalysisSource, jobs: readonly Job[]): number[][] {
  const rows = jobs.map((): number[] => []);
  const spans = index.connections.map((): { job: number; fromRow: number; toRow: number }[] => []);
  for (const { id, spans: own } of jobs)
    for (const { connection, fromRow, toRow } of own) spans[connection]?.push({ job: id, fromRow, toRow });
  for (let row = 0; row < index.count; row++)
    for (const { job, fromRow, toRow } of spans[index.connection(row)] ?? [])
      if (row >= fromRow && row <= toRow) rows[job].push(row);
  return rows;
}

/** The streams of one job. @param rows of the job */
export function streamsOf(source: AnalysisSource, job: Job, rows: readonly number[]): Stream[] {
  const { index } = source;
  const streams = new Map<string, Stream>();
  const roles = rolesOf(job);
  for (const row of rows) {
    const kind = index.kind(row);
    if (kind === 'reply' && index.pair(row) >= 0) continue;
    const direction = kind === 'request' ? 'request' : 'post';
    const role = roles.get(index.connection(row)) ?? 'server';
    const [part, service] = serviceOf(index.code(row), role);
    const key = `${part} ${direction}`;
    const stream = streams.get(key) ?? { key, service, direction, units: [] };
    streams.set(key, stream);
    add(source, stream.units, row);
  }
  return [...streams.values()];
}

/** What each connection of the job is there for. */
function rolesOf({ dataConnection, tapeConnection, changerConnection }: Job): Map<number, string> {
  const roles = new Map<number, string>();
  for (const [connection, role] of [
    [changerConnection, 'changer'],
    [tapeConnection, 'tape server'],
    [dataConnection, 'data server'],
  ] as const)
    if (connection >= 0) roles.set(connection, role);
  return roles;
}

/** Messages belong to a service by what they are, so that local and three-way jobs can be compared; the rest to their connection. */
function serviceOf(code: number, role: string): [key: string, service: string] {
  const service = SERVICES[code] ?? SERVICES[interfaceOf(code)];
  if (service === 'history' || service === 'log') return [`${service} ${role}`, role];
  return service === undefined ? [`session ${role}`, role] : [service, service];
}

const SERVICES: Readonly<Record<string | number, string>> = {
  data: 'data server',
  tape: 'tape server',
  mover: 'tape server',
  scsi: 'changer',
  fh: 'history',
  log: 'log',
  [0x501]: 'data server',
  [0x503]: 'tape server',
  [0x504]: 'tape server',
  [0x505]: 'data server',
};

function add(source: AnalysisSource, units: Unit[], row: number): void {
  const { index } = source;
  const code = index.code(row);
  const fold = STATUS.has(code) ? 'status' : interfaceOf(code) === 'fh' ? 'history' : undefined;
  const last = units.at(-1);
  const reply = index.kind(row) === 'request' ? index.pair(row) : -1;
  if (fold !== undefined && last?.fold === fold) {
    last.rows.push(row);
    last.lastRow = Math.max(row, reply);
    return;
  }
  units.push({
    token: fold ?? tokenOf(source, row, code),
    name: fold === undefined ? messageName(code, index.version(row)) : FOLD_NAMES[fold],
    fold,
    row,
    reply,
    rows: [row],
    lastRow: Math.max(row, reply),
  });
}

const FOLD_NAMES = { status: 'status requests', history: 'file history' } as const;

/** Code, and for commands within a command which one. */
function tokenOf(source: AnalysisSource, row: number, code: number): string {
  const { index } = source;
  const kind = index.kind(row);
  if (kind === 'request' && code === TAPE_MTIO) return `${code} ${wordAt(source, row, BODY)}`;
  if (kind === 'request' && EXECUTE_CDB.has(code)) return `${code} ${wordAt(source, row, CDB) >>> 24}`;
  return `${code} ${kind}`;
}

function wordAt(source: AnalysisSource, row: number, at: number): number {
  const { payload } = source.record(row);
  return payload.length < at + 4 ? -1 : new DataView(payload.buffer, payload.byteOffset, payload.length).getUint32(at);
}
