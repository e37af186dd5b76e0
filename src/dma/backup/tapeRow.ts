import { Aborted, ConnectionLost, DmaFailure, RequestTimedOut } from '../connection/failures';
import type { PartRecord, SetRecord } from '../catalog/model';
import { TapeRefused } from '../media/failures';
import type { DriveState } from '../media/model';
import { isElsewhere } from '../media/placement';
import { KNOWS_LESS, PartWriter, type PartEnd } from '../media/writing';
import type { Surroundings } from '../run/model';
import { patienceOf } from '../run/patience';
import type { MountingLibrary } from '../schedule/house';
import type { MoverState } from '../services/mover';
import type { TapeService } from '../services/tape';
import { messageOf } from '../../transport/messageOf';
import { DriveEmpty, openForWriting, untilFree } from './openTape';
import type { TapeSupply } from './tapeSupply';
import { checkAborted } from './waiting';

export interface RowOrder {
  surroundings: Surroundings;
  library: MountingLibrary;
  supply: TapeSupply;
  drive: DriveState;
  tape: TapeService;
  set: SetRecord;
  /** Number of the copy; the first by default. */
  copy?: number;
  pool: string;
  /** Says what is going on, and with which tape. */
  phase(text: string, barcode: string | undefined): void;
}

/** Tapes in a row that the library could not load. */
const MOST_UNLOADABLE = 3;
/** Tapes in a row that took nothing at all. */
const MOST_EMPTY = 2;

/** Failures that say nothing of the tape that was to be loaded. */
const OUTSIDE = [Aborted, ConnectionLost, RequestTimedOut] as const;

/** The tapes that a stream goes to, one after the other in the same drive. */
export class TapeRow {
  readonly parts: PartRecord[] = [];
  private readonly writer: PartWriter;
  /** A tape was, or was to be, put into the drive: before that it is not ours to empty. */
  private isLoaded = false;
  private isOpen = false;
  private isPartOpen = false;
  private isAwaited = false;
  private empty = 0;
  private unloadable = 0;
  private vanished = 0;

  constructor(private readonly order: RowOrder) {
    const { surroundings, set, copy, pool } = order;
    const { catalog, events, now } = surroundings;
    this.writer = new PartWriter({ catalog, set, copy, pool, now, message: events.message?.bind(events) });
  }

  get barcodes(): string[] {
    return this.parts.map(({ barcode }) => barcode);
  }

  /** The first tape, ready for the mover. @throws DmaFailure when there is none that can be written */
  async start(): Promise<void> {
    await this.load(0n);
  }

  /** The tape is full: its part is closed, the next one takes the rest of the stream. */
  async change({ bytesMoved }: MoverState): Promise<void> {
    const bytes = this.bytesOfPart(bytesMoved);
    this.empty = bytes === 0n ? this.empty + 1 : 0;
    await this.endPart({ state: 'continues', bytes });
    if (this.empty >= MOST_EMPTY)
      throw new DmaFailure(`${this.empty} tapes in a row took no record of the stream: is the record size right?`);
    await this.closeTape();
    if (this.order.library.changer === undefined) {
      await this.order.library.dismount(this.order.drive.device, this.order.tape.connection);
      await this.order.supply.askForTape(`Tape "${this.barcodes.at(-1) ?? ''}" is full.`);
      this.isAwaited = true;
    }
    await this.load(bytesMoved);
  }

  /** The stream has ended: the file mark behind it is written meanwhile. */
  mark(): void {
    this.writer.mark();
  }

  /** Closes the last part. @param end what is known of the whole image */
  async finish(totalBytes: bigint, end: Omit<PartEnd, 'bytes' | 'totalBytes'>): Promise<void> {
    await this.endPart({ ...end, totalBytes, bytes: this.bytesOfPart(totalBytes) });
    if (this.writer.lack !== undefined) await this.endElsewhere({ ...end, totalBytes, bytes: 0n }, this.writer.lack);
    await this.closeTape();
  }

  /** The last tape was full: a further one takes the closing record, behind a part without any data. Nobody is asked for it. */
  private async endElsewhere(end: PartEnd & { totalBytes: bigint }, lack: string): Promise<void> {
    const { surroundings, library, supply } = this.order;
    let why = lack;
    try {
      for (let tries = 0; tries < MOST_UNLOADABLE && library.changer !== undefined; tries++) {
        const tape = await supply.atHand();
        if (!tape) break;
        await this.closeTape();
        if (!(await this.beginOn(tape.barcode, end.totalBytes))) continue;
        await this.endPart(end);
        if (this.writer.lack === undefined)
          return surroundings.events.message?.('info', `${lack}: it is on tape "${tape.barcode}".`);
      }
    } catch (problem) {
      why = `${lack}, and no other tape took it (${messageOf(problem)})`;
    }
    surroundings.events.message?.('warning', `${why}: ${KNOWS_LESS}.`);
  }

  /** @returns whether the tape can be written */
  private async beginOn(barcode: string, offset: bigint): Promise<boolean> {
    const { library, drive, tape, supply } = this.order;
    this.order.phase(`loading tape ${barcode}`, barcode);
    try {
      await library.mount(barcode, drive.device, tape.connection);
      await this.begin(barcode, offset);
      return true;
    } catch (problem) {
      await this.closeTape().catch(() => undefined);
      if (!(problem instanceof TapeRefused)) throw problem;
      supply.refuse(barcode);
      return false;
    }
  }

