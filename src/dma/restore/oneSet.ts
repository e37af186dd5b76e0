import { clip, escapeText } from '../../protocol';
import { messageOf } from '../../transport/messageOf';
import type { Catalog } from '../catalog/model';
import { Aborted, DmaFailure } from '../connection/failures';
import { AlignedReads } from '../ownMover/alignedReads';
import type { Relay } from '../ownMover/relay';
import type { RunEvents } from '../run/model';
import type { Patience } from '../run/patience';
import { RateMeter } from '../run/rate';
import { ServerLog } from '../run/serverLog';
import type { DataService } from '../services/data';
import type { MoverService } from '../services/mover';
import type { RecoverName } from '../services/recoverNames';
import { SideWatcher } from '../services/watch';
import { attemptsFor, inPieces, startRecovery } from './attempts';
import { mayGoThroughHere } from './connections';
import { tryStep } from './ending';
import { followRecovery, type FollowEnd, type FollowFault as Fault } from './follow';
import { joinSides } from './join';
import type { FileResult, RestorePlan, SetRestore, SetResult } from './model';
import { failedSentence, failureLine, FileResults } from './results';
import type { Seat } from './seat';

export interface SetOrder {
  plan: RestorePlan;
  step: SetRestore;
  /** Index of the step, for progress. */
  index: number;
  run: number;
  data: DataService;
  mover: MoverService;
  seat: Seat;
  walk: Catalog['walk'];
  patience: Patience;
  events: RunEvents;
  signal: AbortSignal;
}

/** Failed files that are said at once; the report has more. */
const MOST_SAID = 100;

/** Recovers what a step wants of its set. Never rejects: what went wrong is in the result. */
export async function restoreSet(order: SetOrder): Promise<SetResult> {
  const started = Date.now();
  const recovery = new SetRecovery(order);
  const fault = await recovery.run();
  const { step, seat } = order;
  return {
    ...recovery.result(fault),
    set: step.set.id,
    path: step.set.path,
    milliseconds: Date.now() - started,
    barcodes: [...new Set(step.stretches.map(({ part }) => part.barcode))].filter((each) => seat.used.includes(each)),
  };
}

type Outcome = Pick<SetResult, 'state' | 'direct' | 'bytes' | 'files' | 'counts' | 'message'>;

/** The recoveries of one set: one, or several where the server takes few names at a time. */
class SetRecovery {
  private readonly files: FileResult[] = [];
  private readonly counts = { restored: 0, failed: 0, untold: 0 };
  private readonly rate = new RateMeter();
  private bytes = 0n;
  private isDirect = false;
  private said = 0;
  private serverError: string | undefined;

  /** Whether the mover is asked for whole records only. */
  private isAligned: boolean;

  constructor(private readonly order: SetOrder) {
    this.isAligned = order.plan.aligned;
  }

  async run(): Promise<Fault | undefined> {
    const { step } = this.order;
    for (const names of inPieces(step.names, step.listBytes)) {
      const fault = await this.recover(names);
      if (fault) return fault;
    }
    return undefined;
  }

  result(fault: Fault | undefined): Outcome {
    const { counts, files, bytes, isDirect } = this;
    const { step } = this.order;
    const base = { direct: isDirect, bytes, files, counts };
    const because = this.serverError === undefined ? '' : ` The server said: ${this.serverError}`;
    if (fault) return { ...base, state: fault.state, message: `${fault.message}${because}` };
    if (bytes === 0n && step.set.bytes > 0n && counts.restored === 0)
      return {
        ...base,
        state: 'failed',
        message: `The server says that it succeeded, but it has read nothing.${because}`,
      };
    if (counts.failed > 0) return { ...base, state: 'failed', message: `${failedSentence(counts, files)}${because}` };
    return { ...base, state: 'done', message: '' };
  }

  /** Where the mover turns out to send whole records only, the recovery begins again, so that this machine cuts them. */
  private async recover(names: readonly RecoverName[]): Promise<Fault | undefined> {
    const { step } = this.order;
    const fault = await this.recoverOnce(names);
    if (!fault || !this.mayCut(fault)) return fault;
    this.warn(`${fault.message} Set ${step.set.id} is begun again, in whole records through this machine.`);
    this.isAligned = true;
    return this.recoverOnce(names);
  }

  private mayCut({ needsWholeRecords }: Fault): boolean {
    return needsWholeRecords === true && !this.isAligned && mayGoThroughHere(this.order.plan);
  }

