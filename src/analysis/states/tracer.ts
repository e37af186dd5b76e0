import {
  decodeMessage,
  leniency,
  requestRule,
  type MachineName,
  type NdmpVersion,
  type RequestRule,
  type StateName,
} from '../../protocol';
import { knownPayload } from '../../session/recordReader';
import { bodyOf } from '../connections';
import type { MessageSource } from '../messageView';
import { mayFollowGap } from './gaps';
import { Listeners } from './links';
import { TracedMachine } from './machine';
import type { StateIssue, StateIssueKind, StateSpan } from './model';
import { reasonName, shownState } from './shown';

const DATA_GET_STATE = 0x400;
const MOVER_GET_STATE = 0xa00;
const DATA_LISTEN = 0x409;
const MOVER_LISTEN = 0xa01;
const DATA_HALTED = 0x501;
const MOVER_HALTED = 0x503;
const MOVER_PAUSED = 0x504;
const DATA_READ = 0x505;
const ILLEGAL_STATE = 19;
const NOT_SUPPORTED = 1;
const NOT_AUTHORIZED = 4;
const MAX_ISSUES = 10000;
const EVERY_VERSION: readonly NdmpVersion[] = [2, 3, 4];

interface Machines {
  data?: TracedMachine;
  mover?: TracedMachine;
}

/** What the machine may have been in when a request was seen on its way to the server. */
interface Sent {
  possible: readonly StateName[];
}

/**
 * Follows the state machines of all connections through the messages. A server works through requests one after the
 * other, so that a request is judged in the state that the server's messages up to its reply lead to; the DMA is at
 * fault only where also nothing that it knew when it sent the request allowed it.
 */
export class StateTracer {
  readonly issues: StateIssue[] = [];
  private readonly machines: Machines[] = [];
  private readonly sent = new Map<number, Sent>();
  private readonly listeners = new Listeners();

  constructor(private readonly source: MessageSource) {}

  /** Goes through all messages. @returns the spans of all machines that were used, in order. */
  run(): StateSpan[] {
    const { index } = this.source;
    for (let row = 0; row < index.count; row++) {
      if (mayFollowGap(index, row)) this.forget(index.connection(row));
      const code = index.code(row);
      // file history and log posts come by the million and tell nothing of states
      if (code >>> 8 === 6 || code >>> 8 === 7) continue;
      const kind = index.kind(row);
      if (kind === 'post') {
        if (index.fromServer(row)) this.post(row, code);
      } else {
        const rule = requestRule(code);
        // programs have been seen that answer themselves
        if (rule === undefined || index.fromServer(row) !== (kind === 'reply')) continue;
        if (kind === 'request') this.request(row, rule);
        else this.reply(row, rule);
      }
    }
    this.finish();
    return this.machines.flatMap(({ data, mover }) => [...(data?.spans ?? []), ...(mover?.spans ?? [])]);
  }

  private request(row: number, rule: RequestRule): void {
    const { index } = this.source;
    const machine = this.machine(rule.machine, row);
    const reply = index.pair(row);
    if (reply > row) this.sent.set(row, { possible: machine.possible });
    else if (reply < 0) {
      this.judgeUnanswered(row, rule, machine);
      // it may have been done all the same
      if (rule.leadsTo !== undefined) machine.forget();
    }
  }

  private reply(row: number, rule: RequestRule): void {
    const { index } = this.source;
    const machine = this.machine(rule.machine, row);
    const request = index.pair(row);
    const sent = this.sent.get(request);
    this.sent.delete(request);
    const error = index.headerError(row) || Math.max(0, index.bodyError(row));
    if (error !== 0) this.refused(request, row, rule, machine, error, sent?.possible ?? machine.possible);
    else this.accepted(request, row, rule, machine, sent?.possible ?? []);
  }

