import { decodeHeader, HEADER_LENGTH, type Header, type MessageContext } from '../../protocol';
import type { Mark, Passage, PassingMessage, Side } from '../model';
import { madeUp, overwriteHeader, withFields } from './bodies';
import { harmTexts, hitText } from './describe';
import type { Flow, Item } from './flow';
import type { Fault, Fields, Harm } from './model';

/** A fault that is done to a message now. */
export interface Struck {
  id: number;
  fault: Extract<Fault, { kind: 'message' }>;
}

/** Copies of one message take no more bytes than this. */
const MOST_COPIED = 16 * 1024 * 1024;
/** Nor do the messages of a connection that wait for others. */
const MOST_HELD = 16 * 1024 * 1024;

/** What becomes of one message: what goes before it, in its place and behind it, when, and whether it is the last. */
export class Course {
  readonly marks: Mark[] = [];
  private readonly before: Item[] = [];
  private self: Item[];
  private readonly behind: Item[] = [];
  private isAltered = false;
  private milliseconds = 0;
  private cut: { how: 'fin' | 'rst'; at: 'before' | 'behind' } | undefined;

  constructor(
    private readonly flow: Flow,
    private readonly passing: PassingMessage,
    private readonly header: Header,
    private readonly context: MessageContext,
    private readonly random: () => number,
  ) {
    this.self = [this.copy(true)];
  }

  /** Does a fault to the message, beside those before. */
  strike({ id, fault }: Struck): void {
    const notes = this.apply(fault.harm, id);
    this.marks.push({ connection: this.passing.connection, text: hitText(id, fault, notes) });
  }

  /** The other side must not see the message: it is a reply to what it never asked. */
  swallow(): void {
    this.self = [];
    this.isAltered = true;
  }

  /** What the tap is to do. Numbers are given when it does it. */
  passage(): Passage {
    if (this.milliseconds === 0) return this.settled();
    return { do: 'hold', milliseconds: this.milliseconds, then: () => this.settled() };
  }

  private apply(harm: Harm, id: number): string[] {
    const notes = harmTexts({ ...harm, delay: undefined });
    const { from } = this.passing;
    if (harm.answer) {
      if (this.context.kind !== 'request') notes.push('but it is no request, and passes');
      else this.answer(harm.answer);
    }
    if (harm.drop === true) this.swallow();
    if (harm.change && !this.change(harm.change)) notes.push('but it has no such fields, and passes as it is');
    if (harm.garble !== undefined) this.garble(harm.garble);
    if (harm.duplicate !== undefined) this.duplicate(harm.duplicate);
    if (harm.reorder !== undefined && !this.reorder(harm.reorder, id)) notes.push('but too much waits already');
    for (const each of harm.inject ?? [])
      for (let n = 0; n < each.times; n++) (each.before ? this.before : this.behind).push(this.injected(each));
    if (harm.delay) {
      const [least, most] = harm.delay;
      const wait = Math.round(least + (most - least) * this.random());
      this.milliseconds += wait;
      notes.push(`${wait} ms later`);
    }
    if (harm.throttle !== undefined) this.flow.rate[from] = harm.throttle === 0 ? undefined : harm.throttle;
    if (harm.cut) {
      const { how, at } = harm.cut;
      if (typeof at === 'number') this.flow.limit(from, at, this.passing.payload.length + 4);
      else this.cut = { how, at };
    }
    return notes;
  }

  private answer({ error, inHeader, body }: Exclude<Harm['answer'], undefined>): void {
    this.self = [];
    const fields = inHeader ? {} : { error, ...body };
    this.behind.push(this.own('target', 'reply', this.header.code, inHeader ? error : 0, fields));
  }

