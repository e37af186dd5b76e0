import { setImmediate as breathe } from 'node:timers/promises';
import type { Store } from '../store/store';
import { ByteWriter } from './bytes';
import { Flag, Kind } from './entry';
import { Folders, namelessName } from './folders';
import { MergeHeap } from './heap';
import { NameRecord } from './nameRecord';
import { compareNodes, NodeSource } from './nodeBatch';
import { PathBatch } from './pathBatch';
import type { TreeProblems } from './problems';
import { openRuns, RunKind, writeRun } from './spool';

/** Nodes after which others who wait for the catalog come first. */
const TURN = 4096;

/**
 * Turns history by nodes into history by paths: finds out where every directory lies, then joins names and attributes
 * node by node. Beside one batch only the directories are in memory.
 */
export async function joinNodes(store: Store, set: number, problems: TreeProblems): Promise<void> {
  const folders = new Folders(problems);
  await eachName(store, set, (high, low, name) => folders.learn(high, low, name));
  await eachName(store, set, (high, low, name) => folders.place(high, low, name));
  folders.settle();
  await new Join(store, set, folders, problems).run();
}

async function eachName(
  store: Store,
  set: number,
  take: (high: number, low: number, name: NameRecord) => void,
): Promise<void> {
  const name = new NameRecord();
  for (const run of await openRuns(store, set, RunKind.LINKS)) {
    const source = new NodeSource(run);
    for (;;) {
      const more = source.next();
      if (!(typeof more === 'boolean' ? more : await more)) break;
      name.read(source.bytes, source.from, source.to);
      take(source.high, source.low, name);
    }
    await breathe();
  }
}

/** A name that waits for the attributes of its node. */
interface WaitingName {
  parentHigh: number;
  parentLow: number;
  bytes: Uint8Array;
  from: number;
  to: number;
}

class Join {
  private batch = new PathBatch();
  /** Number in the batch by folder, plus 1. */
  private numbers: Uint32Array;
  private runs = 0;
  private readonly nodeOnly = new ByteWriter();

  constructor(
    private readonly store: Store,
    private readonly set: number,
    private readonly folders: Folders,
    private readonly problems: TreeProblems,
  ) {
    this.numbers = new Uint32Array(folders.count);
  }

  async run(): Promise<void> {
    const { store, set } = this;
    const merged = async (kind: typeof RunKind.LINKS | typeof RunKind.NODES): Promise<MergeHeap<NodeSource>> => {
      const runs = await openRuns(store, set, kind);
      return MergeHeap.of(
        runs.map((run) => new NodeSource(run)),
        compareNodes,
      );
    };
    const names = await merged(RunKind.LINKS);
    const nodes = await merged(RunKind.NODES);
    for (let joined = 1; names.top !== undefined || nodes.top !== undefined; joined++) {
      const { high, low } = lesser(names.top, nodes.top);
      const waiting = await this.namesOf(names, high, low);
      const attributes = await this.attributesOf(nodes, high, low);
      this.add(high, low, waiting, attributes);
      if (this.batch.isFull) await this.flush();
      else if (joined % TURN === 0) await breathe();
    }
    if (!this.batch.isEmpty) await this.flush();
  }

  private async namesOf(names: MergeHeap<NodeSource>, high: number, low: number): Promise<WaitingName[]> {
    const found: WaitingName[] = [];
    const record = new NameRecord();
    for (let top = names.top; top !== undefined && top.low === low && top.high === high; top = names.top) {
      record.read(top.bytes, top.from, top.to);
      const { parentHigh, parentLow, bytes, from, to } = record;
      if (!record.isDot && !record.isDotDot) found.push({ parentHigh, parentLow, bytes, from, to });
      const wait = names.advance();
      if (wait !== undefined) await wait;
    }
    return found;
  }

  /** Flags and rest; those that came last. */
  private async attributesOf(nodes: MergeHeap<NodeSource>, high: number, low: number): Promise<Uint8Array | undefined> {
    let found: Uint8Array | undefined;
    for (let top = nodes.top; top !== undefined && top.low === low && top.high === high; top = nodes.top) {
      if (found !== undefined) this.problems.note('repeated');
      found = top.bytes.subarray(top.from, top.to);
      const wait = nodes.advance();
      if (wait !== undefined) await wait;
    }
    return found;
  }

  private add(high: number, low: number, names: readonly WaitingName[], told: Uint8Array | undefined): void {
    const { folders, nodeOnly } = this;
    // things with a reserved number have nothing to do with each other
    const attributes = isReserved(high, low) && names.length > 1 ? undefined : told;
    const folder = folders.find(high, low);
    nodeOnly.length = 0;
    nodeOnly.wide(high, low);
    const rest = attributes?.subarray(1) ?? nodeOnly.bytes;
    const restLength = attributes === undefined ? nodeOnly.length : attributes.length - 1;
    const toldFlags = attributes?.[0] ?? Flag.NODE | Kind.FILE;
    const flags = folder < 0 ? toldFlags : (toldFlags & ~Flag.KIND) | Kind.DIRECTORY;
    for (const { parentHigh, parentLow, bytes, from, to } of names) {
      const parent = this.numberOf(folders.find(parentHigh, parentLow));
      if (parent < 0) this.problems.note('odd-name');
      else this.batch.add(parent, bytes, from, to, flags, rest, restLength);
    }
    if (names.length > 0 || attributes === undefined) return;
    const isRoot = folder >= 0 && folders.isRoot(folder);
    const name = isRoot ? NOTHING : namelessName(high, low);
    if (folder < 0) this.problems.note('orphan');
    this.batch.add(this.batch.folder(NOTHING, 0, 0), name, 0, name.length, flags, rest, restLength);
  }

  /** The directory's number in the batch; -1 when its path cannot be kept. */
  private numberOf(folder: number): number {
    const known = this.numbers[folder];
    if (known !== 0) return known - 1;
    const path = this.folders.path(folder);
    if (path === undefined) return -1;
    const number = this.batch.folder(path, 0, path.length);
    this.numbers[folder] = number + 1;
    return number;
  }

  private async flush(): Promise<void> {
    const { batch, set } = this;
    await this.store.write((db) => writeRun(db, set, RunKind.JOINED, this.runs, batch.run()), 'process');
    this.runs++;
    this.batch = new PathBatch();
    this.numbers = new Uint32Array(this.folders.count);
    await breathe();
  }
}

const NOTHING = new Uint8Array(0);
const ALL_ONES = 0xffffffff;

/** All ones, in 32 bits (v2) or in 64. */
function isReserved(high: number, low: number): boolean {
  return low === ALL_ONES && (high === ALL_ONES || high === 0);
}

function lesser(a: NodeSource | undefined, b: NodeSource | undefined): { high: number; low: number } {
  const least = a === undefined || (b !== undefined && compareNodes(b, a) < 0) ? b : a;
  return { high: least?.high ?? 0, low: least?.low ?? 0 };
}
