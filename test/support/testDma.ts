import assert from 'node:assert/strict';
import type { BodyValue } from '../../src/protocol';
import type { NdmpClient } from './ndmpClient';

const INFINITE = 0xffffffffffffffffn;
const READ = 0;
const WRITE = 1;
const LOCAL = 0;
const TCP = 1;
const REWIND = 4;
const HALTED = 2;
const SUCCESSFUL = 1;
const MOVER_HALTED = 4;

export interface Pair extends BodyValue {
  name: string;
  value: string;
}

/** The sides of a job: the same connection for a local one. */
export interface Sides {
  data: NdmpClient;
  tape: NdmpClient;
  device: string;
  recordSize?: number;
}

export interface BackupResult {
  /** DATA_GET_ENV: what a recovery has to send. */
  environment: Pair[];
  /** Bytes of the stream. */
  bytes: bigint;
  /** Place in the stream by path, from FH_ADD_FILE. */
  positions: Map<string, bigint>;
}

export interface Wanted {
  path: string;
  destination: string;
  position?: bigint;
}

export interface RecoveryResult {
  /** LOG_FILE statuses by name. */
  files: Map<string, number>;
  messages: string[];
}

/** Backs up one type and environment to the tape in the drive, from its beginning (v4). */
export async function backUp(
  sides: Sides,
  type: string,
  variables: Readonly<Record<string, string>>,
): Promise<BackupResult> {
  const { data, tape } = sides;
  await openTape(sides, 1);
  await connect(sides, READ);
  data.posts.length = 0;
  await data.expect('NDMP_DATA_START_BACKUP', { bu_type: type, env: pairsOf(variables) });
  await data.until('NDMP_DATA_GET_STATE', ({ state }) => state === HALTED);
  const { halt_reason, bytes_processed } = await data.expect('NDMP_DATA_GET_STATE');
  assert.equal(halt_reason, SUCCESSFUL, messagesOf(data).join('\n'));
  const { env } = await data.expect('NDMP_DATA_GET_ENV');
  await tape.until('NDMP_MOVER_GET_STATE', ({ state }) => state === MOVER_HALTED);
  await stop(sides);
  return { environment: env, bytes: bytes_processed, positions: positionsOf(data) };
}

/** Recovers from the tape in the drive, from its beginning, passing on what the data server wants to read (v4). */
export async function recover(
  sides: Sides,
  type: string,
  environment: readonly Pair[],
  wanted: readonly Wanted[],
): Promise<RecoveryResult> {
  const { data, tape } = sides;
  await openTape(sides, 0);
  await connect(sides, WRITE);
  data.posts.length = 0;
  const nlist = wanted.map(({ path, destination, position }) => ({
    original_path: path,
    destination_path: destination,
    name: '',
    other_name: '',
    node: INFINITE,
    fh_info: position ?? INFINITE,
  }));
  await data.expect('NDMP_DATA_START_RECOVER', { env: [...environment], nlist, bu_type: type });
  for (;;) {
    const { state } = await data.expect('NDMP_DATA_GET_STATE');
    if (state === HALTED) break;
    await passReads(data, tape);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { halt_reason } = await data.expect('NDMP_DATA_GET_STATE');
  assert.equal(halt_reason, SUCCESSFUL, messagesOf(data).join('\n'));
  const { state } = await tape.expect('NDMP_MOVER_GET_STATE');
  if (state !== MOVER_HALTED) await tape.request('NDMP_MOVER_CLOSE');
  await tape.until('NDMP_MOVER_GET_STATE', (body) => body.state === MOVER_HALTED);
  await stop(sides);
  const results = data.posts.filter(({ name }) => name === 'NDMP_LOG_FILE');
  return {
    files: new Map(results.map(({ body }) => [body.name as string, body.recovery_status as number])),
    messages: messagesOf(data),
  };
}

/** What the data server wants to read is asked of the mover, and a pause at the end of the tape ends the reading. */
async function passReads(data: NdmpClient, tape: NdmpClient): Promise<void> {
  const index = data.posts.findIndex(({ name }) => name === 'NDMP_NOTIFY_DATA_READ');
  if (index >= 0) {
    const [{ body }] = data.posts.splice(index, 1);
    await tape.request('NDMP_MOVER_READ', { offset: body.offset, length: body.length });
  }
  const paused = tape.posts.findIndex(({ name }) => name === 'NDMP_NOTIFY_MOVER_PAUSED');
  if (paused >= 0) {
    tape.posts.splice(paused, 1);
    await tape.request('NDMP_MOVER_CLOSE');
  }
}

async function openTape({ tape, device, recordSize = 65536 }: Sides, mode: number): Promise<void> {
  await tape.expect('NDMP_TAPE_OPEN', { device, mode });
  await tape.expect('NDMP_TAPE_MTIO', { tape_op: REWIND, count: 1 });
  await tape.expect('NDMP_MOVER_SET_RECORD_SIZE', { len: recordSize });
  await tape.expect('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: INFINITE });
}

async function connect({ data, tape }: Sides, mode: number): Promise<void> {
  const addr_type = data === tape ? LOCAL : TCP;
  const { connect_addr } = await tape.expect('NDMP_MOVER_LISTEN', { mode, addr_type });
  await data.expect('NDMP_DATA_CONNECT', { addr: connect_addr as BodyValue });
}

async function stop({ data, tape }: Sides): Promise<void> {
  await data.expect('NDMP_DATA_STOP');
  await tape.expect('NDMP_MOVER_STOP');
  await tape.expect('NDMP_TAPE_CLOSE');
}

function pairsOf(variables: Readonly<Record<string, string>>): Pair[] {
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}

function messagesOf(client: NdmpClient): string[] {
  return client.posts.filter(({ name }) => name === 'NDMP_LOG_MESSAGE').map(({ body }) => body.entry as string);
}

interface AddedFile extends BodyValue {
  names: { unix_name: string; fs_type: number }[];
  fh_info: bigint;
}

function positionsOf(client: NdmpClient): Map<string, bigint> {
  const posts = client.posts.filter(({ name }) => name === 'NDMP_FH_ADD_FILE');
  const files = posts.flatMap(({ body }) => body.files as AddedFile[]);
  return new Map(files.map(({ names, fh_info }) => [names[0].unix_name, fh_info]));
}
