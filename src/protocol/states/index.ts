import type { NdmpVersion } from '../model';
import { dataEvents, dataRequests } from './dataServer';
import {
  DATA_STATES,
  MOVER_STATES,
  type Leniency,
  type MachineName,
  type RequestRule,
  type StateEvent,
  type StateName,
} from './model';
import { moverEvents, moverRequests } from './mover';

export type * from './model';
export {
  INFINITE,
  moverConditions,
  refusedCondition,
  violatedCondition,
  type Condition,
  type MoverArguments,
  type MoverFacts,
} from './conditions';
export { DEVICE_ERRORS, deviceRule, deviceRules, type DeviceName, type DeviceRule } from './devices';
export { DATA_SPECIFICATION, DATA_STATES, MOVER_SPECIFICATION, MOVER_STATES } from './model';

/** Every request that a state machine minds, and every change that it makes by itself. */
export const requestRules: readonly RequestRule[] = [...dataRequests, ...moverRequests];
export const stateEvents: readonly StateEvent[] = [...dataEvents, ...moverEvents];

const rules = new Map(requestRules.map((rule) => [rule.code, rule]));

/** The rule of a request, undefined where no state machine minds it. */
export function requestRule(code: number): RequestRule | undefined {
  return rules.get(code);
}

/** All states of a machine; v2 data servers know three of them. */
export function statesOf(machine: MachineName, version: NdmpVersion): readonly StateName[] {
  if (machine === 'mover') return MOVER_STATES;
  return version <= 2 ? ['IDLE', 'ACTIVE', 'HALTED'] : DATA_STATES;
}

/** States in which the specification allows a request. */
export function legalStates(rule: RequestRule, version: NdmpVersion): readonly StateName[] {
  return rule.legalBefore?.[version] ?? rule.legal;
}

/** How a server is to answer, as far as the state goes: `lenient`: not allowed, yet accepted by servers in use. */
export type Verdict = 'legal' | 'lenient' | 'illegal';

export function judge(rule: RequestRule, state: StateName, version: NdmpVersion): Verdict {
  if (legalStates(rule, version).includes(state)) return 'legal';
  return leniency(rule.accepted, state, [version]) === undefined ? 'illegal' : 'lenient';
}

/** The leniency that covers a state in one of the versions, if one does. */
export function leniency(
  list: readonly Leniency[] | undefined,
  state: StateName,
  versions: readonly NdmpVersion[],
): Leniency | undefined {
  return list?.find(
    (each) => each.states.includes(state) && versions.some((version) => each.versions?.includes(version) ?? true),
  );
}

/** Events that may happen in a state. */
export function eventsFrom(machine: MachineName, state: StateName, version: NdmpVersion): readonly StateEvent[] {
  return stateEvents.filter(
    (event) => event.machine === machine && event.from.includes(state) && (event.versions?.includes(version) ?? true),
  );
}

/** States that a machine may have come to by itself, directly or over others; `quietly`: without any post. */
export function reachable(
  machine: MachineName,
  state: StateName,
  version: NdmpVersion,
  quietly = false,
): ReadonlySet<StateName> {
  const found = new Set<StateName>();
  const open = [state];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const { to, post } of eventsFrom(machine, at, version)) {
      if (found.has(to) || (quietly && post !== undefined)) continue;
      found.add(to);
      open.push(to);
    }
  }
  return found;
}