  private accepted(
    request: number,
    row: number,
    rule: RequestRule,
    machine: TracedMachine,
    known: readonly StateName[],
  ): void {
    const { code } = rule;
    if (code === DATA_GET_STATE || code === MOVER_GET_STATE) {
      this.shown(row, machine);
      return;
    }
    const legal = machine.legalFor(rule);
    const lenient = machine.possible.filter((state) => machine.judge(rule, state) === 'lenient');
    // a halt that was told between the request and its reply may be the request's own work
    if (!machine.may(legal) && !known.some((state) => machine.judge(rule, state) === 'legal')) {
      if (lenient.length > 0) {
        const why = leniency(rule.accepted, lenient[0], machine.versions)?.why ?? '';
        this.note('lenient', machine, request, row, lenient[0], why);
      } else if (legal.length === 0) this.note('illegal-accepted', machine, request, row, machine.possible[0]);
    }
    this.settle(machine, true);
    if (rule.leadsTo !== undefined) {
      // the halt itself is told by a post, before the reply or after it
      const pending = rule.post !== undefined && machine.toldRow < 0;
      machine.enter(rule.leadsTo, row, !pending, '', pending ? machine.possible : []);
    } else if (legal.length > 0 && !machine.may(legal)) machine.enter(legal[0], row, false);
    else if (legal.length > 0) machine.possible = machine.possible.filter((state) => legal.includes(state));
    this.link(request, row, rule, machine);
  }

  private refused(
    request: number,
    row: number,
    rule: RequestRule,
    machine: TracedMachine,
    error: number,
    known: readonly StateName[],
  ): void {
    if (error === NOT_SUPPORTED || error === NOT_AUTHORIZED) return;
    const allows = (state: StateName): boolean => machine.judge(rule, state) === 'legal';
    const here = machine.possible;
    const mayHave = [...here, ...known];
    if (!mayHave.some((state) => machine.judge(rule, state) !== 'illegal')) {
      const crossed = error !== ILLEGAL_STATE && machine.ahead().some(allows);
      if (!crossed) this.note('illegal', machine, request, row, here[0]);
      return;
    }
    if (error !== ILLEGAL_STATE || !here.every(allows)) return;
    const reason = leniency(rule.refused, here[0], machine.versions)?.why;
    if (reason !== undefined) {
      this.note('refused', machine, request, row, here[0], reason);
      return;
    }
    if (machine.ahead(true).some((state) => !allows(state))) return;
    if (machine.ahead().every(allows)) this.note('refused', machine, request, row, here[0]);
    else machine.doubt = { request, reply: row, rule };
  }

  private judgeUnanswered(row: number, rule: RequestRule, machine: TracedMachine): void {
    const { possible } = machine;
    if (possible.every((state) => machine.judge(rule, state) === 'illegal'))
      this.note('illegal', machine, row, -1, possible[0]);
  }

  /** A GET_STATE reply. */
  private shown(row: number, machine: TracedMachine): void {
    const { value: body, problems } = decodeMessage(knownPayload(this.source.record(row)), this.source.context(row));
    const state = shownState(machine.name, body);
    if (state === undefined || problems.length > 0) return;
    const reason = reasonName(machine.name, state, state === 'PAUSED' ? body.pause_reason : body.halt_reason);
    const was = machine.possible[0];
    const said = state === 'PAUSED' || state === 'HALTED' ? reason : '';
    if (machine.may([state])) {
      machine.enter(state, row, true, said);
    } else if (machine.ahead().includes(state)) {
      machine.enter(state, row, true, said);
      if (state === 'PAUSED' || state === 'HALTED') machine.shownRow = row;
    } else {
      this.note('contradiction', machine, row, machine.spans[machine.spans.length - 1].fromRow, was, state);
      machine.enter(state, row, true, said);
    }
    this.settle(machine, false, state);
  }

  private post(row: number, code: number): void {
    if (code === DATA_HALTED) this.told(row, this.machine('data', row), 'HALTED');
    else if (code === MOVER_HALTED) this.told(row, this.machine('mover', row), 'HALTED');
    else if (code === MOVER_PAUSED) this.told(row, this.machine('mover', row), 'PAUSED');
    else if (code === DATA_READ) {
      const machine = this.machine('data', row);
      if (machine.possible.length > 1 && machine.may(['ACTIVE'])) machine.enter('ACTIVE', row, false);
    }
  }

