import { setImmediate as breathe } from 'node:timers/promises';
import { separatorByte } from '../../../analysis/history/buildHistory';
import { DmaFailure } from '../../connection/failures';
import type { HistoryCame, HistoryEnd, WalkBatch } from '../messages';
import type { Catalog, ChainListing, FileEntry, FileHit, Listing } from '../model';
import type { Connection } from '../store/connection';
import { chainOf, listSets, needSet } from '../store/sets';
import type { Store } from '../store/store';
import { listChainFolder } from './chain';
import { Ingest } from './ingest';
import { findEntry, listFolder, MOST_LISTED } from './listing';
import { Search } from './search';
import { beginTree, clearSpool, makeTree, removeTree, stateOf } from './treeState';
import { walkSome } from './walk';

const MOST_FOUND = 10_000;
const USUAL = 1000;

interface Page {
  after?: string;
  limit?: number;
}

/** The file trees of the sets: taken as history comes, made when it has come, asked afterwards. */
export class FileTrees {
  private readonly ingests = new Map<number, Ingest>();
  /** Trees that are being made. */
  private readonly making = new Map<number, Promise<HistoryEnd>>();
  /** One after the other, so that memory is taken once. */
  private turn: Promise<unknown> = Promise.resolve();
  /** Sets of runs that go on, whose history was given up here. */
  private readonly abandoned = new Set<number>();

  constructor(private readonly store: Store) {}

  /** A set takes its history once; what came before is forgotten. */
  async begin(set: number): Promise<void> {
    if (this.ingests.has(set)) throw new DmaFailure(`Set ${set} takes file history already.`);
    const { environment } = await this.store.use((db) => needSet(db, set));
    const separator = separatorByte(environment.find(({ name }) => name === 'PATHNAME_SEPARATOR')?.value);
    await removeTree(this.store, set);
    await this.store.write((db) => beginTree(db, set, separator), 'process');
    this.abandoned.delete(set);
    this.ingests.set(set, new Ingest(this.store, set, separator));
  }

  async take(set: number, batch: Uint8Array, ends: readonly number[]): Promise<void> {
    await this.ingest(set).take(batch, ends);
    await breathe();
  }

  /** All that has come is in the file: its tree can be made by whoever comes next. */
  async settle(set: number): Promise<HistoryCame> {
    const ingest = this.ingest(set);
    await ingest.flush(true);
    return { files: ingest.files, problems: ingest.problems.sentences };
  }

  async finish(set: number): Promise<HistoryEnd> {
    await this.settle(set);
    this.ingests.delete(set);
    return this.made(set);
  }

  /** What was taken stays, and becomes a tree when somebody asks for it. */
  async abandon(set: number): Promise<void> {
    const ingest = this.ingests.get(set);
    this.ingests.delete(set);
    this.abandoned.add(set);
    await ingest?.flush(true);
  }

  async remove(set: number): Promise<void> {
    if (this.ingests.has(set)) throw new DmaFailure(`Set ${set} is being written.`);
    await removeTree(this.store, set);
  }

  async list(set: number, directory: string, { after, limit = USUAL }: Page): Promise<Listing> {
    await this.ready(set);
    const most = bounded(limit, MOST_LISTED);
    return listingOf(await this.store.use((db) => listFolder(db, set, directory, after, most)), most);
  }

  async listChain(set: number, directory: string, { after, limit = USUAL }: Page): Promise<ChainListing> {
    const chain = await this.store.use((db) => chainOf(db, set));
    for (const { id } of chain) await this.ready(id);
    const most = bounded(limit, MOST_LISTED);
    const entries = await this.store.use((db) => {
      const links = chain.map(({ id }) => ({ set: id, byNodes: stateOf(db, id)?.byNodes ?? false }));
      return listChainFolder(db, links, directory, after, most);
    });
    return listingOf(entries, most);
  }

  async stat(set: number, path: string): Promise<FileEntry | undefined> {
    await this.ready(set);
    return this.store.use((db) => findEntry(db, set, path));
  }

  async search(text: string, options: NonNullable<Parameters<Catalog['search']>[1]>): Promise<FileHit[]> {
    const { set, server, path, limit = USUAL } = options;
    const most = bounded(limit, MOST_FOUND);
    const hits: FileHit[] = [];
    if (text === '') return hits;
    const search = new Search(text);
    const wanted = (db: Connection): number[] =>
      set === undefined ? listSets(db, { server, path }).map(({ id }) => id) : [needSet(db, set).id];
    for (const id of (await this.store.use(wanted)).reverse()) {
      if (this.ingests.has(id)) continue; // nothing is known of it yet
      await this.ready(id);
      for (let at: number | undefined = 0; at !== undefined && hits.length < most; await breathe()) {
        const from: number = at;
        at = await this.store.use((db) => search.some(db, id, from, hits, most));
      }
    }
    return hits;
  }

  async walkBatch(set: number, directory: string, from: Uint8Array | undefined): Promise<WalkBatch> {
    await this.ready(set);
    return this.store.use((db) => walkSome(db, set, directory, from));
  }

  /** Makes the tree of a set whose writer died, from what it had taken. */
  async ready(set: number): Promise<void> {
    const state = await this.store.use((db) => stateOf(db, set));
    if (state === undefined || state.isMade) return;
    if (await this.isTaking(set))
      throw new DmaFailure(`The files of set ${set} are still coming. Ask again when its backup is done.`);
    await this.made(set);
  }

  /** Whether history is coming still: here, or in another process whose run goes on. */
  async isTaking(set: number): Promise<boolean> {
    if (this.ingests.has(set)) return true;
    if (this.making.has(set)) return false;
    const sql = "SELECT 1 FROM runs, sets WHERE sets.id = ? AND runs.id = sets.run AND runs.state = 'running'";
    const isRunning = await this.store.use((db) => db.first(sql, set) !== undefined);
    return isRunning && !this.abandoned.has(set);
  }

  /** Takes out history of which the tree is made. */
  async tidy(set: number): Promise<void> {
    if (!this.making.has(set)) await clearSpool(this.store, set);
  }

  private made(set: number): Promise<HistoryEnd> {
    let making = this.making.get(set);
    if (making === undefined) {
      making = this.turn.then(() => makeTree(this.store, set)).finally(() => this.making.delete(set));
      this.making.set(set, making);
      this.turn = making.catch(() => undefined);
    }
    return making;
  }

  private ingest(set: number): Ingest {
    const ingest = this.ingests.get(set);
    if (ingest === undefined) throw new DmaFailure(`Set ${set} takes no file history.`);
    return ingest;
  }
}

function bounded(limit: number, most: number): number {
  return Math.max(1, Math.min(Math.floor(limit), most));
}

/** @param entries one more than the limit where there are more */
function listingOf<T extends FileEntry>(
  entries: readonly T[],
  limit: number,
): { entries: T[]; next: string | undefined } {
  const shown = entries.slice(0, limit);
  return { entries: shown, next: entries.length > limit ? shown.at(-1)?.name : undefined };
}
