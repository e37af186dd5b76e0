import {
  addressTypeName,
  aLif,
  DATA_CARRIER,
  isLocalType,
  isNetworkType,
  lifRowId,
  wayRow,
  type LifType,
  type Relation,
  type Way,
} from '../../protocol';
import { relationOf } from './affinityValues';
import { stepsOf } from './cabState';
import type { ControlConnection } from './inventory';
import { fitLif, type LifFit } from './lifFit';
import { listed, quoted } from './say';
import { sightingAt, type Systems, type Thing } from './systems';

/** A reason with the rows that show it. `mark`: for, against, a remark, or something that nobody tells. */
export interface Reason {
  mark: 'for' | 'against' | 'note' | 'unknown';
  text: string;
  rows: number[];
}

/** Local, three-way or neither, and why. Plain data. */
export interface Verdict {
  way: Way;
  reasons: Reason[];
  /** Rows of the tables that were applied. */
  lifRows: string[];
  wayRows: string[];
}

/** From where volume and drive are looked at. */
export interface Standpoint {
  systems: Systems;
  /** Place of the control connection in the inventory. */
  place: number;
  /** What was listed until this row holds. */
  row: number;
}

/** How a volume and a drive can be joined, told from one control connection. */
export function judgePair(standpoint: Standpoint, volume: Thing, drive: Thing): Verdict {
  const { systems, place, row } = standpoint;
  const connection = systems.inventory.connections[place];
  const system = systems.systems[volume.system];
  if (!system.connections.includes(place)) return elsewhere(connection, volume);
  const unseen = notListed(connection, 'volumes', volume, place);
  if (unseen !== undefined) return { way: 'impossible', reasons: [unseen], lifRows: [], wayRows: [] };
  if (volume.system !== drive.system) return betweenSystems(systems, place, drive);
  const missing = notListed(connection, 'tapes', drive, place);
  if (missing !== undefined) return driveElsewhere(standpoint, missing);
  if (!system.ontap) return bySameServer(system.connections.map((each) => systems.inventory.connections[each]));
  if (systems.settings.scope === 'node') return nodeScoped(volume, drive);
  const relation = relationOf(sightingAt(volume, row).affinity, sightingAt(drive, row).affinity);
  return byTables(standpoint, fitLif(systems, system, place), relation, affinityReason(volume, drive, row, relation));
}

function verdict(way: Way, mark: Reason['mark'], text: string, rows: number[] = []): Verdict {
  return { way, reasons: [{ mark, text, rows }], lifRows: [], wayRows: [] };
}

function elsewhere(connection: ControlConnection, volume: Thing): Verdict {
  const text = `${quoted(volume.name)} belongs to another server than the one at ${connection.address}.`;
  return verdict('impossible', 'against', text, [volume.sightings[0].row]);
}

/** Why an item is not there for a connection, where the connection's own lists say so. */
function notListed(
  { listings, address }: ControlConnection,
  kind: 'volumes' | 'tapes',
  thing: Thing,
  place: number,
): Reason | undefined {
  if (thing.sightings.some(({ connection }) => connection === place)) return undefined;
  const lists = listings.filter((each) => each.kind === kind && each.error === 0);
  if (lists.length === 0 || lists.some(({ dropped }) => dropped > 0)) return undefined;
  const what = kind === 'volumes' ? 'volumes' : 'tape devices';
  const text = `The list of ${what} that ${address} gives does not have ${quoted(thing.name)}; it was seen over another control connection.`;
  return { mark: 'against', text, rows: [lists[lists.length - 1].row, thing.sightings[0].row] };
}

function driveElsewhere({ systems, place }: Standpoint, reason: Reason): Verdict {
  const note: Reason = {
    mark: 'note',
    text: 'The drive has to be opened over another control connection, and the data goes over TCP or TCP/IPv6.',
    rows: [],
  };
  return { way: 'three-way', reasons: [reason, note, carrier(systems, place)], lifRows: [], wayRows: [] };
}

function carrier({ cab }: Systems, place: number): Reason {
  const { state, rows } = cab[place];
  if (state === 'unknown')
    return {
      mark: 'unknown',
      text: 'Which LIF carries the data depends on CAB, and the messages leave open whether it is on.',
      rows,
    };
  return { mark: 'note', text: DATA_CARRIER[state === 'on' ? 'cab' : 'none'], rows };
}

function betweenSystems({ inventory, systems }: Systems, place: number, drive: Thing): Verdict {
  const mine = inventory.connections[place];
  const others = systems[drive.system].connections.map((each) => inventory.connections[each]);
  const reasons: Reason[] = [
    { mark: 'against', text: 'Volume and drive are behind different servers.', rows: [drive.sightings[0].row] },
  ];
  const types = others.map(({ connectionTypes }) => connectionTypes).find((each) => each !== undefined);
  if (mine.connectionTypes === undefined || types === undefined)
    return { way: 'three-way', reasons, lifRows: [], wayRows: [] };
  const common = mine.connectionTypes.types.filter((type) => isNetworkType(type) && types.types.includes(type));
  const rows = [mine.connectionTypes.row, types.row];
  if (common.length > 0) {
    reasons.push({ mark: 'for', text: `Both offer ${listed(common.map(addressTypeName))} data connections.`, rows });
    return { way: 'three-way', reasons, lifRows: [], wayRows: [] };
  }
  reasons.push({ mark: 'against', text: 'They offer no kind of network data connection in common.', rows });
  return { way: 'impossible', reasons, lifRows: [], wayRows: [] };
}

