import { randomUUID } from 'node:crypto';
import type { SetRecord, TapeRecord } from '../catalog/model';
import { Aborted, DmaFailure } from '../connection/failures';
import type { DriveState } from '../media/model';
import { isPlannedAddress } from '../plan/addresses';
import type { BackupPlan, SourcePlan } from '../plan/model';
import type { SourceResult, Surroundings } from '../run/model';
import type { MediaHouse } from '../schedule/house';
import { messageOf } from '../../transport/messageOf';
import { DriveBusy } from './openTape';
import { StreamProgress } from './progress';
import { SetHistory, type FoundFiles } from './setHistory';
import { openSides, type StreamSides } from './sides';
import { carryStream, StreamFailure, type StreamEnd } from './stream';
import { TapeRow } from './tapeRow';
import { TapeSupply } from './tapeSupply';
import { unlessAborted } from './waiting';

export interface SourceOrder {
  run: number;
  plan: BackupPlan;
  /** Index in the plan's sources. */
  index: number;
  surroundings: Surroundings;
  house: MediaHouse;
}

/** A backup under way. Neither of its promises rejects: how it went is in the result. */
export interface SourceRun {
  /** Its drive is free again; the catalog may still make a tree of its file history. */
  unloaded: Promise<void>;
  result: Promise<SourceResult>;
}

