import {
  judge,
  reachable,
  statesOf,
  type MachineName,
  type NdmpVersion,
  type RequestRule,
  type StateName,
  type Verdict,
} from '../../protocol';
import type { StateSpan } from './model';

/** What is known of one state machine of one connection at one moment, and the spans that led there. */
export class TracedMachine {
  readonly spans: StateSpan[] = [];
  /** States that it may be in, the likeliest first. */
  possible: readonly StateName[];
  /** Row of the last halt or pause that a GET_STATE showed while no post has told it yet; -1: none. */
  shownRow = -1;
  /** Row of the post that told of the present state; -1: no post did. */
  toldRow = -1;
  /** A refusal that may be the server's fault: what comes later decides. */
  doubt: { request: number; reply: number; rule: RequestRule } | undefined;
  /** Who it exchanges data with. */
  partner: TracedMachine | undefined;

  constructor(
    readonly name: MachineName,
    readonly connection: number,
    /** The version of the connection; all where it is a guess. */
    readonly versions: readonly NdmpVersion[],
    firstRow: number,
    known: boolean,
  ) {
    this.possible = known ? ['IDLE'] : this.states();
    this.begin(known ? 'IDLE' : 'UNKNOWN', firstRow, false, '');
  }

  /** The state as drawn. */
  get state(): string {
    return this.spans[this.spans.length - 1].state;
  }

  /** A message at `row` brought or showed a state. `also`: other states it may be in after all. */
  enter(state: StateName, row: number, certain: boolean, reason = '', also: readonly StateName[] = []): void {
    this.possible = [state, ...also.filter((each) => each !== state)];
    const last = this.spans[this.spans.length - 1];
    if (last.state !== state) {
      last.toRow = row;
      this.begin(state, row, certain, reason);
      this.shownRow = -1;
      this.toldRow = -1;
    } else if (certain) {
      last.certain = true;
      if (reason !== '') last.reason = reason;
    }
  }

  /** Messages are missing: from here on nothing is known, though most likely nothing has changed. */
  forget(): void {
    this.possible = [...new Set([...this.possible, ...this.states()])];
    this.doubt = undefined;
  }

  /** Whether it may be in one of these states. */
  may(states: readonly StateName[]): boolean {
    return this.possible.some((state) => states.includes(state));
  }

  /** States that it may have come to meanwhile, those that it may be in left out. */
  ahead(quietly = false): StateName[] {
    const { name, versions, possible } = this;
    const found = possible.flatMap((state) =>
      versions.flatMap((version) => [...reachable(name, state, version, quietly)]),
    );
    return [...new Set(found)].filter((state) => !possible.includes(state));
  }

  /** The mildest verdict of the versions that it may be. */
  judge(rule: RequestRule, state: StateName): Verdict {
    const verdicts = this.versions.map((version) => judge(rule, state, version));
    return verdicts.includes('legal') ? 'legal' : verdicts.includes('lenient') ? 'lenient' : 'illegal';
  }

  /** The states that it may be in, or may have come to, and that allow an accepted request. */
  legalFor(rule: RequestRule): StateName[] {
    return [...this.possible, ...this.ahead()].filter((state) => this.judge(rule, state) === 'legal');
  }

  private states(): StateName[] {
    return [...new Set(this.versions.flatMap((version) => statesOf(this.name, version)))];
  }

  private begin(state: string, row: number, certain: boolean, reason: string): void {
    const { name: machine, connection } = this;
    this.spans.push({ machine, connection, state, fromRow: row, toRow: -1, certain, reason });
  }
}
