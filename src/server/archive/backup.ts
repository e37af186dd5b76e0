import { STREAM_BYTES_VARIABLE } from './paxKeys';
import { DumpLevel } from './levels/dumpLevel';
import type { BackupOrder, BackupPiece, BackupRun, LogText } from './model';
import type { EnvironmentPair } from '../system';
import { attributesOf, NO_ATTRIBUTES } from './write/attributes';
import type { BackupContext } from './write/context';
import { EntryWriter } from './write/entryWriter';
import { HardLinks } from './write/hardLinks';
import { HistoryWriter } from './write/history';
import { NodeNumbers } from './write/nodeNumbers';
import { readOptions, type BackupOptions } from './write/options';
import { BLOCK, StreamOutput } from './write/output';
import { readOwnerNames } from './write/owners';
import { Problems, reasonOf } from './write/problems';
import { ReadAhead } from './write/readAhead';
import { TreeBackup } from './write/treeBackup';
import { OpenDirectory } from './walk/openDirectory';
import { fromByteString } from './walk/rawName';
import { selectionOf } from './walk/selection';

/** A step of work ends after about this time even when no piece is full. */
const STEP_MS = 25;
/** Posts that wait end a step. */
const MUCH_HISTORY = 256 * 1024;
/** tar streams end with two blocks of zeros, at a multiple of this (GNU tar's blocking factor 20). */
const RECORD = 20 * BLOCK;

/**
 * Begins a backup of a directory tree as a tar stream (docs/manual/backup-format.md).
 *
 * @throws Error for people: a variable means nothing, the directory cannot be read, the base of an increment is not there
 */
export function startBackup(order: BackupOrder): BackupRun {
  const options = readOptions(order.environment);
  let root: OpenDirectory;
  try {
    root = OpenDirectory.open(fromByteString(order.treeRoot), fromByteString(order.inside));
  } catch (error) {
    throw new Error(`The directory to back up cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
  try {
    return new TarBackup(order, options, root);
  } catch (error) {
    root.close();
    throw error;
  }
}

class TarBackup implements BackupRun {
  private readonly context: BackupContext;
  private readonly tree: TreeBackup;
  private readonly work: Generator<void, void>;
  private isAtEnd = false;
  private isClosed = false;

  constructor(
    private readonly order: BackupOrder,
    private readonly options: BackupOptions,
    root: OpenDirectory,
  ) {
    const output = new StreamOutput();
    // first: when there cannot be this backup, nothing else has been begun
    const level = this.beginLevel();
    this.context = {
      output,
      entries: new EntryWriter(output, readOwnerNames()),
      history: new HistoryWriter(order.history, order.version),
      nodes: new NodeNumbers(),
      links: new HardLinks(),
      problems: new Problems(),
      attributes: options.attributes ? attributesOf(String(root.path)) : NO_ATTRIBUTES,
      readAhead: new ReadAhead(),
      level,
      counts: { files: 0, directories: 0, unchanged: 0 },
    };
    this.tree = new TreeBackup(this.context, root, selectionOf(options.exclude, options.files));
    this.work = this.run();
  }

  next(target: number): BackupPiece {
    const { output, history, problems } = this.context;
    output.begin(target);
    const until = performance.now() + STEP_MS;
    while (!this.isAtEnd && !output.hasPiece && history.waiting < MUCH_HISTORY && performance.now() < until)
      this.isAtEnd = this.work.next().done === true;
    const bytes = output.take();
    const done = this.isAtEnd && output.size === 0;
    return {
      bytes,
      posts: history.take(),
      messages: problems.take(),
      done,
      ...(done ? { environment: this.environment() } : {}),
    };
  }

  reuse(buffer: ArrayBuffer): void {
    this.context.output.reuse(buffer);
  }

  commit(): void {
    this.context.level?.commit();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.work.return();
    this.tree.close();
    this.context.readAhead.close();
    this.context.attributes.close();
    this.context.level?.close();
  }

  private *run(): Generator<void, void> {
    const { output, history, problems } = this.context;
    this.announce();
    const obstacle = yield* this.context.attributes.ready();
    if (obstacle) problems.say(`Extended attributes are not in the backup: ${obstacle}.`, 'warning');
    yield* this.tree.run();
    history.flush();
    output.zeros(2 * BLOCK);
    output.zeros((RECORD - (output.length % RECORD)) % RECORD);
    this.summarize();
  }

  private beginLevel(): DumpLevel | undefined {
    const { order, options } = this;
    if (order.type !== 'dump') return undefined;
    const wanted = options.files === '' ? options : { ...options, level: 0, baseDate: undefined, update: false };
    return DumpLevel.begin(wanted, order.dumpRecords, order.inside, order.now);
  }

  private announce(): void {
    const { problems, level } = this.context;
    const { options } = this;
    if (this.order.type === 'tar' && (options.level > 0 || options.baseDate !== undefined))
      problems.say('Type tar has no levels: everything is backed up. Type dump has.', 'warning');
    if (!level) return;
    if (options.files !== '') problems.say('With FILES a dump is of level 0 and no other builds upon it.', 'normal');
    const since = level.base
      ? `what changed since level ${level.base.level} of ${new Date(level.base.time).toISOString()}`
      : 'everything';
    problems.say(`Dump of level ${this.tellLevel()}: ${since} is backed up.`, 'normal');
    if (!level.base && options.level > 0 && options.files === '')
      problems.say('No backup of a lower level is remembered here, so there is nothing to build upon.', 'warning');
  }

  private tellLevel(): string {
    return String(this.context.level?.level ?? 0);
  }

  private summarize(): void {
    const { counts, problems, links, output } = this.context;
    if (links.forgotten > 0)
      problems.say(
        'There are more hard links than can be remembered: some are backed up as files of their own.',
        'warning',
      );
    const unchanged = counts.unchanged > 0 ? `, ${counts.unchanged} unchanged since` : '';
    const told = problems.count > 0 ? `; ${problems.count} could not be backed up as they are` : '';
    const sum: LogText = {
      type: 'normal',
      text: `Backed up ${counts.files} files and ${counts.directories} directories in ${output.length} bytes${unchanged}${told}.`,
    };
    problems.say(sum.text, sum.type);
  }

  private environment(): EnvironmentPair[] {
    const { level, output } = this.context;
    const pairs = [
      { name: 'TYPE', value: this.order.type },
      { name: 'PATHNAME_SEPARATOR', value: '/' },
      { name: STREAM_BYTES_VARIABLE, value: String(output.length) },
    ];
    if (level) pairs.push({ name: 'LEVEL', value: String(level.level) }, { name: 'DUMP_DATE', value: level.dumpDate });
    return pairs;
  }
}