  /** Gives the place of the first part back, of which the mover wrote nothing. */
  async withdraw(): Promise<void> {
    const isPart = this.isPartOpen;
    this.isPartOpen = false;
    this.parts.length = 0;
    try {
      if (isPart) await this.writer.withdraw();
      await this.closeTape();
    } catch (problem) {
      this.order.surroundings.events.message?.('warning', `The tape could not be closed: ${messageOf(problem)}`);
    }
  }

  /** Leaves tape and catalog true after a failure, as far as the tape can still be reached. */
  async breakOff(bytesMoved: bigint, message: string): Promise<void> {
    if (!this.isOpen) return;
    const bytes = this.bytesOfPart(bytesMoved);
    try {
      if (this.isPartOpen) await this.endPart({ state: 'partial', bytes, message });
      await this.closeTape();
    } catch (problem) {
      this.order.surroundings.events.message?.('warning', `The tape could not be closed: ${messageOf(problem)}`);
      await this.writer.abandon(bytes);
    }
  }

  /** The drive empty again. */
  async unload(): Promise<void> {
    const { library, drive, tape } = this.order;
    if (library.changer === undefined || !this.isLoaded) return;
    this.order.phase('unloading', undefined);
    await library.dismount(drive.device, tape.connection);
  }

  private bytesOfPart(bytes: bigint): bigint {
    const offset = this.parts.at(-1)?.offset ?? 0n;
    return bytes > offset ? bytes - offset : 0n;
  }

  private async endPart(end: PartEnd): Promise<void> {
    this.isPartOpen = false;
    const part = await this.writer.end(end);
    this.parts[this.parts.length - 1] = part;
  }

  private async load(offset: bigint): Promise<void> {
    for (;;) {
      checkAborted(this.order.surroundings.signal);
      const barcode = await this.mount();
      try {
        return await this.begin(barcode, offset);
      } catch (problem) {
        await this.closeTape().catch(() => undefined);
        if (problem instanceof TapeRefused) await this.refuse(problem.barcode ?? barcode, problem.message);
        else if (problem instanceof DriveEmpty && this.isWorthAnotherTry(barcode))
          await this.refuse(barcode, problem.message);
        else throw problem;
      }
    }
  }

  /** @returns the tape's barcode; undefined where whatever is in the drive is looked at */
  private async mount(): Promise<string | undefined> {
    const { library, supply, drive, tape } = this.order;
    if (library.changer === undefined) return undefined;
    this.order.phase('choosing a tape', undefined);
    const { busy: patience, retry: pause } = patienceOf(this.order.surroundings);
    await untilFree(tape, drive.device, { signal: this.order.surroundings.signal, patience, pause });
    for (;;) {
      const { barcode } = await supply.next();
      this.order.phase(`loading tape ${barcode}`, barcode);
      this.isLoaded = true;
      try {
        await library.mount(barcode, drive.device, tape.connection);
        this.unloadable = 0;
        return barcode;
      } catch (problem) {
        if (!this.isWorthAnother(problem)) throw problem;
        this.order.surroundings.events.message?.('warning', messageOf(problem));
        supply.refuse(barcode);
      }
    }
  }

  /** A cartridge that cannot be moved or loaded need not be a library that does not work. */
  private isWorthAnother(problem: unknown): boolean {
    const isTheTape = problem instanceof DmaFailure && !OUTSIDE.some((kind) => problem instanceof kind);
    this.unloadable += 1;
    return isTheTape && this.unloadable < MOST_UNLOADABLE;
  }

  /** Another program that uses the library may have taken the tape out of the drive; a drive that is always empty is broken. */
  private isWorthAnotherTry(barcode: string | undefined): boolean {
    if (barcode === undefined) return true;
    this.vanished += 1;
    return this.vanished < MOST_UNLOADABLE;
  }

  private async begin(barcode: string | undefined, offset: bigint): Promise<void> {
    const { tape, drive, surroundings } = this.order;
    const { busy: patience, threading, retry: pause } = patienceOf(surroundings);
    const emptyPatience = barcode !== undefined ? patience : this.isAwaited ? threading : 0;
    const { signal } = surroundings;
    const isElsewhere = this.isElsewhere(barcode);
    await openForWriting(tape, drive.device, { signal, barcode, patience, emptyPatience, pause, isElsewhere });
    this.isOpen = true;
    this.order.phase('checking the tape', barcode);
    const place = barcode === undefined ? undefined : this.order.library.placeOf?.(barcode);
    const part = await this.writer.begin({ tape, barcode, isElsewhere, place, number: this.parts.length + 1, offset });
    this.isPartOpen = true;
    this.parts.push(part);
    this.order.phase('writing', part.barcode);
  }

  private isElsewhere(barcode: string | undefined): (() => Promise<boolean>) | undefined {
    const { library, drive } = this.order;
    if (barcode === undefined) return undefined;
    return async () => isElsewhere(await library.inventory(), barcode, drive.element);
  }

  private async refuse(barcode: string | undefined, why: string): Promise<void> {
    const { supply, surroundings, library, drive, tape } = this.order;
    surroundings.events.message?.('warning', why);
    if (barcode !== undefined) supply.refuse(barcode);
    if (library.changer !== undefined) return;
    if (barcode !== undefined) await library.dismount(drive.device, tape.connection);
    await supply.askForTape(why);
    this.isAwaited = true;
  }

  private async closeTape(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    await this.order.tape.close();
  }
}