/** A server to which NetApp's tables do not apply: what it offers, and what was seen to work, on any of its connections. */
function bySameServer(connections: readonly ControlConnection[]): Verdict {
  const offered = connections.map(({ connectionTypes }) => connectionTypes).find((each) => each !== undefined);
  const joins = connections.flatMap(({ steps }) => stepsOf(steps, 'join')).filter(({ error }) => error === 0);
  const local = joins.find(({ addrType }) => isLocalType(addrType));
  const [{ address, port }] = connections;
  const where = `Volume and drive are behind one server, ${address}:${port}. It gives no affinity, and NetApp's tables do not apply to it.`;
  const reasons: Reason[] = [{ mark: 'note', text: where, rows: [] }];
  const judged = (way: Way, mark: Reason['mark'], text: string, rows: number[]): Verdict => {
    reasons.push({ mark, text, rows });
    return { way, reasons, lifRows: [], wayRows: [] };
  };
  if (local !== undefined) return judged('local', 'for', `It accepted ${local.what} LOCAL.`, [local.row]);
  if (offered?.types.some(isLocalType))
    return judged('local', 'for', 'It offers LOCAL data connections.', [offered.row]);
  if (offered?.types.some(isNetworkType))
    return judged('three-way', 'against', 'It offers network data connections and no LOCAL ones.', [offered.row]);
  const network = joins.find(({ addrType }) => isNetworkType(addrType));
  const rows = network === undefined ? [] : [network.row];
  const seen = network === undefined ? 'none was seen' : 'only network connections were seen';
  return judged('unknown', 'unknown', `It was not asked which data connections it can make, and ${seen}.`, rows);
}

function nodeScoped(volume: Thing, drive: Thing): Verdict {
  const text =
    'In node-scoped mode (set by you) a control connection shows only its own node, and both are listed on it; there is no CAB in that mode.';
  return verdict('local', 'for', text, [volume.sightings[0].row, drive.sightings[0].row]);
}

function affinityReason(volume: Thing, drive: Thing, row: number, relation: Relation): Reason {
  const [a, b] = [sightingAt(volume, row), sightingAt(drive, row)];
  const rows = [a.row, b.row];
  const text = {
    equal: 'Volume and drive carry the same affinity.',
    different: 'Volume and drive carry different affinities.',
    missing: missingText(a.affinity.length, b.affinity.length),
  }[relation];
  return { mark: relation === 'equal' ? 'for' : relation === 'different' ? 'against' : 'unknown', text, rows };
}

function missingText(ofVolume: number, ofDrive: number): string {
  if (ofVolume === 0 && ofDrive === 0) return 'Neither volume nor drive carries an affinity.';
  if (ofVolume > 0 && ofDrive > 0)
    return 'Volume and drive carry affinities under different names, which cannot be compared.';
  return ofVolume === 0 ? 'The volume carries no affinity.' : 'The drive carries no affinity.';
}

function byTables(standpoint: Standpoint, fit: LifFit, relation: Relation, affinity: Reason): Verdict {
  const { systems, place } = standpoint;
  const cab = systems.cab[place];
  const states = cab.state === 'unknown' ? [true, false] : [cab.state === 'on'];
  const cases = fit.possible.flatMap((lif) => states.map((on) => ({ lif, on, row: wayRow(lif, on, relation) })));
  const ways = [...new Set(cases.map(({ row }) => row.way))];
  const way = ways.length === 1 ? ways[0] : 'unknown';
  const reasons: Reason[] = [
    affinity,
    { mark: cab.state === 'on' ? 'for' : cab.state === 'off' ? 'against' : 'unknown', text: cab.why, rows: cab.rows },
    lifReason(fit, systems.inventory.connections[place].address),
    ...fit.contradictions.map(({ text, rows }): Reason => ({
      mark: 'against',
      text: `This contradicts the LIF type you set: ${text}`,
      rows,
    })),
  ];
  if (ways.length === 1)
    for (const text of new Set(cases.map(({ row }) => row.text))) reasons.push({ mark: 'note', text, rows: [] });
  else reasons.push({ mark: 'unknown', text: alternatives(cases), rows: [] });
  if (way === 'three-way') reasons.push(carrier(systems, place));
  return {
    way,
    reasons,
    lifRows: cases.map(({ lif, on }) => lifRowId(lif, on)),
    wayRows: [...new Set(cases.map(({ row }) => row.id))],
  };
}

function lifReason({ type, possible, evidence }: LifFit, address: string): Reason {
  if (type !== undefined) return { mark: 'note', text: `${address} is ${aLif(type)} (set by you).`, rows: [] };
  const rows = evidence.flatMap((each) => each.rows);
  const text =
    possible.length === 4
      ? `The messages do not tell the type of the LIF ${address}.`
      : `The messages do not tell the type of the LIF ${address}; by NetApp's tables its answers fit ${listed(possible, 'or')}.`;
  return { mark: 'unknown', text, rows };
}

function alternatives(cases: readonly { lif: LifType; on: boolean; row: { way: Way } }[]): string {
  const byWay = new Map<Way, string[]>();
  for (const { lif, on, row } of cases)
    byWay.set(row.way, [...(byWay.get(row.way) ?? []), `${lif}${on ? ' with CAB' : ' without CAB'}`]);
  const parts = [...byWay].map(([way, list]) => `${way} if the LIF is ${listed(list, 'or')}`);
  return `It depends: ${parts.join('; ')}.`;
}
