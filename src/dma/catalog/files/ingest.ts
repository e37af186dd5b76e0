import { EntryReader } from '../../../analysis/history/entryReader';
import { FileSystem, isHistoryCode, type EntryStyle, type HistoryEntry } from '../../../analysis/history/historyEntry';
import { HEADER_LENGTH } from '../../../protocol';
import type { Store } from '../store/store';
import { ByteWriter } from './bytes';
import { Flag, Kind, writeRest } from './entry';
import { writeName } from './nameRecord';
import { NodeBatch } from './nodeBatch';
import { PathBatch } from './pathBatch';
import { PathCleaner } from './pathCleaner';
import { TreeProblems } from './problems';
import { RunKind, writeRun, type RunKindValue } from './spool';

const BACKSLASH = 0x5c;
/** Place of the message code in the header (NDMPv4 draft, section 2.3.1). */
const CODE_AT = 12;

/** Takes the file history of one set: sorts it in pieces of bounded size, which wait in the file until the tree is made. */
export class Ingest {
  readonly problems = new TreeProblems();
  /** Files, links and others with attributes that were told, each as often as it was. */
  files = 0;
  private readonly reader = new EntryReader();
  private readonly cleaner = new PathCleaner();
  private readonly out = new ByteWriter();
  private paths = new PathBatch();
  private names = new NodeBatch();
  private nodes = new NodeBatch();
  private readonly runs = [0, 0, 0];
  private serial = 0;

  /** @param separator byte between the parts of a UNIX path */
  constructor(
    private readonly store: Store,
    private readonly set: number,
    private readonly separator: number,
  ) {}

  /** @param batch whole messages; @param ends where each of them ends */
  async take(batch: Uint8Array, ends: readonly number[]): Promise<void> {
    let from = 0;
    for (const end of ends) {
      this.takeMessage(batch.subarray(from, end));
      from = end;
      if (this.paths.isFull || this.names.isFull || this.nodes.isFull) await this.flush(false);
    }
  }

  /** Puts what was taken into the file: full batches, or all of it. */
  async flush(all: boolean): Promise<void> {
    const { paths, names, nodes } = this;
    const due = (batch: PathBatch | NodeBatch): boolean => batch.isFull || (all && !batch.isEmpty);
    const [duePaths, dueNames, dueNodes] = [due(paths), due(names), due(nodes)];
    await this.store.write((db) => {
      const write = (kind: RunKindValue, pieces: Iterable<Uint8Array>): void =>
        writeRun(db, this.set, kind, this.runs[kind]++, pieces);
      if (duePaths) write(RunKind.PATHS, paths.run());
      if (dueNames) write(RunKind.LINKS, names.run());
      if (dueNodes) write(RunKind.NODES, nodes.run());
      const seen = JSON.stringify(this.problems.sentences);
      db.change(
        'UPDATE trees SET problems = ?, by_nodes = by_nodes OR ? WHERE set_id = ?',
        seen,
        dueNames ? 1 : 0,
        this.set,
      );
    }, 'process');
    if (duePaths) this.paths = new PathBatch();
    if (dueNames) this.names = new NodeBatch();
    if (dueNodes) this.nodes = new NodeBatch();
  }

  private takeMessage(payload: Uint8Array): void {
    const code =
      payload.length < HEADER_LENGTH ? 0 : new DataView(payload.buffer, payload.byteOffset).getUint32(CODE_AT);
    if (!isHistoryCode(code)) return;
    if (this.reader.read(payload, code, this.takeEntry).cut) this.problems.note('cut');
  }

  private readonly takeEntry = (style: EntryStyle, entry: HistoryEntry): void => {
    const { out } = this;
    out.length = 0;
    if (style === 'path') this.takePath(entry);
    else if (style === 'directory') this.takeName(entry);
    else {
      out.byte(0);
      const flags = writeRest(out, entry);
      out.bytes[0] = flags;
      this.count(flags);
      this.nodes.add(entry.nodeHigh, entry.nodeLow, out);
    }
  };

  private takePath(entry: HistoryEntry): void {
    const { cleaner, paths, out } = this;
    const separator = entry.nameSystem === FileSystem.NT ? BACKSLASH : this.separator;
    if (!entry.hasName) return this.problems.note('no-name');
    if (!cleaner.clean(entry.bytes, entry.nameFrom, entry.nameTo, separator)) return this.problems.note('odd-name');
    const flags = writeRest(out, entry);
    this.count(flags);
    const { bytes, from, to, nameFrom } = cleaner;
    const folder = paths.folder(bytes, from, Math.max(from, nameFrom - 1));
    paths.add(folder, bytes, nameFrom, to, flags, out.bytes, out.length);
  }

  private count(flags: number): void {
    if ((flags & Flag.ATTRIBUTES) !== 0 && (flags & Flag.KIND) !== Kind.DIRECTORY) this.files++;
  }

  private takeName(entry: HistoryEntry): void {
    const serial = this.serial++;
    if (!entry.hasName || entry.nameFrom === entry.nameTo) return this.problems.note('no-name');
    if (!isName(entry)) return this.problems.note('odd-name');
    writeName(this.out, entry, serial);
    this.names.add(entry.nodeHigh, entry.nodeLow, this.out);
  }
}

const LONGEST_NAME = 4096;

function isName({ bytes, nameFrom, nameTo }: HistoryEntry): boolean {
  if (nameTo - nameFrom > LONGEST_NAME) return false;
  for (let at = nameFrom; at < nameTo; at++) if (bytes[at] === 0x2f || bytes[at] === 0) return false;
  return true;
}