  private async recoverOnce(names: readonly RecoverName[]): Promise<Fault | undefined> {
    const { data, mover, events, signal } = this.order;
    const results = new FileResults(data.connection, names, (failed) => this.say(failed));
    const log = new ServerLog(data.connection, events);
    const watcher = new SideWatcher({ data, mover, signal, seen: ({ data: state }) => this.progress(state, results) });
    const aligned = this.isAligned ? new AlignedReads() : undefined;
    let relay: Relay | undefined;
    let isAnew = false;
    const faulted = (fault: Fault): void => {
      isAnew = this.mayCut(fault);
      // the server calls failed what is only broken off
      if (isAnew) results.stop();
    };
    try {
      relay = await this.begin(names, aligned);
      const end = await this.follow(watcher, aligned, faulted);
      if (end.fault) relay?.abort();
      if (!isAnew) this.bytes += largest(end.data?.bytes, end.mover?.bytesMoved);
      return end.fault;
    } catch (error) {
      relay?.abort();
      await this.giveUp();
      return { state: error instanceof Aborted || signal.aborted ? 'aborted' : 'failed', message: messageOf(error) };
    } finally {
      watcher.close();
      results.stop();
      log.stop();
      await this.stop();
      if (!isAnew) {
        this.serverError ??= log.firstError;
        this.add(results);
      }
    }
  }

  /** Tape, data connection, start. */
  private async begin(names: readonly RecoverName[], aligned: AlignedReads | undefined): Promise<Relay | undefined> {
    const { plan, step, seat, data, mover, walk, signal } = this.order;
    const [first] = step.stretches;
    if (!first) throw new DmaFailure('The catalog does not say where the backup is.');
    this.tell(`reading ${escapeText(first.part.barcode)} for set ${step.set.id}`);
    await seat.take(first, step);
    signal.throwIfAborted();
    const relay = await joinSides({ plan, step, first, data, mover, aligned, signal });
    try {
      const attempts = attemptsFor(step, names, walk);
      const started = await startRecovery(data, step.set.type, attempts, (text) => this.warn(text));
      this.isDirect ||= started.direct;
      return relay;
    } catch (error) {
      relay?.abort();
      throw error;
    }
  }

  private follow(
    watcher: SideWatcher,
    aligned: AlignedReads | undefined,
    faulted: (fault: Fault) => void,
  ): Promise<FollowEnd> {
    const { plan, step, seat, data, mover, patience } = this.order;
    return followRecovery({
      data,
      mover,
      watcher,
      stretches: step.stretches,
      isLocal: plan.path === 'local',
      wholeRecords: plan.moverReads === 'whole-records',
      aligned,
      patience,
      seat: async (stretch) => {
        this.tell(`going on with ${escapeText(stretch.part.barcode)}, part ${stretch.part.number}`);
        await seat.take(stretch, step);
      },
      faulted,
      warn: (text) => this.warn(text),
    });
  }

  /** Something failed before the transfer began: neither side may be left waiting for the other. */
  private async giveUp(): Promise<void> {
    const { data, mover } = this.order;
    await tryStep(data.connection, () => data.abort());
    await tryStep(mover.connection, () => mover.abort());
  }

  private async stop(): Promise<void> {
    const { data, mover } = this.order;
    await tryStep(data.connection, () => data.stop());
    await tryStep(mover.connection, () => mover.stop());
  }

  private add(results: FileResults): void {
    const { restored, failed, untold } = results.counts();
    this.counts.restored += restored;
    this.counts.failed += failed;
    this.counts.untold += untold;
    this.files.push(...results.all());
    this.files.sort((a, b) => Number(b.state === 'failed') - Number(a.state === 'failed'));
  }

  private say(failed: FileResult): void {
    this.said += 1;
    if (this.said <= MOST_SAID) this.order.events.message?.('error', `not restored: ${failureLine(failed)}`);
  }

  private progress(state: { bytes: bigint; bytesLeft: bigint | undefined } | undefined, results: FileResults): void {
    if (!state) return;
    const { events, run, index, step, seat } = this.order;
    const bytes = this.bytes + state.bytes;
    events.progress?.({
      run,
      source: index,
      path: step.set.path,
      phase: 'restoring',
      bytes,
      bytesLeft: state.bytesLeft,
      files: this.counts.restored + results.count,
      rate: this.rate.add(Date.now(), bytes),
      barcode: seat.barcode,
    });
  }

  private tell(text: string): void {
    this.order.events.message?.('info', clip(text, 500));
  }

  private warn(text: string): void {
    this.order.events.message?.('warning', clip(text, 500));
  }
}

function largest(a: bigint = 0n, b: bigint = 0n): bigint {
  return a > b ? a : b;
}
