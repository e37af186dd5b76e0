import { dataState, moverState } from './tables/enums';
import type { EnumType } from './schema';

const docs = (type: EnumType): ReadonlyMap<string, string> =>
  new Map([...type.table.values.values()].map(({ name, doc }) => [name, doc ?? '']));
const tables = { data: docs(dataState), mover: docs(moverState) };

/** What a state of the data server or the mover is, in a sentence; of `UNKNOWN` that the messages do not tell. */
export function stateDoc(machine: keyof typeof tables, state: string): string {
  return tables[machine].get(state) ?? 'No message before this one tells the state.';
}
