import { decodeHeader, escapeText, type MessageContext } from '../../protocol';
import { messageOf } from '../../transport/messageOf';
import type { ConnectionKind, Mark, MessageGate, Passage, PassingMessage, Side } from '../model';
import { hasFields } from './bodies';
import { Course, type Struck } from './course';
import { DataFaults } from './dataFaults';
import { faultText } from './describe';
import { Flow } from './flow';
import { FaultScriptError, type Fault, type FaultScript } from './model';
import { seededRandom } from './random';
import { readFault } from './read';
import { Tally } from './tally';

/** As many faults a tap has at a time. */
const MOST_FAULTS = 1000;

export interface FaultLine {
  id: number;
  /** For people. Escaped. */
  text: string;
  /** Messages that were struck. */
  hits: number;
}

/** Does the faults of a script to messages that pass, and says of each what was done. */
export interface FaultGate extends MessageGate {
  list(): FaultLine[];
  /**
   * Adds a fault, as an entry of `faults` in a script.
   * @returns its number
   * @throws FaultScriptError that says what is wrong with it
   */
  add(entry: unknown): number;
  /** @returns whether there was such a fault */
  remove(id: number): boolean;
  clear(): void;
}

export interface FaultGateOptions {
  /** Numbers from 0 up to 1; by default such as the script's seed gives. */
  random?: () => number;
  /** Told of what happens to a connection, not to a message of it. */
  marked?: (mark: Mark) => void;
}

const PASS: { passage: Passage; marks: Mark[] } = { passage: { do: 'pass' }, marks: [] };

/** A gate that does the faults of a script; of an empty one it does nothing until some are added. */
export function faultGate(script: FaultScript, options: FaultGateOptions = {}): FaultGate {
  return new Gate(script, options);
}

class Gate implements FaultGate {
  private readonly faults = new Map<number, { fault: Fault; tally: Tally }>();
  private readonly flows = new Map<number, Flow>();
  /** Connections on which something is not as it came: they are followed to their end. */
  private readonly altered = new Set<number>();
  private readonly random: () => number;
  private readonly marked: (mark: Mark) => void;
  private readonly data: DataFaults;
  private nextId = 1;

  constructor(script: FaultScript, { random, marked = () => undefined }: FaultGateOptions) {
    this.random = random ?? seededRandom(script.seed);
    this.marked = marked;
    this.data = new DataFaults(this.random, marked);
    for (const fault of script.faults) this.put(fault);
  }

  list(): FaultLine[] {
    return [...this.faults].map(([id, { fault, tally }]) => ({ id, text: faultText(fault), hits: tally.hits }));
  }

  add(entry: unknown): number {
    if (this.faults.size >= MOST_FAULTS)
      throw new FaultScriptError(`There are ${MOST_FAULTS} faults already: remove some.`);
    return this.put(readFault(entry));
  }

  remove(id: number): boolean {
    return this.faults.delete(id);
  }

  clear(): void {
    this.faults.clear();
  }

  message(passing: PassingMessage): { passage: Passage; marks: Mark[] } {
    try {
      return this.decided(passing);
    } catch (problem) {
      const text = `a fault could not be done, the message passes: ${escapeText(messageOf(problem))}`;
      return { passage: { do: 'pass' }, marks: [{ connection: passing.connection, text }] };
    }
  }

  /** Nothing is to be done to any message, and those that passed have kept their numbers. */
  isIdle(): boolean {
    return this.faults.size === 0 && this.altered.size === 0;
  }

  seen({ connection, from, payload }: PassingMessage): void {
    const header = decodeHeader(payload);
    if (!header) return;
    const flow = this.flowOf(connection);
    flow.learn(header, from, payload);
    flow.passed(header, from);
  }

  bytesLeft(connection: number, from: Side, kind: ConnectionKind): number | undefined {
    if (kind === 'data') return this.data.of(connection, this.faults, from).cutAt;
    return this.flows.get(connection)?.bytesLeft(from);
  }

  rate(connection: number, from: Side, kind: ConnectionKind): number | undefined {
    if (kind === 'data') return this.data.of(connection, this.faults, from).throttle;
    return this.flows.get(connection)?.rate[from];
  }

  closed(connection: number): void {
    const { held } = this.flows.get(connection) ?? {};
    for (const { id } of held ? [...held.client, ...held.target] : [])
      this.marked({ connection, text: `fault ${id}: a message that waited for others was lost with the connection` });
    this.flows.delete(connection);
    this.altered.delete(connection);
    this.data.closed(connection);
    for (const { tally } of this.faults.values()) tally.forget(connection);
  }

  private put(fault: Fault): number {
    const id = this.nextId++;
    this.faults.set(id, { fault, tally: new Tally(fault) });
    return id;
  }

  private decided(passing: PassingMessage): { passage: Passage; marks: Mark[] } {
    const { connection, from, payload } = passing;
    const header = decodeHeader(payload);
    if (!header) return PASS;
    const flow = this.flowOf(connection);
    const context = flow.contextOf(header, from);
    const isForeign = flow.isForeign(header, from);
    const struck = isForeign || header.messageType > 1 ? [] : this.struck(passing, context);
    flow.learn(header, from, payload);
    flow.count(from, payload.length + 4);
    if (struck.length === 0 && !isForeign && flow.isUntouched(from)) {
      flow.passed(header, from);
      return PASS;
    }
    this.altered.add(connection);
    const course = new Course(flow, passing, header, context, this.random);
    if (isForeign) course.swallow();
    for (const each of struck) course.strike(each);
    return { passage: course.passage(), marks: course.marks };
  }

  private flowOf(connection: number): Flow {
    const flow = this.flows.get(connection) ?? new Flow();
    this.flows.set(connection, flow);
    return flow;
  }

  private struck({ connection, payload }: PassingMessage, context: MessageContext): Struck[] {
    const found: Struck[] = [];
    for (const [id, { fault, tally }] of this.faults) {
      if (fault.kind !== 'message' || tally.isSpent(connection)) continue;
      const { codes, kinds, versions, connection: only, where } = fault.on;
      if (codes && !codes.includes(context.code)) continue;
      if (kinds && !kinds.includes(context.kind)) continue;
      if (versions && !versions.includes(context.version)) continue;
      if (only !== undefined && only !== connection) continue;
      if (hasFields(payload, context, where) && tally.strikes(connection, this.random)) found.push({ id, fault });
    }
    return found;
  }
}
