import { LIF_ROWS, wayRow, type LifRow, type Relation, type Way } from '../../protocol';
import type { DriveState } from '../media/model';
import type { FileSystem, ServerReport } from '../query/model';
import { Extension, isOntap, offers, offersType } from './servers';

/** Whether a volume and a drive of one server can be joined without a network, and why. */
export interface Joining {
  way: Way;
  why: string;
}

/**
 * The rows of NetApp's table ("Availability of volumes and tape devices") that fit what a connection is shown: it does
 * not say which type of LIF it ends at, so several may.
 */
export function fittingRows(report: ServerReport): LifRow[] {
  const cab = offers(report, Extension.CAB);
  const hasTapes = report.tapes.length > 0;
  const isLocalOffered = offersType(report, 'LOCAL');
  return LIF_ROWS.filter(
    (row) => row.cab === cab && (row.tapes !== 'none' || !hasTapes) && row.types.includes('LOCAL') === isLocalOffered,
  );
}

/** Equal values mean the same node; anything else is no proof of it. */
function relationOf(volume: string | undefined, drive: string | undefined): Relation {
  if (volume === undefined || drive === undefined) return 'missing';
  return volume === drive ? 'equal' : 'different';
}

/** How a volume and a drive that one control connection shows can be joined. */
export function joiningOf(report: ServerReport, volume: FileSystem | undefined, drive: DriveState): Joining {
  if (!offersType(report, 'LOCAL'))
    return { way: 'three-way', why: `${report.server} offers no LOCAL data connections at ${report.address}.` };
  const relation = relationOf(volume?.affinity, drive.affinity);
  if (relation === 'equal')
    return { way: 'local', why: `${report.server} gives volume and drive the same affinity: they are on one node.` };
  if (relation === 'different')
    return {
      way: 'three-way',
      why: `${report.server} gives volume and drive different affinities: they are on different nodes.`,
    };
  if (!isOntap(report)) return { way: 'local', why: `${report.server} has both the data and the drive.` };
  return byTables(report, relation);
}

/** Without affinity the tables decide, where all rows that fit agree; else the safe way is taken. */
function byTables(report: ServerReport, relation: Relation): Joining {
  const rows = fittingRows(report).map(({ lif, cab }) => wayRow(lif, cab, relation));
  const ways = [...new Set(rows.map(({ way }) => way))];
  if (ways.length !== 1)
    return {
      way: 'unknown',
      why: `What ${report.server} shows at ${report.address} fits several types of LIF, so nothing tells whether volume and drive are on one node.`,
    };
  return { way: ways[0], why: rows[0].text };
}