/** Backs up one source of a plan on a drive of its own. */
export function backUpSource(order: SourceOrder): SourceRun {
  const source = new SourceBackup(order);
  const started = Date.now();
  const unloaded = source.run().catch((problem: unknown) => {
    source.result.state = problem instanceof Aborted || order.surroundings.signal.aborted ? 'aborted' : 'failed';
    source.result.message = [messageOf(problem), source.damage].filter((each) => each !== '').join(' ');
  });
  const result = unloaded.then(async () => {
    await source.finish();
    return { ...source.result, milliseconds: Date.now() - started };
  });
  return { unloaded, result };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

class SourceBackup {
  readonly result: Mutable<SourceResult>;
  /** What is to be said of a tape that could not be written. */
  damage = '';
  private readonly source: SourcePlan;
  private readonly progress: StreamProgress;
  /** Of a backup that is complete: what the catalog has still to make a tree of. */
  private history: SetHistory | undefined;

  constructor(private readonly order: SourceOrder) {
    const { run, plan, index, surroundings } = order;
    this.source = plan.sources[index];
    const { path } = this.source.source;
    this.progress = new StreamProgress(surroundings.events, { run, source: index, path }, () => surroundings.now());
    this.result = {
      path,
      set: undefined,
      state: 'failed',
      bytes: 0n,
      files: 0,
      milliseconds: 0,
      transferMilliseconds: 0,
      barcodes: [],
      message: '',
    };
  }

  /** Takes the first drive that is free; one that somebody outside this program uses is left for another. */
  async run(): Promise<void> {
    const { house, surroundings } = this.order;
    let candidates = this.source.drives;
    for (;;) {
      this.progress.say('waiting for a drive');
      const lease = await house.drives.lease(candidates, surroundings.signal);
      try {
        return await this.runOn(lease.drive);
      } catch (problem) {
        const others = candidates.filter(({ device }) => device !== lease.drive.device);
        if (!(problem instanceof DriveBusy) || others.length === 0) throw problem;
        surroundings.events.message?.('warning', `${problem.message} Another drive is taken.`);
        candidates = others;
      } finally {
        lease.release();
      }
    }
  }

  /** What the catalog has still to do, which needs no drive. */
  async finish(): Promise<void> {
    const { history, result } = this;
    if (result.state !== 'done') return;
    if (history) await this.listed(history.finish());
    if (result.message !== '') this.order.surroundings.events.message?.('warning', result.message);
  }

  private async runOn(drive: DriveState): Promise<void> {
    const { surroundings, plan, house } = this.order;
    const { server, changer, drives, pool, append } = { ...plan.job.target, server: drive.server };
    const library = await house.library({ server, changer, drives });
    const sides = await openSides(surroundings, plan.job.server, this.source, drive);
    const { tapes: planned } = this.source;
    const supply = new TapeSupply({ surroundings, house, library, pool, append, planned, drive });
    try {
      const set = await this.beginSet(sides);
      const phase = (text: string, barcode: string | undefined): void => this.progress.say(text, barcode);
      const row = new TapeRow({ surroundings, library, supply, drive, tape: sides.tape, set, pool, phase });
      await this.write(set, row, sides).finally(() => {
        this.result.barcodes = row.barcodes;
      });
      await this.unload(row);
    } finally {
      supply.release();
      await sides.close();
    }
  }

  /** The record of the set, before anything is on tape: a run that dies is seen by it. */
  private async beginSet({ data }: StreamSides): Promise<SetRecord> {
    const { run, plan, surroundings } = this.order;
    const { catalog } = surroundings;
    const { source, type, level, base, recordSize, expires, path: topology } = this.source;
    const { server, introduction } = data.connection;
    const serverIdentity = introduction?.identity ?? (await catalog.serverIdentity(server)) ?? server;
    const set = await catalog.beginSet({
      uuid: randomUUID(),
      run,
      job: plan.job.name,
      serverIdentity,
      server,
      path: source.path,
      type,
      level,
      base: base?.id,
      started: surroundings.now(),
      ended: undefined,
      state: 'writing',
      bytes: 0n,
      files: 0,
      recordSize,
      environment: [],
      digest: undefined,
      withoutFiles: undefined,
      expires,
      topology,
    });
    this.result.set = set.id;
    return set;
  }

  private async write(set: SetRecord, row: TapeRow, sides: StreamSides): Promise<void> {
    const { surroundings, plan } = this.order;
    const { catalog } = surroundings;
    const begun = this.beginHistory(set, sides);
    try {
      await row.start();
      const history = await begun;
      await catalog.claim(set.serverIdentity, set.path, set.job);
      const isPlanned = (address: string): boolean => isPlannedAddress(plan, address);
      const { progress, source } = this;
      const end = await carryStream({ surroundings, plan: source, sides, row, history, progress, isPlanned });
      this.result.transferMilliseconds = end.milliseconds;
      this.result.bytes = end.verdict.bytes;
      if (end.verdict.failure !== undefined) throw new DmaFailure(end.verdict.failure);
      this.progress.say('finishing');
      await this.complete(set, row, end, history);
      this.history = history;
    } catch (problem) {
      await (await begun.catch(() => undefined))?.abandon();
      await this.breakOff(set, row, problem);
      throw problem;
    } finally {
      await (await begun.catch(() => undefined))?.close();
    }
  }

  /** Gets ready for file history, while the tape is loaded. */
  private beginHistory(set: SetRecord, { data }: StreamSides): Promise<SetHistory | undefined> {
    if (!this.source.history) return Promise.resolve(undefined);
    const begun = SetHistory.begin(this.order.surroundings.catalog, set.id, data.connection.version);
    begun.catch(() => undefined);
    return begun;
  }

  /** On tape first, in the catalog then: what the catalog calls complete is. */
  private async complete(set: SetRecord, row: TapeRow, end: StreamEnd, history: SetHistory | undefined): Promise<void> {
    const { catalog, now } = this.order.surroundings;
    const { verdict, environment, digest } = end;
    row.mark();
    const { files = 0, problems = [], loss } = (await history?.settle()) ?? {};
    const tree = history?.tree;
    const untold = history?.treeProblem === undefined ? [] : [withoutTree(history.treeProblem)];
    const message = [...verdict.warnings, ...problems, ...untold].join(' ');
    await row.finish(verdict.bytes, { state: 'complete', files, digest, environment, message, tree });
    const known = { bytes: verdict.bytes, files, environment, digest, withoutFiles: loss };
    await catalog.updateSet(set.id, { ...known, state: 'complete', ended: now() });
    await this.keepChain();
    this.result.state = 'done';
    this.result.files = files;
    this.result.message = message;
  }

  /** A backup without the files in the catalog is one all the same: all of it can be restored, but no single files. */
  private async listed(listing: Promise<FoundFiles>): Promise<void> {
    const { catalog, signal } = this.order.surroundings;
    const { result } = this;
    try {
      const { files, problems, loss } = await unlessAborted(listing, signal);
      const known = { files: loss === undefined ? files : result.files, withoutFiles: loss };
      if (result.set !== undefined) await catalog.updateSet(result.set, known);
      result.files = known.files;
      this.add(...problems);
      if (loss !== undefined) this.lack(withoutFiles(loss));
    } catch (problem) {
      // the tree is made of what came when somebody asks for it
      if (!(problem instanceof Aborted)) this.lack(messageOf(problem));
    }
  }

  private lack(message: string): void {
    this.result.state = 'done-with-errors';
    this.add(message);
  }

  private add(...messages: readonly string[]): void {
    const news = messages.filter((message) => !this.result.message.includes(message));
    this.result.message = [this.result.message, ...news].join(' ').trim();
  }

  /** Restore points that this one builds on are kept as long as it is. */
  private async keepChain(): Promise<void> {
    const { catalog } = this.order.surroundings;
    const { expires, chain } = this.source;
    for (const id of chain) {
      const set = await catalog.set(id);
      if (set?.expires === undefined) continue;
      if (expires === undefined || expires > set.expires) await catalog.updateSet(id, { expires });
    }
  }

  /** Tape and catalog say the truth about what there is of it. */
  private async breakOff(set: SetRecord, row: TapeRow, problem: unknown): Promise<void> {
    const { catalog, now, events } = this.order.surroundings;
    const failure = problem instanceof StreamFailure ? problem : undefined;
    const bytes = failure?.bytesMoved ?? this.progress.bytesMoved;
    this.result.bytes = bytes;
    const isMedia = failure?.fault.isMedia === true;
    const last = row.barcodes.at(-1) ?? '';
    const isNothing = bytes === 0n && failure?.isCounted !== false && row.parts.length <= 1;
    try {
      if (isNothing && !isMedia) await row.withdraw();
      else await row.breakOff(bytes, messageOf(problem));
      if (isNothing) await this.forget(set);
      else await catalog.updateSet(set.id, { state: 'partial', ended: now(), bytes });
      const worn = isMedia ? await catalog.tape(last) : undefined;
      if (worn) await this.markDamaged(worn);
      await this.unload(row);
    } catch (another) {
      events.message?.('warning', `After that: ${messageOf(another)}`);
    }
  }

  private async markDamaged(tape: TapeRecord): Promise<void> {
    await this.order.surroundings.catalog.putTape({ ...tape, state: 'damaged' });
    this.damage = `Tape "${tape.barcode}" is marked as damaged. The next run takes another one; if that fails too, look at the drive.`;
    this.order.surroundings.events.message?.('error', this.damage);
  }

  /** No byte of it is on tape: the run alone tells of it. */
  private async forget({ id }: SetRecord): Promise<void> {
    await this.order.surroundings.catalog.removeSet(id);
    this.result.set = undefined;
  }

  /** A tape that stays in the drive does no harm. */
  private async unload(row: TapeRow): Promise<void> {
    try {
      await row.unload();
    } catch (problem) {
      this.order.surroundings.events.message?.('warning', `The tape stays in the drive: ${messageOf(problem)}`);
    }
  }
}

function withoutFiles(why: string): string {
  return `The catalog did not take its file history: all of it can be restored, but no single files, until "ndmp media scan" has read the list of files from its tape. The reason: ${why}`;
}

function withoutTree(why: string): string {
  return `The list of its files did not go on the tape: ${why}. A scan of the tapes alone would have this backup without it.`;
}
