import { clip, escapeText } from '../../../protocol';
import { encodeByteString } from '../../../xdr';
import type { LogText } from '../model';
import type { TarEntry } from '../read/entry';
import { BLOCK } from '../read/fields';
import type { RawName } from '../walk/rawName';
import { failureOf, RecoveryStatus, RestoreFailure, type Failure } from './failures';
import type { HelperTask } from './metadata';
import { Restorer, type FileTarget, type Place } from './restorer';
import { Outcome, targetOf, type Wanted } from './selection';
import type { TargetTree } from './targetTree';

const NOT_ASCII = /[^\x00-\x7f]/;
const MOST_TOLD = 500;
const MOST_PATH = 300;
/** Names of the list that one entry of the stream may go to at a time. */
const MOST_PLACES = 32;
/** Fifos and devices that wait to be made. */
const MOST_SPECIALS = 10_000;
/** Links whose file was not selected, remembered until its data are read. */
const MOST_MISSING = 50_000;
/** Paths of files that could not be restored, remembered so that no link is made to what stands there instead. */
const MOST_FAILED = 100_000;

export function toRaw(text: string): RawName {
  return NOT_ASCII.test(text) ? Buffer.from(encodeByteString(text)).toString('latin1') : text;
}

/** A path of the stream or the list for people. */
export function shownPath(path: string): string {
  return clip(escapeText(path), MOST_PATH);
}

/** A hard link whose file was not restored, for its first name was not selected. */
export interface MissingSource {
  entry: TarEntry;
  wanted: Wanted;
}

interface OpenFile {
  target: FileTarget;
  outcome: Outcome;
  place: Place;
}

/** Restores entries to the places where they are wanted, and tells what went wrong. Never throws. */
export class Extraction {
  readonly missing: MissingSource[] = [];
  private readonly restorer: Restorer;
  private files: OpenFile[] = [];
  private entry: TarEntry | undefined;
  private readonly specials = new Map<string, Outcome>();
  private readonly failed = new Set<string>();
  private messages: LogText[] = [];
  private problems = 0;
  private objects = 0;
  private bytes = 0;
  private readonly restoredFor: (path: string) => Wanted[];

  /**
   * @param rebuild what incremental dumps say is gone is removed
   * @param restored who wants the entry at a path, so that it has been restored when it came by
   */
  constructor(
    private readonly rebuild: boolean,
    restored: (path: string) => Wanted[],
  ) {
    this.restoredFor = restored;
    this.restorer = new Restorer(
      (tree, path, code, task) => this.complain(tree, path, code, task),
      (why) =>
        this.say(
          `python3 does not run here (${clip(escapeText(why), MOST_PATH)}): times are kept to the microsecond only; ` +
            'extended attributes, fifos and devices are left out',
          'warning',
        ),
    );
  }

  /** @returns whether data are to come */
  begin(entry: TarEntry, wanted: readonly Wanted[]): boolean {
    this.entry = entry;
    const path = entry.path;
    if (path === undefined) {
      for (const { outcome } of wanted) outcome.fail(RecoveryStatus.PERMISSION);
      this.report(entry.name, 'left out, since its name leads upwards or holds a zero byte');
      return false;
    }
    this.objects++;
    for (const one of wanted.slice(0, MOST_PLACES)) this.beginAt(entry, path, one);
    for (const { outcome } of wanted.slice(MOST_PLACES)) {
      outcome.found = true; // it is in the stream: nobody has to be told otherwise
      outcome.fail(RecoveryStatus.UNDEFINED);
      this.report(path, `goes to ${MOST_PLACES} places at a time and no more`);
    }
    return this.files.length > 0;
  }

  private beginAt(entry: TarEntry, path: string, wanted: Wanted): void {
    const { outcome } = wanted;
    outcome.found = true;
    if (entry.kind === 'directory' || path !== wanted.path) outcome.collection = true;
    const place = this.placeOf(wanted, wanted.dataOnly ? wanted.path : path);
    try {
      if (wanted.dataOnly && (entry.kind === 'directory' || entry.kind === 'link'))
        throw new RestoreFailure(RecoveryStatus.NOT_FOUND, 'what it is a link to is no file');
      if (entry.kind === 'link') return this.link(entry, wanted, place);
      if (entry.kind === 'fifo' || entry.kind === 'character' || entry.kind === 'block')
        this.expectSpecial(place, outcome);
      const target = this.restorer.make(entry, place);
      if (target) this.files.push({ target, outcome, place });
      if (this.rebuild && wanted.path === '') this.removeGone(entry, place, outcome);
    } catch (error) {
      this.fail(outcome, place, failureOf(error));
    }
  }

  /** Fifos and devices are made later, many at once. */
  private expectSpecial({ tree, path }: Place, outcome: Outcome): void {
    if (this.specials.size >= MOST_SPECIALS) {
      this.restorer.settle();
      this.specials.clear();
    }
    this.specials.set(keyOf(tree, path), outcome);
  }

  private placeOf(wanted: Wanted, path: string): Place {
    return { tree: this.restorer.tree(toRaw(wanted.targetRoot)), path: toRaw(targetOf(wanted, path)) };
  }

