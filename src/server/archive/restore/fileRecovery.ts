import type { FileResult, RecoverOrder, RecoverRun, RecoverStep } from '../model';
import type { TarEntry } from '../read/entry';
import { TarReader, type TarSink } from '../read/tarReader';
import { DirectPass } from './directPass';
import { Extraction, shownPath, type MissingSource } from './extraction';
import { RecoveryStatus } from './failures';
import { recoverOptions } from './options';
import type { Pass, PassParts } from './pass';
import { ScanPass } from './scanPass';
import { Selection, wantedOf, type Wanted } from './selection';

/** A file that is restored for links to it, whose own name was not selected. */
interface LinkSource {
  source: Wanted;
  links: MissingSource[];
}

/**
 * A recovery of files. Goes through the stream once, or through pieces of it; then, where something was not where the list
 * says, or the file of a hard link was not selected, through what is needed for that.
 */
export class FileRecovery implements RecoverRun, TarSink {
  private readonly reader = new TarReader(this);
  private readonly extraction: Extraction;
  private readonly wanted: readonly Wanted[];
  private readonly parts: PassParts;
  private readonly direct: boolean;
  private pass: Pass | undefined;
  /** Where the bytes end that were asked for. */
  private pieceEnd = 0;
  private want: RecoverStep['want'];
  private files: FileResult[] = [];
  private linkSources: LinkSource[] = [];
  private incomplete = false;
  private done = false;

  constructor({ names, environment, type }: RecoverOrder) {
    const { direct, recursive, rebuild, streamBytes } = recoverOptions({ environment, type });
    this.wanted = names.map(wantedOf);
    const all = new Selection(this.wanted, recursive);
    this.direct = direct && this.wanted.every(({ position }) => position !== undefined);
    this.extraction = new Extraction(rebuild, (path) => all.at(path));
    this.parts = { reader: this.reader, extraction: this.extraction, recursive, streamBytes };
  }

  start(): RecoverStep {
    if (this.wanted.length === 0) this.complete();
    else {
      const whole = this.wanted.every(({ path }) => path === '');
      // Who wants all needs neither positions nor any part of it again.
      if (whole) this.pass = new ScanPass({ ...this.parts, streamBytes: undefined }, this.wanted);
      else if (this.direct) this.pass = new DirectPass(this.parts, this.wanted);
      else this.pass = new ScanPass(this.parts, this.wanted);
      this.goOn();
    }
    return this.take();
  }

  push(bytes: Uint8Array): RecoverStep {
    for (let at = 0; at < bytes.length && !this.done;) {
      at += this.reader.push(at === 0 ? bytes : bytes.subarray(at));
      if (this.reader.isHalted) this.pass?.resume();
      this.goOn();
    }
    return this.take();
  }

  end(): RecoverStep {
    if (!this.done) {
      this.reader.end();
      this.pass?.cut();
      this.pieceEnd = Infinity;
      this.goOn();
    }
    return this.take();
  }

  close(): void {
    this.done = true;
    this.extraction.close();
  }

  /** Asks for the next piece when the last one was read, or begins what comes after this pass. */
  private goOn(): void {
    while (!this.done && this.pass) {
      if (!this.pass.over) {
        if (this.reader.position < this.pieceEnd) return;
        return this.ask(this.pass);
      }
      if (this.reader.position < this.pieceEnd && this.pieceEnd !== Infinity && this.hasMore()) {
        // What was asked for has to arrive before other pieces can be asked for.
        this.reader.seek(this.pieceEnd);
        return;
      }
      this.nextPass(this.pass);
    }
  }

  private ask(pass: Pass): void {
    const { offset, length } = pass.next();
    this.pieceEnd = length === undefined ? Infinity : offset + length;
    this.want = { offset: BigInt(offset), length: length === undefined ? undefined : BigInt(length) };
  }

  private hasMore(): boolean {
    return this.extraction.missing.length > 0 || (this.pass instanceof DirectPass && this.pass.misplaced.length > 0);
  }

