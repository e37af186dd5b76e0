import { isLocalType, LIF_TYPES, lifRow, mayLogIn, type LifType } from '../../protocol';
import { stepsOf } from './cabState';
import type { ControlConnection } from './inventory';
import { listed } from './say';
import type { System, Systems } from './systems';

/** A statement about a LIF with the rows that show it. */
export interface LifEvidence {
  text: string;
  rows: number[];
}

/** Which type the LIF of a control connection has: said by the user, or what the answers leave possible. */
export interface LifFit {
  /** As the user says; a capture does not tell. */
  type: LifType | undefined;
  /** Types that go with what the server answered, by NetApp's tables; the user's alone where there is one. */
  possible: LifType[];
  /** Why types are not possible. */
  evidence: LifEvidence[];
  /** Where answers contradict the user's type. */
  contradictions: LifEvidence[];
}

interface Clue extends LifEvidence {
  excludes: (lif: LifType) => boolean;
}

const made = new WeakMap<Systems, Map<number, LifFit>>();

/** What the answers on a connection say of its LIF's type. Only for systems in which NetApp's tables hold. */
export function fitLif(systems: Systems, system: System, place: number): LifFit {
  const fits = made.get(systems) ?? new Map<number, LifFit>();
  made.set(systems, fits);
  const fit = fits.get(place) ?? findFit(systems, system, place);
  fits.set(place, fit);
  return fit;
}

function findFit(systems: Systems, system: System, place: number): LifFit {
  const { settings, inventory } = systems;
  const connection = inventory.connections[place];
  const type = Object.hasOwn(settings.lifs, connection.address) ? settings.lifs[connection.address].type : undefined;
  const clues = system.ontap && settings.scope !== 'node' ? cluesOf(systems, place) : [];
  const without = (lif: LifType) => clues.filter(({ excludes }) => excludes(lif));
  const strip = ({ text, rows }: Clue): LifEvidence => ({ text, rows });
  if (type !== undefined) return { type, possible: [type], evidence: [], contradictions: without(type).map(strip) };
  const possible = LIF_TYPES.filter((lif) => without(lif).length === 0);
  const evidence = clues.filter(({ excludes }) => LIF_TYPES.some(excludes)).map(strip);
  // answers that no row of the table explains leave nothing to conclude
  return { type, possible: possible.length > 0 ? possible : [...LIF_TYPES], evidence, contradictions: [] };
}

function cluesOf(systems: Systems, place: number): Clue[] {
  const connection = systems.inventory.connections[place];
  const { state } = systems.cab[place];
  // what is unknown excludes nothing: a type is out only if it is out both with and without CAB
  const rowsOf = (lif: LifType) =>
    (state === 'unknown' ? [true, false] : [state === 'on']).map((cab) => lifRow(lif, cab));
  const never = (lif: LifType, test: (row: ReturnType<typeof lifRow>) => boolean) => rowsOf(lif).every(test);
  return [
    ...tapeClue(connection, (lif) => never(lif, ({ tapes }) => tapes === 'none')),
    ...localClue(connection, (lif) => never(lif, ({ types }) => !types.includes('LOCAL'))),
    ...noLocalClue(connection, (lif) => never(lif, ({ types }) => types.includes('LOCAL'))),
    ...nodesClue(systems, place, (lif) => never(lif, ({ volumes }) => volumes === 'node' || volumes === 'svm-node')),
    ...svmClue(systems, place),
    ...roleClue(systems),
  ];
}

function tapeClue({ listings }: ControlConnection, excludes: Clue['excludes']): Clue[] {
  const shows = listings.find(({ kind, items }) => kind !== 'volumes' && items.length > 0);
  return shows === undefined ? [] : [{ text: 'It lists tape devices or changers.', rows: [shows.row], excludes }];
}

function localClue({ steps, connectionTypes }: ControlConnection, excludes: Clue['excludes']): Clue[] {
  const made = stepsOf(steps, 'join').find(({ addrType, error }) => isLocalType(addrType) && error === 0);
  if (made !== undefined) return [{ text: `${made.what} LOCAL was accepted.`, rows: [made.row], excludes }];
  return connectionTypes?.types.some(isLocalType)
    ? [{ text: 'It offers LOCAL data connections.', rows: [connectionTypes.row], excludes }]
    : [];
}

function noLocalClue({ connectionTypes }: ControlConnection, excludes: Clue['excludes']): Clue[] {
  if (connectionTypes === undefined || connectionTypes.types.length === 0) return [];
  return connectionTypes.types.some(isLocalType)
    ? []
    : [{ text: 'It offers no LOCAL data connections.', rows: [connectionTypes.row], excludes }];
}

function nodesClue({ shownBy }: Systems, place: number, excludes: Clue['excludes']): Clue[] {
  const nodes = new Map<string, number>();
  for (const { sighting } of shownBy[place]) if (sighting.node !== undefined) nodes.set(sighting.node, sighting.row);
  const text = `Its lists show ${nodes.size} different affinities.`;
  return nodes.size > 1 ? [{ text, rows: [...new Set(nodes.values())].slice(0, 4), excludes }] : [];
}

function svmClue({ shownBy }: Systems, place: number): Clue[] {
  const svms = new Map<string, number>();
  for (const { thing, sighting } of shownBy[place]) if (thing.svm !== undefined) svms.set(thing.svm, sighting.row);
  const text = `It lists volumes of ${svms.size} SVMs (inferred from their paths).`;
  return svms.size > 1
    ? [{ text, rows: [...new Set(svms.values())].slice(0, 4), excludes: (lif) => lif === 'data' }]
    : [];
}

function roleClue({ settings: { role } }: Systems): Clue[] {
  if (role === undefined) return [];
  const lifs = LIF_TYPES.filter((lif) => mayLogIn(role, lif));
  const who = role === 'svm' ? 'A user of an SVM' : 'A user of the cluster';
  return [
    {
      text: `${who} may log in at ${listed(lifs, 'or')} LIFs only (role set by you).`,
      rows: [],
      excludes: (lif) => !lifs.includes(lif),
    },
  ];
}
