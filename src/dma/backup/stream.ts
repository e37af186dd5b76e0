import { withoutSecretValues } from '../../protocol/secretVariables';
import { DmaFailure, NdmpFailure } from '../connection/failures';
import type { Relay } from '../ownMover/relay';
import type { SourcePlan } from '../plan/model';
import type { Variable } from '../query/model';
import { patienceOf } from '../run/patience';
import { ServerLog } from '../run/serverLog';
import type { Surroundings } from '../run/model';
import { SideWatcher } from '../services/watch';
import { HistoryFlow } from './history';
import { joinSides } from './join';
import { judge, type Verdict } from './judge';
import type { SetHistory } from './setHistory';
import type { StreamSides } from './sides';
import type { StreamProgress } from './progress';
import type { TapeRow } from './tapeRow';
import { followTransfer, type Fault, type TransferEnd } from './transfer';

export interface StreamOrder {
  surroundings: Surroundings;
  plan: SourcePlan;
  sides: StreamSides;
  row: TapeRow;
  history: SetHistory | undefined;
  progress: StreamProgress;
  isPlanned: (address: string) => boolean;
}

/** A stream that is on tape, but for what closes its last part. */
export interface StreamEnd {
  verdict: Verdict;
  environment: readonly Variable[];
  digest: string | undefined;
  milliseconds: number;
}

/** A stream that came to no good end. */
export class StreamFailure extends DmaFailure {
  constructor(
    readonly fault: Fault,
    /** Bytes of it that are on tape, as far as they are known. */
    readonly bytesMoved: bigint,
    /** The mover told how many they are when it had halted; otherwise there may be more. */
    readonly isCounted: boolean,
  ) {
    super(fault.message);
  }
}

/**
 * Carries the stream from the data server to the tape in the drive: data connection, START_BACKUP, tapes as they fill,
 * file history, the end of both sides, environment, STOP (protocol facts 7.2 and 7.3).
 * @throws StreamFailure with both sides halted and stopped as far as they could be reached
 */
export async function carryStream(order: StreamOrder): Promise<StreamEnd> {
  const { sides, surroundings, plan, history } = order;
  const relay = await joined(order);
  const log = new ServerLog(sides.data.connection, surroundings.events);
  const flow = history && new HistoryFlow(sides.data.connection, history);
  const watcher = new SideWatcher({
    data: sides.data,
    mover: sides.mover,
    signal: surroundings.signal,
    seen: ({ data, mover }) => order.progress.seen(data, mover, flow?.files ?? 0),
  });
  try {
    const started = Date.now();
    const end = await transferred(order, watcher, relay);
    const milliseconds = Date.now() - started;
    const environment = end.fault ? [] : await environmentOf(order);
    await stopped(sides);
    await flow?.stop();
    if (end.fault || !end.data || !end.mover) throw failureOf(end, order.progress.bytesMoved);
    const relayEnd = await relay?.done;
    const { counts, firstError } = log;
    const ended = { data: end.data, mover: end.mover, relay: relayEnd, recordSize: plan.recordSize };
    const verdict = judge({ ...ended, errors: counts.error, firstError });
    return { verdict, environment, digest: relayEnd?.digest, milliseconds };
  } finally {
    watcher.close();
    log.stop();
    relay?.abort();
    await flow?.stop();
  }
}

/** A data connection that was not made leaves both sides idle. */
async function joined({ plan, sides, surroundings, isPlanned }: StreamOrder): Promise<Relay | undefined> {
  const { data, mover } = sides;
  try {
    return await joinSides({ plan, data, mover, isPlanned, signal: surroundings.signal });
  } catch (error) {
    await quietly(() => mover.abort());
    await quietly(() => data.abort());
    await stopped(sides);
    throw error;
  }
}

async function transferred(order: StreamOrder, watcher: SideWatcher, relay: Relay | undefined): Promise<TransferEnd> {
  const { sides, plan, row, surroundings, progress } = order;
  const { data, mover } = sides;
  const start = async (): Promise<void> => {
    // who does not come to the relay is known by its end; the data server must not wait for ever then
    relay?.connected.catch(() => quietly(() => data.abort()));
    await data.startBackup(plan.type, plan.environment);
    progress.say('backing up');
  };
  const changeTape = async (state: Parameters<TapeRow['change']>[0]): Promise<void> => {
    await row.change(state);
    progress.say('backing up');
  };
  const warnOf = (text: string): void => surroundings.events.message?.('warning', text);
  const patience = patienceOf(surroundings);
  const end = await followTransfer({ data, mover, watcher, start, changeTape, warn: warnOf, patience });
  if (!end.fault) return end;
  relay?.abort();
  const broken = await relay?.done;
  if (broken?.how !== 'broken' || end.fault.state === 'aborted') return end;
  return { ...end, fault: { ...end.fault, message: `${end.fault.message} ${broken.problem ?? ''}`.trim() } };
}

/**
 * What a recovery has to send, but for the values of secrets, which neither catalog nor tape shall have. A server that does
 * not tell it gets the order's own variables back.
 */
async function environmentOf({ sides, plan, surroundings }: StreamOrder): Promise<readonly Variable[]> {
  try {
    const environment = await sides.data.environment();
    return withoutSecretValues(environment.length > 0 ? environment : plan.environment);
  } catch (error) {
    if (!(error instanceof NdmpFailure)) throw error;
    surroundings.events.message?.('warning', `${error.message} A restore will use the variables of the job.`);
    return withoutSecretValues(plan.environment);
  }
}

/** Both sides idle again; the data server first, as others do it. */
async function stopped({ data, mover }: StreamSides): Promise<void> {
  await quietly(() => data.stop());
  await quietly(() => mover.stop());
}

async function quietly(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch {
    // it was idle already, or cannot be reached: the run knows by now how it went
  }
}

function failureOf({ fault, mover }: TransferEnd, bytesSeen: bigint): StreamFailure {
  const known: Fault = fault ?? { state: 'failed', message: 'The backup did not end.', isMedia: false };
  const bytes = mover && mover.bytesMoved > bytesSeen ? mover.bytesMoved : bytesSeen;
  return new StreamFailure(known, bytes, mover !== undefined);
}
