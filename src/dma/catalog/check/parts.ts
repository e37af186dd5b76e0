import { escapeText } from '../../../protocol';
import type { Connection } from '../store/connection';
import { lackOfSet, partsOf } from '../store/parts';
import { listSets } from '../store/sets';
import type { Finding } from './rules';

/** Sets that are said to be complete, and of which no copy is whole on tape. */
export function partFindings(connection: Connection): Finding[] {
  return listSets(connection, { state: 'complete' }).flatMap(({ id, bytes, path }) => {
    const lack = lackOfSet(partsOf(connection, id), bytes);
    if (lack === undefined) return [];
    return {
      severity: 'error',
      text: `Set ${id} (${escapeText(path)}) is said to be complete, but ${lack}.`,
      remedy: 'It is told to be partial. Scan its tapes if they are there.',
      mend: (db) => void db.change("UPDATE sets SET state = 'partial' WHERE id = ?", id),
    };
  });
}