  private change(fields: Fields): boolean {
    let isChanged = false;
    for (const item of this.self) {
      const changed = withFields(item.payload, this.context, fields);
      if (!changed) continue;
      const finishBefore = item.finish;
      item.payload = changed;
      item.finish = (payload) => {
        finishBefore?.(payload);
        overwriteHeader(payload, fields);
      };
      isChanged = true;
    }
    this.isAltered ||= isChanged;
    return isChanged;
  }

  private garble(count: number): void {
    for (const { payload } of this.self) {
      const length = payload.length - HEADER_LENGTH;
      for (let n = 0; n < Math.min(count, length); n++)
        payload[HEADER_LENGTH + Math.floor(this.random() * length)] = Math.floor(this.random() * 256);
    }
    this.isAltered = true;
  }

  private duplicate(times: number): void {
    const most = Math.max(1, Math.floor(MOST_COPIED / this.passing.payload.length));
    const [first] = this.self;
    if (!first) return;
    for (let n = 0; n < Math.min(times, most); n++)
      this.self.push({ ...first, payload: new Uint8Array(first.payload), isNatural: false });
    this.isAltered = true;
  }

  private reorder(behind: number, id: number): boolean {
    const held = this.flow.held[this.passing.from];
    const bytes = held.reduce((sum, { item }) => sum + item.payload.length, this.passing.payload.length);
    if (bytes > MOST_HELD) return false;
    // one more, for the message itself counts when it is settled
    for (const item of this.self) held.push({ item: { ...item, isNatural: false }, behind: behind + 1, id });
    this.swallow();
    return true;
  }

  private injected({ code, kind, body }: Exclude<Harm['inject'], undefined>[number]): Item {
    return this.own(kind === 'request' ? 'client' : 'target', kind, code, 0, body);
  }

  /** A message that `from` never sent. */
  private own(from: Side, kind: MessageContext['kind'], code: number, error: number, fields: Fields): Item {
    const replySequence =
      kind !== 'reply' ? 0 : this.context.kind === 'request' ? this.header.sequence : this.flow.lastRequest;
    const header: Header = {
      sequence: 0,
      timeStamp: Math.floor(this.passing.at / 1000) >>> 0,
      messageType: kind === 'reply' ? 1 : 0,
      code,
      replySequence,
      error,
    };
    const payload = madeUp(header, kind, this.flow.version, fields);
    return { payload, from, own: undefined, isNatural: false, finish: (bytes) => overwriteHeader(bytes, fields) };
  }

  private copy(isNatural: boolean): Item {
    const { payload, from } = this.passing;
    return { payload: new Uint8Array(payload), from, own: this.header.sequence, isNatural };
  }

  private settled(): Passage {
    const { flow, cut } = this;
    if (cut?.at === 'before') return { do: 'cut', how: cut.how, behind: false };
    const { from } = this.passing;
    const isPlain = !this.isAltered && this.before.length + this.behind.length === 0 && flow.isUntouched(from);
    if (isPlain) {
      flow.passed(this.header, from);
      return cut ? { do: 'cut', how: cut.how, behind: true } : { do: 'pass' };
    }
    if (!this.self.some(({ isNatural }) => isNatural)) flow.taken(from);
    const items = [...this.before, ...this.self, ...this.behind, ...this.released()];
    const passage: Passage = { do: 'replace', towardsTarget: [], towardsClient: [] };
    for (const item of items)
      (item.from === 'client' ? passage.towardsTarget : passage.towardsClient).push(flow.number(item));
    return cut ? { ...passage, cut: cut.how } : passage;
  }

  /** Messages that have waited long enough. */
  private released(): Item[] {
    const { held } = this.flow;
    const { from, connection } = this.passing;
    const due = held[from].filter((each) => --each.behind <= 0);
    held[from] = held[from].filter((each) => each.behind > 0);
    for (const { item, id } of due) {
      const header = decodeHeader(item.payload);
      if (header)
        this.marks.push({ connection, text: `fault ${id}: message ${header.sequence}, which waited, comes here` });
    }
    return due.map(({ item }) => item);
  }
}
