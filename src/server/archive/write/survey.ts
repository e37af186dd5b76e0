import fs from 'node:fs';
import { SortedLookup } from '../levels/directoryLevel';
import { isUnchanged, type Fingerprint } from '../levels/fingerprint';
import type { StoredNames } from '../levels/listing';
import type { OpenDirectory } from '../walk/openDirectory';
import type { RawName } from '../walk/rawName';
import type { BackupContext } from './context';

const BIG = { bigint: true } as const;
/** Names that are looked at in one go. */
const SLICE = 200;

const TO_READ = 0;
const UNCHANGED = 1;
const VANISHED = 2;

/**
 * What is known of some names of a directory before its entry is written: their node numbers (file history by node tells all names
 * first) and which of them the base of an incremental backup has as they are (the directory's listing tells that first).
 */
export class Survey {
  private readonly states: Uint8Array;
  private lookup: SortedLookup;
  readonly nodes: BigUint64Array | undefined;

  private constructor(
    readonly names: readonly RawName[],
    base: StoredNames | undefined,
    wantsNodes: boolean,
  ) {
    this.lookup = new SortedLookup(base);
    this.states = new Uint8Array(names.length);
    this.nodes = wantsNodes ? new BigUint64Array(names.length) : undefined;
  }

  /** Looks at the names, in slices. Without a base and file history by node there is nothing to look at. */
  static *of(
    context: BackupContext,
    directory: OpenDirectory,
    names: readonly RawName[],
    base: StoredNames | undefined,
  ): Generator<void, Survey> {
    const survey = new Survey(names, base, context.history.style === 'node');
    if (!survey.nodes && !base) return survey;
    for (let i = 0; i < names.length; i++) {
      const known = survey.known(i);
      if (survey.nodes || known) survey.look(context, directory, i, known);
      if (i % SLICE === SLICE - 1) yield;
    }
    survey.lookup = new SortedLookup(base);
    return survey;
  }

  private look(context: BackupContext, directory: OpenDirectory, i: number, known: Fingerprint | undefined): void {
    try {
      const stat = fs.lstatSync(directory.pathOf(this.names[i]), BIG);
      if (this.nodes) this.nodes[i] = context.nodes.of(stat);
      // Names of a file with several are looked at again when it is their turn.
      if (known && stat.nlink < 2n && isUnchanged(stat, known)) this.states[i] = UNCHANGED;
    } catch {
      this.states[i] = VANISHED;
    }
  }

  /** What the base remembers of a name; to be asked in order, once. */
  known(i: number): Fingerprint | undefined {
    return this.lookup.find(this.names[i]);
  }

  node(i: number): bigint | undefined {
    return this.nodes?.[i];
  }

  isUnchanged(i: number): boolean {
    return this.states[i] === UNCHANGED;
  }

  /** It could not be looked at; only told when something was to be known of it. */
  hasVanished(i: number): boolean {
    return this.states[i] === VANISHED;
  }

  /** Whether its entry is to be expected in the stream. */
  isToRead(i: number): boolean {
    return this.states[i] === TO_READ;
  }
}