  private nextPass(last: Pass): void {
    this.pass = undefined;
    if (last.incomplete) this.incomplete = true;
    const misplaced = last instanceof DirectPass ? last.misplaced.filter(({ outcome }) => !outcome.found) : [];
    const canAsk = this.pieceEnd !== Infinity;
    if (misplaced.length > 0 && canAsk) {
      this.extraction.say(
        `${misplaced.length} names are not where the list says; the whole stream is read for them`,
        'warning',
      );
      this.pass = new ScanPass(this.parts, misplaced);
    } else if (this.extraction.missing.length > 0) {
      const sources = this.sourcesOf(this.extraction.missing.splice(0), canAsk);
      if (sources.length > 0)
        this.pass = sources.every(({ position }) => position !== undefined)
          ? new DirectPass(this.parts, sources)
          : new ScanPass(this.parts, sources);
    }
    if (this.pass) this.pieceEnd = 0;
    else this.complete();
  }

  /** Files that links wait for, each once. */
  private sourcesOf(missing: readonly MissingSource[], canAsk: boolean): Wanted[] {
    const byPath = new Map<string, LinkSource>();
    for (const link of missing) {
      const { entry, wanted } = link;
      const known = byPath.get(entry.linkName);
      if (known) known.links.push(link);
      else if (canAsk) byPath.set(entry.linkName, { source: this.extraction.sourceOf(entry, wanted), links: [link] });
      else {
        wanted.outcome.fail(RecoveryStatus.NOT_FOUND);
        this.extraction.report(
          entry.name,
          `is a link to ${shownPath(entry.linkName)}, which was not selected: select it too`,
        );
      }
    }
    this.linkSources.push(...byPath.values());
    return [...byPath.values()].map(({ source }) => source);
  }

  private complete(): void {
    this.done = true;
    for (const { source, links } of this.linkSources) this.finishLinks(source, links);
    this.extraction.finish();
    for (const { outcome } of this.wanted) {
      if (!outcome.found) {
        outcome.fail(this.incomplete ? RecoveryStatus.IO_ERROR : RecoveryStatus.NOT_FOUND);
        this.extraction.report(
          outcome.name,
          this.incomplete ? 'not met before the stream ended' : 'not in this backup',
        );
      } else if (this.incomplete && outcome.collection) outcome.fail(RecoveryStatus.IO_ERROR);
      this.files.push({ name: outcome.name, status: outcome.status });
    }
    if (this.incomplete)
      this.extraction.say('Parts of the stream are missing or damaged; what is in them is not restored', 'error');
    this.extraction.say(this.extraction.summary(), 'normal');
  }

  private finishLinks(source: Wanted, links: readonly MissingSource[]): void {
    for (const [index, { entry, wanted }] of links.entries()) {
      if (!source.outcome.found) {
        wanted.outcome.fail(RecoveryStatus.NOT_FOUND);
        this.extraction.report(entry.name, `is a link to ${shownPath(entry.linkName)}, which is not in this backup`);
      } else if (source.outcome.status !== RecoveryStatus.SUCCESSFUL) wanted.outcome.fail(source.outcome.status);
      else if (index > 0) this.extraction.linkAlike(entry, source, source.path, wanted, entry.path ?? '');
    }
  }

  private take(): RecoverStep {
    const { files, want } = this;
    this.files = [];
    this.want = undefined;
    const step: RecoverStep = { files, messages: this.extraction.takeMessages(), posts: [], done: this.done };
    if (want && !this.done) step.want = want;
    return step;
  }

  entry(entry: TarEntry): boolean {
    return this.pass?.entry(entry) ?? false;
  }

  data(bytes: Uint8Array, at: number): void {
    this.extraction.data(bytes, at);
  }

  entryEnd(complete: boolean): void {
    this.extraction.end(complete);
    this.pass?.entryEnd();
  }

  lost(offset: number): void {
    this.pass?.lost(offset);
  }

  problem(text: string): void {
    this.extraction.say(text, 'warning');
  }

  finished(): void {
    this.pass?.finished();
  }
}