  private link(entry: TarEntry, wanted: Wanted, place: Place): void {
    if (entry.linkName === '')
      throw new RestoreFailure(RecoveryStatus.PERMISSION, 'it is a link to something outside the backup');
    const sources = this.restoredFor(entry.linkName);
    const source = sources.find((one) => one === wanted) ?? sources.at(0);
    if (!source) {
      if (this.missing.length >= MOST_MISSING)
        throw new RestoreFailure(RecoveryStatus.NOT_FOUND, 'it is a link to a file that was not selected');
      this.missing.push({ entry, wanted });
      return;
    }
    const from = this.placeOf(source, entry.linkName);
    if (this.failed.has(keyOf(from.tree, from.path)))
      this.fail(wanted.outcome, place, { status: RecoveryStatus.IO_ERROR, reason: 'the file it is a link to failed' });
    else this.makeLink(entry, from, place);
  }

  private makeLink(entry: TarEntry, from: Place, place: Place): void {
    if (this.restorer.link(entry, from, place))
      this.report(entry.name, 'is a copy, since the file system takes no link to that file there');
  }

  /** The file that a link leads to, to be restored in the link's place. */
  sourceOf(entry: TarEntry, wanted: Wanted): Wanted {
    const at = entry.linkOffset;
    return {
      path: entry.linkName,
      targetRoot: wanted.targetRoot,
      target: targetOf(wanted, entry.path ?? ''),
      position: at !== undefined && at % BLOCK === 0 ? at : undefined,
      node: undefined,
      outcome: new Outcome(entry.name),
      dataOnly: true,
    };
  }

  /** Makes a link to a file that was restored for another link. Both as they were found. */
  linkAlike(entry: TarEntry, source: Wanted, sourcePath: string, wanted: Wanted, path: string): void {
    const place = this.placeOf(wanted, path);
    try {
      this.makeLink(entry, this.placeOf(source, sourcePath), place);
    } catch (error) {
      this.fail(wanted.outcome, place, failureOf(error));
    }
  }

  private removeGone(entry: TarEntry, { tree, path }: Place, outcome: Outcome): void {
    for (const name of entry.removed) {
      const gone = { tree, path: path === '' ? toRaw(name) : `${path}/${toRaw(name)}` };
      try {
        this.restorer.remove(gone);
      } catch (error) {
        const { status, reason } = failureOf(error);
        outcome.fail(status);
        this.report(gone.path, `is gone from the source but could not be removed here: ${reason}`);
      }
    }
  }

  data(bytes: Uint8Array, at: number): void {
    this.bytes += bytes.length;
    for (const file of [...this.files]) {
      try {
        file.target.write(bytes, at);
      } catch (error) {
        this.files = this.files.filter((other) => other !== file);
        file.target.discard();
        this.fail(file.outcome, file.place, failureOf(error));
      }
    }
  }

  end(complete: boolean): void {
    for (const { target, outcome, place } of this.files) {
      try {
        if (complete) target.finish();
        else {
          target.discard();
          this.fail(outcome, place, { status: RecoveryStatus.IO_ERROR, reason: 'the stream ends before its data do' });
        }
      } catch (error) {
        this.fail(outcome, place, failureOf(error));
      }
    }
    this.files = [];
    this.entry = undefined;
  }

  /** Sets what can only be set when all is there. */
  finish(): void {
    try {
      this.restorer.finish();
    } catch (error) {
      this.say(`Metadata of directories could not be set: ${failureOf(error).reason}`, 'error');
    }
    if (this.problems > MOST_TOLD) this.say(`${this.problems - MOST_TOLD} more problems like these`, 'warning');
  }

  close(): void {
    for (const { target } of this.files) target.discard();
    this.files = [];
    this.restorer.close();
  }

  /** What was done, for people. */
  summary(): string {
    return `Restored: ${this.objects} objects, ${this.bytes} bytes of data${this.problems > 0 ? `; problems: ${this.problems}` : ''}`;
  }

  takeMessages(): LogText[] {
    const messages = this.messages;
    this.messages = [];
    return messages;
  }

  say(text: string, type: LogText['type']): void {
    this.messages.push({ type, text });
  }

  /** Something about one path; the first few hundred are told. */
  report(path: string, text: string): void {
    if (++this.problems <= MOST_TOLD) this.say(`${shownPath(path)}: ${text}`, 'warning');
  }

  private fail(outcome: Outcome, place: Place, { status, reason }: Failure): void {
    outcome.fail(status);
    if (this.failed.size < MOST_FAILED) this.failed.add(keyOf(place.tree, place.path));
    this.report(this.entry?.name ?? place.path, `not restored: ${reason}`);
  }

  private complain(tree: TargetTree, path: RawName, code: string, task: HelperTask): void {
    const { status, reason } = failureOf(Object.assign(new Error(code), { code }));
    if (task.make) this.specials.get(keyOf(tree, path))?.fail(status);
    this.report(`/${path}`, task.make ? `not restored: ${reason}` : `not all of its metadata could be set: ${reason}`);
  }
}

function keyOf(tree: TargetTree, path: RawName): string {
  return `${tree.root}\0${path}`;
}
