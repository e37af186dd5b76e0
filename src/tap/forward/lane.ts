import { encodeRecord } from '../../xdr';
import type { ConnectionKind, MessageGate, Passage, PassingMessage, Side } from '../model';
import type { End } from './end';
import { RecordSplitter, type StreamRecord } from './recordSplitter';

/** Bytes of a message that a gate may decide on; longer ones pass as they are. */
export const MAX_MESSAGE = 8 * 1024 * 1024;
/** How many times a second bytes are let through where a gate sets a rate. */
const STEPS = 20;
const MAX_TIMER = 2 ** 31 - 1;

/** What a lane tells of what it does. Never to throw. */
export interface LaneEvents {
  /** These bytes went on as they came. */
  forwarded(bytes: Uint8Array): void;
  /** What a gate decided on a message has been done. */
  decided(wire: Uint8Array, isSentOn: boolean, marks: readonly string[]): void;
  /** Records for the sender's own side, in place of an answer. */
  answer(records: readonly Uint8Array[], marks: readonly string[]): void;
  /** Both sides are to be broken off. */
  cut(how: 'fin' | 'rst', marks: readonly string[]): void;
  /** The sender sends no more, and all that it sent has gone on. */
  ended(): void;
}

/** What goes on in place of a record, and why; undefined where it goes on as it is. Never rejects. */
export type Rewrite = (record: Uint8Array) => Promise<{ record: Uint8Array; mark: string } | undefined> | undefined;

type Item =
  { wire: Uint8Array; payload: Uint8Array } | { raw: Uint8Array } | { made: Uint8Array; marks: readonly string[] };

/**
 * One direction of a connection. Bytes go on as they come; where a gate has something to decide, message by message. The
 * sender is read no further while the receiver does not take what was sent.
 */
export class Lane {
  private readonly splitter = new RecordSplitter(MAX_MESSAGE);
  private readonly queue: Item[] = [];
  /** What goes on when the record that is under way has ended. */
  private readonly later: Item[] = [];
  private isBusy = false;
  /** The sender sends no more. */
  hasEnded = false;
  private isOver = false;
  /** Bytes of the splitter's present record that have gone on. */
  private gone = 0;
  private isFollowed = false;
  private left: number | undefined;
  private wake: (() => void) | undefined;
  private marks: readonly string[] = [];

  constructor(
    private readonly number: number,
    private readonly side: Side,
    private readonly from: End,
    private readonly to: End,
    private readonly gate: MessageGate | undefined,
    /** Exchanges what is to be exchanged in a record; undefined: nothing is. */
    private readonly rewrite: Rewrite | undefined,
    private readonly kind: () => ConnectionKind,
    private readonly events: LaneEvents,
  ) {
    to.socket.on('drain', () => this.goOn());
  }

  /** From now on what comes are records of messages. To be called before the first byte went on. */
  follow(): void {
    this.isFollowed = true;
  }

  /** A data connection begins: asks the gate how far. */
  beginData(): void {
    this.left = this.gate?.bytesLeft?.(this.number, this.side, 'data');
  }

  /** Takes the next bytes of the sender. */
  take(chunk: Uint8Array): void {
    if (this.isOver) return;
    if (this.isFree() && this.queue.length === 0 && !this.isBusy && this.splitter.held === this.gone)
      return this.passOn(chunk);
    this.queueUp(chunk);
    void this.work();
  }

  /** Sends a record that the sender did not send, behind what waits and never within another one. */
  send(record: Uint8Array, marks: readonly string[]): void {
    this.later.push({ made: record, marks });
    this.sendLater();
    void this.work();
  }

  /** The sender sends no more: neither does the lane when all has gone on. */
  end(): void {
    this.hasEnded = true;
    if (!this.isBusy) this.finish();
  }

  /** Nothing is sent on any more. */
  stop(): void {
    this.isOver = true;
    this.wake?.();
  }

  private isFree(): boolean {
    const { gate, number, side } = this;
    if (this.left !== undefined || gate?.rate?.(number, side, this.kind()) !== undefined) return false;
    if (!this.isFollowed) return true;
    return this.rewrite === undefined && (gate === undefined || gate.isIdle?.() === true);
  }

  /** The short way: nothing is looked at before it is on its way. */
  private passOn(chunk: Uint8Array): void {
    if (!this.to.socket.write(chunk)) this.from.socket.pause();
    this.events.forwarded(chunk);
    if (!this.isFollowed) return;
    this.splitter.push(chunk, {
      record: ({ payload }) => this.gate?.seen?.(this.passing(payload)),
      long: () => undefined,
    });
    this.gone = this.splitter.held;
    if (this.later.length === 0) return;
    this.sendLater();
    void this.work();
  }

  private sendLater(): void {
    if (this.gone === 0 && !this.splitter.isInLong) this.queue.push(...this.later.splice(0));
  }

  private queueUp(chunk: Uint8Array): void {
    if (!this.isFollowed) {
      this.queue.push({ raw: chunk });
      return;
    }
    this.splitter.push(chunk, {
      record: (record) => this.queueRecord(record),
      long: (bytes) => {
        const rest = bytes.subarray(this.gone);
        this.gone = 0;
        if (rest.length > 0) this.queue.push({ raw: rest.slice() });
      },
    });
  }