  /** A halt or pause post. */
  private told(row: number, machine: TracedMachine, state: StateName): void {
    const reason = reasonName(machine.name, state, bodyOf(this.source, row).reason);
    const was = machine.possible[0];
    const expected = machine.may([state]);
    if (expected && machine.toldRow >= 0 && machine.possible.length === 1) {
      this.note('told-twice', machine, row, machine.toldRow, state);
    } else if (!expected && !machine.ahead().includes(state)) {
      const since = machine.spans[machine.spans.length - 1];
      this.note('contradiction', machine, row, since.fromRow, was, state);
    }
    machine.enter(state, row, true, reason);
    machine.toldRow = row;
    machine.shownRow = -1;
    this.settle(machine, false, state);
  }

  /** What later messages say of a refusal: whether the server was still in a state that allows the request. */
  private settle(machine: TracedMachine, accepted: boolean, state?: StateName): void {
    const { doubt } = machine;
    if (doubt === undefined) return;
    machine.doubt = undefined;
    const stood = accepted || (state !== undefined && machine.judge(doubt.rule, state) === 'legal');
    if (stood) this.note('refused', machine, doubt.request, doubt.reply, machine.possible[0]);
  }

  /** Both ends of the data connection, once one of them has connected. */
  private link(request: number, row: number, rule: RequestRule, machine: TracedMachine): void {
    const { code } = rule;
    if (code === DATA_LISTEN || code === MOVER_LISTEN) {
      const body = bodyOf(this.source, row);
      this.listeners.add(machine, body.data_connection_addr ?? body.connect_addr ?? body.mover);
    } else if (rule.connects && request >= 0) {
      const body = bodyOf(this.source, request);
      const peer = this.listeners.find(body.addr ?? body.mover, machine.connection);
      if (peer === undefined || peer === machine) return;
      machine.partner = peer;
      peer.partner = machine;
      if (peer.may(['LISTEN'])) peer.enter(peer.name === 'data' ? 'CONNECTED' : 'ACTIVE', row, true);
    }
  }

  private machine(name: MachineName, row: number): TracedMachine {
    const { index } = this.source;
    const connection = index.connection(row);
    const machines = (this.machines[connection] ??= {});
    const known = machines[name];
    if (known !== undefined) return known;
    const { started, firstRow, lostBytes, skippedBytes, versionSource, bytes } = index.connections[connection];
    const whole = started === 'seen' && lostBytes === 0 && skippedBytes === 0;
    // where the DMA's side is missing, so is the version it asked for
    const guessed = versionSource === 'guess' || (versionSource === 'announced' && bytes[0] === 0);
    const versions = guessed ? EVERY_VERSION : [index.version(row)];
    const made = new TracedMachine(name, connection, versions, Math.max(0, firstRow), whole);
    machines[name] = made;
    return made;
  }

  private forget(connection: number): void {
    this.machines[connection]?.data?.forget();
    this.machines[connection]?.mover?.forget();
  }

  /** What no message told until the end. */
  private finish(): void {
    for (const machines of this.machines)
      for (const machine of [machines?.data, machines?.mover])
        if (machine !== undefined && machine.shownRow >= 0 && machine.possible.length === 1)
          this.note('not-told', machine, machine.shownRow, -1, machine.state);
  }

  private note(
    kind: StateIssueKind,
    machine: TracedMachine,
    row: number,
    otherRow: number,
    state: string,
    detail = '',
  ): void {
    if (this.issues.length >= MAX_ISSUES) return;
    const at = row >= 0 ? row : otherRow;
    const { name, connection } = machine;
    this.issues.push({ kind, machine: name, connection, row: at, otherRow: row >= 0 ? otherRow : -1, state, detail });
  }
}
