import { EntryReader } from '../../../analysis/history/entryReader';
import { separatorByte } from '../../../analysis/history/buildHistory';
import { isHistoryCode } from '../../../analysis/history/historyEntry';
import { finishTree } from '../../../analysis/history/finishTree';
import { historyProblems } from '../../../analysis/history/problems';
import { namePattern } from '../../../analysis/history/pattern';
import { TreeBuilder } from '../../../analysis/history/treeBuilder';
import { walkFiles } from '../../../analysis/history/walkFiles';
import { decodeByteString } from '../../../xdr';
import { DmaFailure } from '../../connection/failures';
import type { HistoryEnd, WalkBatch } from '../messages';
import type { Catalog, FileEntry, FileHit, Listing } from '../model';
import type { Connection } from '../store/connection';
import { chainOf, listSets, needSet } from '../store/sets';
import type { Store } from '../store/store';
import { asByteString, asNumber, asOptionalNumber, asText, asWide, blob, wide, type Row } from '../store/values';

const KINDS = ['directory', 'other', 'other', 'other', 'file', 'link'] as const;
const BATCH = 5000;

/** File trees of the sets. */
export class FileTrees {
  private readonly builders = new Map<number, TreeBuilder>();
  private readonly reader = new EntryReader();

  constructor(private readonly store: Store) {}

  async begin(set: number): Promise<void> {
    if (this.builders.has(set)) throw new DmaFailure(`Set ${set} takes file history already.`);
    const { environment } = await this.store.use((db) => needSet(db, set));
    const separator = environment.find(({ name }) => name === 'PATHNAME_SEPARATOR')?.value;
    this.builders.set(set, new TreeBuilder(separatorByte(separator)));
  }

  take(set: number, batch: Uint8Array, ends: readonly number[]): Promise<void> {
    const builder = this.builders.get(set);
    if (builder === undefined) throw new DmaFailure(`Set ${set} takes no file history.`);
    let from = 0;
    for (const end of ends) {
      const code = end - from < 24 ? 0 : new DataView(batch.buffer, batch.byteOffset + from).getUint32(12);
      if (isHistoryCode(code)) this.reader.read(batch.subarray(from, end), code, builder.add);
      from = end;
    }
    return Promise.resolve();
  }

  async finish(set: number): Promise<HistoryEnd> {
    const builder = this.builders.get(set);
    if (builder === undefined) throw new DmaFailure(`Set ${set} takes no file history.`);
    this.builders.delete(set);
    const tree = finishTree(builder);
    let files = 0;
    let directories = 0;
    await this.store.write((db) => {
      for (const { object, path } of walkFiles(tree, 'name')) {
        const cut = path.lastIndexOf('/');
        const attributes = tree.attributes(object);
        const kind = tree.isFolder(object) ? 'directory' : (KINDS[attributes?.type ?? 1] ?? 'other');
        if (kind === 'directory') directories++;
        else files++;
        db.run(
          'INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
          set,
          blob(path.slice(0, cut) || '/'),
          blob(path.slice(cut + 1)),
          kind,
          wide(attributes?.size ?? 0n),
          attributes?.mtime ?? 0,
          attributes?.mode ?? 0,
          attributes?.owner ?? 0,
          attributes?.group ?? 0,
          wide(tree.node(object)),
          tree.position(object) === undefined ? null : wide(tree.position(object) ?? 0n),
          attributes === undefined ? 0 : 1,
        );
      }
    });
    const problems = tree.problems.kinds.map((kind) => `${historyProblems[kind].title}: ${tree.problems.total(kind)}`);
    return { files, directories, problems };
  }

  async abandon(set: number): Promise<void> {
    if (this.builders.has(set)) await this.finish(set);
  }

  async remove(set: number): Promise<void> {
    await this.store.write((db) => db.change('DELETE FROM entries WHERE set_id = ?', set));
  }

  list(
    set: number,
    directory: string,
    { after = '', limit = 1000 }: { after?: string; limit?: number },
  ): Promise<Listing> {
    return this.store.use((db) => {
      const entries = entriesOf(db, set, clean(directory), after, limit);
      return { entries, next: entries.length < limit ? undefined : entries.at(-1)?.name };
    });
  }

  listChain(
    set: number,
    directory: string,
    { after = '', limit = 1000 }: { after?: string; limit?: number },
  ): Promise<Listing> {
    return this.store.use((db) => {
      const merged = new Map<string, FileEntry>();
      for (const { id } of chainOf(db, set))
        for (const entry of entriesOf(db, id, clean(directory), after, -1))
          if (entry.inSet || !merged.has(entry.name)) merged.set(entry.name, entry);
      const entries = [...merged.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, limit);
      return { entries, next: entries.length < limit ? undefined : entries.at(-1)?.name };
    });
  }

  stat(set: number, path: string): Promise<FileEntry | undefined> {
    const whole = clean(path);
    const cut = whole.lastIndexOf('/');
    const sql = 'SELECT * FROM entries WHERE set_id = ? AND directory = ? AND name = ?';
    return this.store.use((db) => {
      const row = db.first(sql, set, blob(whole.slice(0, cut) || '/'), blob(whole.slice(cut + 1)));
      return row && entryOf(row);
    });
  }

  search(text: string, options: NonNullable<Parameters<Catalog['search']>[1]>): Promise<FileHit[]> {
    const { set, server, path, limit = 1000 } = options;
    const pattern = namePattern(text, false);
    return this.store.use((db) => {
      const sets = listSets(db, { server, path }).filter(({ id }) => set === undefined || id === set);
      const hits: FileHit[] = [];
      for (const { id } of sets.reverse())
        for (const row of db.all('SELECT * FROM entries WHERE set_id = ?', id)) {
          const entry = entryOf(row);
          if (hits.length < limit && pattern.matches(pattern.wholePath ? entry.path : entry.name))
            hits.push({ ...entry, set: id });
        }
      return hits;
    });
  }

  walkBatch(set: number, directory: string, from: Uint8Array | undefined): Promise<WalkBatch> {
    const offset = Number(from === undefined ? 0 : decodeByteString(from));
    const top = clean(directory);
    return this.store.use((db) => {
      const all = db.all('SELECT * FROM entries WHERE set_id = ? ORDER BY directory, name', set).map(entryOf);
      const wanted = all.filter(({ path }) => top === '/' || path.startsWith(`${top}/`));
      const entries = wanted.slice(offset, offset + BATCH);
      return { entries, next: offset + BATCH < wanted.length ? blob(String(offset + BATCH)) : undefined };
    });
  }
}

function clean(path: string): string {
  return `/${path.split('/').filter(Boolean).join('/')}`;
}

function entriesOf(db: Connection, set: number, directory: string, after: string, limit: number): FileEntry[] {
  const sql = 'SELECT * FROM entries WHERE set_id = ? AND directory = ? AND name > ? ORDER BY name LIMIT ?';
  return db.all(sql, set, blob(directory), blob(after), limit).map(entryOf);
}

function entryOf(row: Row): FileEntry {
  const directory = asByteString(row.directory);
  const name = asByteString(row.name);
  return {
    name,
    path: `${directory === '/' ? '' : directory}/${name}`,
    kind: asText(row.kind) as FileEntry['kind'],
    size: asWide(row.size),
    mtime: asNumber(row.mtime),
    mode: asNumber(row.mode),
    owner: asNumber(row.owner),
    group: asNumber(row.grp),
    node: asWide(row.node),
    position: asOptionalNumber(row.position) === undefined ? undefined : asWide(row.position),
    inSet: asNumber(row.in_set) !== 0,
  };
}
