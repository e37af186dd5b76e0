import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Connection } from '../store/connection';
import type { Store } from '../store/store';
import { asBytes, asNumber } from '../store/values';

/** What a run holds: entries by path, names by node, attributes by node, entries that were joined of those. */
export const RunKind = { PATHS: 0, LINKS: 1, NODES: 2, JOINED: 3 } as const;
export type RunKindValue = (typeof RunKind)[keyof typeof RunKind];

/** Speed matters more than size: names and attributes of neighbours are alike. */
const QUICK = { level: 1 };

export function pack(bytes: Uint8Array): Uint8Array {
  return deflateRawSync(bytes, QUICK);
}

export function unpack(bytes: Uint8Array): Uint8Array {
  return inflateRawSync(bytes);
}

/** Puts a sorted run into the file; it waits there until the tree of its set is made. */
export function writeRun(
  connection: Connection,
  set: number,
  kind: RunKindValue,
  run: number,
  pieces: Iterable<Uint8Array>,
): void {
  let piece = 0;
  for (const bytes of pieces)
    connection.run('INSERT INTO spool VALUES (?, ?, ?, ?, ?)', set, kind, run, piece++, pack(bytes));
}

/** Reads a run piece by piece. */
export class RunReader {
  private piece = 0;

  constructor(
    private readonly store: Store,
    private readonly set: number,
    private readonly kind: RunKindValue,
    private readonly run: number,
  ) {}

  /** @returns undefined at the end */
  async next(): Promise<Uint8Array | undefined> {
    const sql = 'SELECT data FROM spool WHERE set_id = ? AND kind = ? AND run = ? AND piece = ?';
    const row = await this.store.use((db) => db.first(sql, this.set, this.kind, this.run, this.piece++));
    return row && unpack(asBytes(row.data));
  }
}

/** Readers of all runs of a kind, in the order in which the runs came. */
export async function openRuns(store: Store, set: number, kind: RunKindValue): Promise<RunReader[]> {
  const sql = 'SELECT max(run) + 1 AS n FROM spool WHERE set_id = ? AND kind = ?';
  const count = await store.use((db) => asNumber(db.first(sql, set, kind)?.n ?? 0));
  return Array.from({ length: count }, (_, run) => new RunReader(store, set, kind, run));
}
