import { byteStringLength } from '../../../xdr';
import type { FileResult, LogText, RecoverOrder, RecoverRun, RecoverStep } from '../model';
import type { TarEntry } from '../read/entry';
import { TarReader, type TarSink } from '../read/tarReader';
import { HistoryWriter, type HistoryStat } from '../write/history';
import { toRaw } from './extraction';
import { RecoveryStatus } from './failures';
import { HistoryNodes } from './historyNodes';
import { recoverOptions } from './options';
import { Selection, wantedOf, type Wanted } from './selection';

/** Sizes of files with several links, remembered for those links. */
const MOST_SIZES = 100_000;

const FORMATS: Record<TarEntry['kind'], bigint> = {
  file: 0o100000n,
  link: 0o100000n,
  directory: 0o040000n,
  symlink: 0o120000n,
  fifo: 0o010000n,
  character: 0o020000n,
  block: 0o060000n,
};

/**
 * Tells the file history of a stream again (DATA_START_RECOVER_FILEHIST); nothing is written to disk. By node, names
 * come in the order of the stream: those of a directory's sub-directories may come after what is in the ones before them.
 */
export class HistoryRecovery implements RecoverRun, TarSink {
  private readonly reader = new TarReader(this);
  private readonly history: HistoryWriter;
  private readonly nodes = new HistoryNodes();
  private readonly wanted: readonly Wanted[];
  private readonly selection: Selection;
  private readonly sizes = new Map<string, number>();
  private messages: LogText[] = [];
  private files: FileResult[] = [];
  private begun = false;
  private damaged = false;
  private done = false;
  private objects = 0;

  constructor({ names, environment, type, history, version }: RecoverOrder) {
    this.history = new HistoryWriter(history, version);
    this.wanted = names.map(wantedOf);
    this.selection = new Selection(this.wanted, recoverOptions({ environment, type }).recursive);
  }

  start(): RecoverStep {
    return { ...this.step(), want: { offset: 0n, length: undefined } };
  }

  push(bytes: Uint8Array): RecoverStep {
    if (!this.done) this.reader.push(bytes);
    return this.step();
  }

  end(): RecoverStep {
    if (!this.done) {
      this.damaged = true;
      this.reader.end();
      this.complete();
    }
    return this.step();
  }

  close(): void {
    this.done = true;
  }

  entry(entry: TarEntry): boolean {
    const { path } = entry;
    if (path === undefined) return false;
    const wanted = this.selection.at(path);
    for (const { outcome } of wanted) outcome.found = true;
    if (wanted.length > 0) this.tell(entry, path);
    return false;
  }

  private tell(entry: TarEntry, path: string): void {
    const { history } = this;
    const node = this.nodes.of(entry, path);
    this.objects++;
    if (history.style === 'node') this.tellNames(entry, path, node);
    // By node, a file is told once however many names it has.
    if (history.style === 'node' && entry.kind === 'link') return;
    history.addObject(toRaw(path.slice(1)), this.statOf(entry), node, entry.start);
  }

  private tellNames(entry: TarEntry, path: string, node: bigint): void {
    const { history, nodes } = this;
    if (!this.begun && path !== '') {
      history.addName('.', nodes.root, nodes.root);
      history.addName('..', nodes.root, nodes.root);
    }
    this.begun = true;
    const slash = path.lastIndexOf('/');
    const parent = path === '' ? node : nodes.ofDirectory(path.slice(0, slash));
    if (path !== '') history.addName(toRaw(path.slice(slash + 1)), node, parent);
    if (entry.kind !== 'directory') return;
    history.addName('.', node, node);
    history.addName('..', parent, node);
  }

  private statOf(entry: TarEntry): HistoryStat {
    const { kind, mode, uid, gid, mtimeNs } = entry;
    if ((entry.links ?? 1) > 1 && this.sizes.size < MOST_SIZES && entry.path !== undefined && kind === 'file')
      this.sizes.set(entry.path, entry.size);
    return {
      mode: FORMATS[kind] | BigInt(mode),
      mtimeNs,
      atimeNs: entry.atimeNs ?? mtimeNs,
      ctimeNs: entry.ctimeNs ?? mtimeNs,
      uid: BigInt(uid),
      gid: BigInt(gid),
      size: BigInt(this.sizeOf(entry)),
      nlink: BigInt(entry.links ?? 1),
      unsupported: (entry.atimeNs === undefined ? 1 : 0) | (entry.ctimeNs === undefined ? 2 : 0),
    };
  }

  private sizeOf({ kind, size, linkName }: TarEntry): number {
    if (kind === 'symlink') return byteStringLength(linkName);
    return kind === 'link' ? (this.sizes.get(linkName) ?? 0) : size;
  }

  data(): void {
    // No data are asked for.
  }

  entryEnd(): void {
    // All of an entry is told at its beginning.
  }

  lost(): void {
    this.damaged = true;
  }

  problem(text: string): void {
    this.messages.push({ type: 'warning', text });
  }

  finished(): void {
    this.complete();
  }

  private complete(): void {
    this.done = true;
    this.files = this.results();
    this.history.flush();
    if (this.damaged)
      this.messages.push({ type: 'error', text: 'Parts of the stream are missing or damaged; they have no history' });
    this.messages.push({ type: 'normal', text: `History of ${this.objects} objects` });
  }

  private step(): RecoverStep {
    const { messages } = this;
    this.messages = [];
    const files = this.files;
    this.files = [];
    return { files, messages, posts: this.history.take(), done: this.done };
  }

  private results(): FileResult[] {
    const { NOT_FOUND, IO_ERROR, SUCCESSFUL } = RecoveryStatus;
    return this.wanted.map(({ outcome }) => ({
      name: outcome.name,
      status: this.damaged ? IO_ERROR : outcome.found ? SUCCESSFUL : NOT_FOUND,
    }));
  }
}
