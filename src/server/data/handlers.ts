import { ErrorCode, findCode, type BodyValue, type DataStateName, type MessageName } from '../../protocol';
import { type DataAddress, fromWireAddress, toWireAddress } from '../../transport/dataAddress';
import { pendingConnections } from '../dataConnection/tcp';
import { refuse } from '../failure';
import { checkLegal } from '../session/legality';
import { serve, type HandlerEntry } from '../session/handler';
import type { ServerSession } from '../session/session';
import type { EnvironmentPair } from '../system';
import { backupType, type BackupTypeName } from './backupTypes';
import type { ListedName } from './names';
import { DataHaltReason } from './service';

const UNKNOWN_64 = 0xffffffffffffffffn;
const UNKNOWN_32 = 0xffffffff;
/** Bits of the mask of DATA_GET_STATE. */
const Unknown = { BYTES: 1, TIME: 2 } as const;

export const dataHandlers: readonly HandlerEntry[] = [
  serve('NDMP_DATA_GET_STATE', async (session) => {
    await check(session, 'NDMP_DATA_GET_STATE');
    return stateBody(session);
  }),
  serve('NDMP_DATA_LISTEN', async (session, { addr_type }) => {
    await check(session, 'NDMP_DATA_LISTEN');
    const address = toWireAddress(await session.services.data.listen(addr_type), session.version);
    return { connect_addr: address, data_connection_addr: address };
  }),
  serve('NDMP_DATA_CONNECT', async (session, { addr }) => {
    await check(session, 'NDMP_DATA_CONNECT');
    await session.services.data.connect(addressOf(addr, session));
  }),
  serve('NDMP_DATA_START_BACKUP', async (session, body) => {
    await check(session, 'NDMP_DATA_START_BACKUP');
    await session.services.data.backup(typeOf(body.bu_type), pairs(body.env), moverOf(body, session));
  }),
  serve('NDMP_DATA_START_RECOVER', (session, body) => recover(session, 'NDMP_DATA_START_RECOVER', body)),
  serve('NDMP_DATA_START_RECOVER_FILEHIST', (session, body) =>
    recover(session, 'NDMP_DATA_START_RECOVER_FILEHIST', body),
  ),
  serve('NDMP_DATA_ABORT', async (session) => {
    await check(session, 'NDMP_DATA_ABORT');
    session.services.data.abort();
  }),
  serve('NDMP_DATA_GET_ENV', async (session) => {
    await check(session, 'NDMP_DATA_GET_ENV');
    return { env: session.services.data.environment().map(({ name, value }) => ({ name, value })) };
  }),
  serve('NDMP_DATA_STOP', async (session) => {
    await check(session, 'NDMP_DATA_STOP');
    await session.services.data.stop();
  }),
];

interface RecoverBody {
  bu_type: string;
  env: readonly EnvironmentPair[];
  nlist: readonly ListedName[];
}

async function recover(session: ServerSession, name: MessageName, body: RecoverBody): Promise<void> {
  await check(session, name);
  const request = {
    type: typeOf(body.bu_type),
    environment: pairs(body.env),
    list: body.nlist,
    historyOnly: name === 'NDMP_DATA_START_RECOVER_FILEHIST',
  };
  await session.services.data.recover(request, moverOf(body, session));
}

/** Throws when the state forbids the request. A peer that the DMA knows to have connected has been seen by then. */
async function check(session: ServerSession, name: MessageName): Promise<void> {
  if (session.services.data.state === 'LISTEN') await pendingConnections();
  checkLegal(session, findCode(name) ?? 0);
}

function stateBody(session: ServerSession): BodyValue {
  const progress = session.services.data.progress();
  const { bytesRemaining, secondsRemaining } = progress;
  const unknown =
    (bytesRemaining === undefined ? Unknown.BYTES : 0) | (secondsRemaining === undefined ? Unknown.TIME : 0);
  const address = toWireAddress(progress.address, session.version);
  return {
    unsupported: unknown,
    invalid: unknown,
    error: ErrorCode.NO_ERR,
    operation: progress.operation,
    state: stateNumber(progress.state),
    halt_reason: DataHaltReason[progress.haltReason],
    bytes_processed: progress.bytesProcessed,
    est_bytes_remain: bytesRemaining ?? UNKNOWN_64,
    est_time_remain: secondsRemaining ?? UNKNOWN_32,
    data_connection_addr: address,
    mover: address,
    read_offset: progress.read.offset,
    read_length: progress.read.length,
  };
}

/** IDLE, ACTIVE and HALTED are 0, 1 and 2 in all versions; LISTEN and CONNECTED were added behind them. */
function stateNumber(state: DataStateName): number {
  return { IDLE: 0, ACTIVE: 1, HALTED: 2, LISTEN: 3, CONNECTED: 4 }[state];
}

function typeOf(name: string): BackupTypeName {
  return backupType(name) ?? refuse('ILLEGAL_ARGS', 'this backup type is not offered');
}

function pairs(environment: readonly EnvironmentPair[]): EnvironmentPair[] {
  return environment.map(({ name, value }) => ({ name, value }));
}

/** The mover that a start request of v2 names. */
function moverOf(body: object, session: ServerSession): DataAddress | undefined {
  return session.version === 2 && 'mover' in body ? addressOf(body.mover as BodyValue, session) : undefined;
}

function addressOf(value: BodyValue, session: ServerSession): DataAddress {
  const address = fromWireAddress(value, session.version);
  if (!address) refuse('ILLEGAL_ARGS', 'the address is of a kind that no data connection is made to');
  return address;
}
