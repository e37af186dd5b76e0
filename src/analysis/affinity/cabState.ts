import type { ControlConnection, GetExtensions, Prepare, SetExtensions, Step } from './inventory';
import { errorText } from './say';

/** NetApp's class of Cluster Aware Backup. */
export const CAB_CLASS = 0x2052;

/** Whether a control connection is aware of CAB, and what says so. */
export interface CabState {
  state: 'on' | 'off' | 'unknown';
  /** Whether the server offers the class; undefined: it was not asked. */
  offered: boolean | undefined;
  why: string;
  rows: number[];
}

/** `affinityRows`: rows of lists of this connection that carry affinity. */
export function cabState(connection: ControlConnection, affinityRows: readonly number[]): CabState {
  const told = negotiated(connection);
  if (told.state === 'on') return told;
  const prepared = connection.steps.find((step): step is Prepare => step.kind === 'prepare' && step.error === 0);
  if (affinityRows.length > 0) {
    const why = `${told.why} Yet the server gives affinity, which it does for DMAs that are aware of CAB only.`;
    return { ...told, state: 'on', why, rows: [...told.rows, affinityRows[0]] };
  }
  if (prepared !== undefined) {
    const why = `${told.why} Yet CAB_DATA_CONN_PREPARE is accepted.`;
    return { ...told, state: 'on', why, rows: [...told.rows, prepared.row] };
  }
  return told;
}

function negotiated(connection: ControlConnection): CabState {
  const gets = stepsOf(connection.steps, 'get-extensions').filter(({ error }) => error === 0);
  const sets = stepsOf(connection.steps, 'set-extensions');
  const get = gets.at(-1);
  const offered = get && get.classes.some(({ id }) => id === CAB_CLASS);
  // of several selections the one that was accepted holds, and a second one is not legal
  const set = sets.find(({ error }) => error === 0) ?? sets.at(-1);
  if (set !== undefined) return { offered, ...selected(set) };
  return { offered, ...withoutSelection(connection, get, offered) };
}

function selected(set: SetExtensions): Omit<CabState, 'offered'> {
  const rows = [set.row, ...(set.replyRow < 0 ? [] : [set.replyRow])];
  const chosen = set.classes.find(({ id }) => id === CAB_CLASS);
  if (set.error === undefined) return { state: 'unknown', why: 'The selection of extensions was not answered.', rows };
  if (set.error !== 0)
    return { state: 'off', why: `The selection of extensions was refused: ${errorText(set.error)}.`, rows };
  if (set.form === 'unreadable')
    return { state: 'unknown', why: 'The selection of extensions cannot be read; the server accepted it.', rows };
  if (chosen === undefined)
    return { state: 'off', why: 'The DMA selected other extensions, not class 0x2052 (CAB).', rows };
  if (set.form === 'B')
    return {
      state: 'unknown',
      why: 'The DMA selected class 0x2052 (CAB) in a non-conforming encoding. The server accepted it, but may have read an empty selection.',
      rows,
    };
  const version = chosen.versions.at(0);
  return { state: 'on', why: `The DMA selected class 0x2052 (CAB) version ${version} and the server accepted.`, rows };
}

function withoutSelection(
  { whole, firstRow }: ControlConnection,
  get: GetExtensions | undefined,
  offered: boolean | undefined,
): Omit<CabState, 'offered'> {
  if (!whole)
    return {
      state: 'unknown',
      why: 'The beginning of the connection, or part of it, is not in the capture.',
      rows: [],
    };
  const rows = get === undefined ? (firstRow < 0 ? [] : [firstRow]) : [get.row, get.replyRow];
  if (get === undefined) return { state: 'off', why: 'The DMA did not ask for extensions.', rows };
  if (!offered) return { state: 'off', why: 'The server does not offer class 0x2052 (CAB).', rows };
  return {
    state: 'unknown',
    why: 'The server offers class 0x2052 (CAB) and the DMA selected nothing. By the NDMPv4 draft the default version holds then; whether ONTAP does so is not publicly documented.',
    rows,
  };
}

/** Steps of one kind, in the order of time. */
export function stepsOf<K extends Step['kind']>(steps: readonly Step[], kind: K): Extract<Step, { kind: K }>[] {
  return steps.filter((step): step is Extract<Step, { kind: K }> => step.kind === kind);
}