  private queueRecord({ wire, payload }: StreamRecord): void {
    if (this.gone > 0) this.queue.push({ raw: wire.slice(this.gone) });
    else this.queue.push({ wire: wire.slice(), payload: payload.slice() });
    this.gone = 0;
    this.sendLater();
  }

  private async work(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.from.socket.pause();
    for (let item = this.queue.shift(); item !== undefined && !this.isOver; item = this.queue.shift()) {
      if ('raw' in item) await this.write(item.raw, () => this.events.forwarded(item.raw));
      else if ('made' in item) await this.write(item.made, () => this.events.decided(item.made, true, item.marks));
      else await this.decide(item);
      if (this.to.socket.writableNeedDrain) await this.drained();
    }
    this.isBusy = false;
    if (this.isOver) return;
    this.goOn();
    if (this.hasEnded) this.finish();
  }

  private passing(payload: Uint8Array): PassingMessage {
    return { connection: this.number, from: this.side, payload, at: Date.now() };
  }

  private async decide({ wire, payload }: StreamRecord): Promise<void> {
    const { gate, number, side } = this;
    if (gate === undefined) return this.sendOn(wire, []);
    const { passage, marks } = gate.message(this.passing(payload));
    this.left = gate.bytesLeft?.(number, side, this.kind());
    this.marks = marks.map(({ text }) => text);
    await this.carryOut(passage, wire);
  }

  private async carryOut(passage: Passage, wire: Uint8Array): Promise<void> {
    const { marks, events } = this;
    switch (passage.do) {
      case 'pass':
        return this.sendOn(wire, marks);
      case 'hold':
        await this.wait(passage.milliseconds);
        return this.isOver ? undefined : this.carryOut(passage.then(), wire);
      case 'cut':
        if (passage.behind) await this.sendOn(wire, []);
        else events.decided(wire, false, []);
        return this.cut(passage.how);
      case 'replace':
        return this.replace(passage, wire);
    }
  }

  private async replace(passage: Passage & { do: 'replace' }, wire: Uint8Array): Promise<void> {
    const { marks, events, side } = this;
    const [onward, back] =
      side === 'client'
        ? [passage.towardsTarget, passage.towardsClient]
        : [passage.towardsClient, passage.towardsTarget];
    if (onward.length === 0) events.decided(wire, false, marks);
    const records = onward.map((each) => encodeRecord(each));
    const isMarked = strikingOf(records, wire);
    for (const [i, record] of records.entries()) await this.sendOn(record, isMarked[i] ? marks : []);
    if (back.length > 0)
      events.answer(
        back.map((each) => encodeRecord(each)),
        marks,
      );
    if (passage.cut !== undefined) await this.cut(passage.cut);
  }

  /** The last that is done to a message before it goes: its addresses are exchanged. */
  private async sendOn(wire: Uint8Array, marks: readonly string[]): Promise<void> {
    const changed = await this.rewrite?.(wire);
    const record = changed?.record ?? wire;
    const all = changed ? [...marks, changed.mark] : marks;
    await this.write(record, () => this.events.decided(record, true, all));
  }

  private async cut(how: 'fin' | 'rst'): Promise<void> {
    // what was sent before is to arrive
    await this.drained();
    this.events.cut(how, this.marks);
  }

  /** Sends at the gate's rate, and no more than it leaves. */
  private async write(bytes: Uint8Array, told: () => void): Promise<void> {
    const { gate, number, side, left } = this;
    const allowed = left === undefined ? bytes : bytes.subarray(0, left);
    if (left !== undefined) this.left = left - allowed.length;
    for (let at = 0; at < allowed.length && !this.isOver;) {
      const rate = gate?.rate?.(number, side, this.kind());
      const step = rate === undefined ? allowed.length - at : Math.max(1, Math.ceil(rate / STEPS));
      const piece = allowed.subarray(at, at + step);
      this.to.socket.write(piece);
      at += piece.length;
      if (this.to.socket.writableNeedDrain) await this.drained();
      if (rate !== undefined) await this.wait((piece.length / Math.max(1, rate)) * 1000);
    }
    told();
    if (allowed.length < bytes.length) await this.cut('rst');
  }

  private wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(), Math.min(milliseconds, MAX_TIMER));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Settles when the receiver has taken all, or is gone. */
  private drained(): Promise<void> {
    const { socket } = this.to;
    return new Promise((resolve) => {
      const done = (): void => {
        socket.off('close', done);
        resolve();
      };
      socket.on('close', done);
      if (socket.destroyed || !socket.writable) done();
      else socket.write('', done);
    });
  }

  private goOn(): void {
    if (!this.isBusy && !this.isOver && !this.to.socket.writableNeedDrain) this.from.socket.resume();
  }

  private finish(): void {
    if (this.isOver) return;
    const rest = this.splitter.take().subarray(this.gone);
    if (rest.length > 0 && this.to.socket.writable) {
      this.to.socket.write(rest);
      this.events.forwarded(rest);
    }
    this.isOver = true;
    this.to.socket.end();
    this.events.ended();
  }
}

/** Which of the records that go on in place of one tell that something was done: those that differ from it, else repetitions of it. */
function strikingOf(records: readonly Uint8Array[], came: Uint8Array): boolean[] {
  const differ = records.map((each) => Buffer.compare(each, came) !== 0);
  if (differ.includes(true)) return differ;
  return records.map((_, i) => i > 0 || records.length === 1);
}
