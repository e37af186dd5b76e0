import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readTapFile, tapPlace, type TapFile } from '../../tap/folder';
import type { TapStatus } from '../../tap/status';
import { callControl } from '../../transport/control/controlSocket';

/** A file of a recording. */
export interface Recording {
  path: string;
  name: string;
  bytes: number;
}

/** A tap that runs, or ran, in a folder. */
export interface KnownTap {
  folder: string;
  file: TapFile;
  /** As it answered last; undefined when it does not run. */
  status: TapStatus | undefined;
  recordings: Recording[];
}

/** Taps that are shown, the newest first; more of them stay on the disk. */
const MOST_SHOWN = 100;

/** The taps of a folder of taps: those that run say how they are, of the others their recordings are left. */
export class TapBook {
  private known: KnownTap[] = [];
  private looking: Promise<void> | undefined;

  constructor(
    readonly root: () => string,
    private readonly changed: () => void,
  ) {}

  get taps(): readonly KnownTap[] {
    return this.known;
  }

  get running(): KnownTap[] {
    return this.known.filter(({ status }) => status !== undefined);
  }

  find(folder: string): KnownTap | undefined {
    return this.known.find((tap) => tap.folder === folder);
  }

  /** Looks again; never rejects. */
  refresh(): Promise<void> {
    return (this.looking ??= this.look().finally(() => (this.looking = undefined)));
  }

  private async look(): Promise<void> {
    const root = this.root();
    const names = await readdir(root).catch(() => []);
    const newest = names.sort().reverse().slice(0, MOST_SHOWN);
    const taps = await Promise.all(newest.map((name) => readTap(join(root, name))));
    const before = JSON.stringify(this.known);
    this.known = taps.filter((tap) => tap !== undefined);
    if (JSON.stringify(this.known) !== before) this.changed();
  }

  /**
   * Has a running tap do something.
   * @throws Error with a sentence for people when it refuses or does not run
   */
  async call({ folder }: Pick<KnownTap, 'folder'>, command: string, ...args: string[]): Promise<string[]> {
    const reply = await callControl(tapPlace(folder), command, args);
    if (reply === undefined) throw new Error('This tap does not run any more.');
    if ('refused' in reply) throw new Error(reply.refused);
    await this.refresh();
    return reply.text;
  }

  /** Removes a file of a recording that is not being written; with the last one, all that is left of the tap. */
  async remove(tap: KnownTap, { path }: Recording): Promise<void> {
    if (!tap.recordings.some((each) => each.path === path)) throw new Error('This recording is not there any more.');
    if (tap.status?.recording?.path === path) throw new Error('This recording is being written: stop the tap first.');
    await rm(path, { force: true });
    const isLast = tap.recordings.every((each) => each.path === path);
    if (isLast && tap.status === undefined) await this.forget(tap);
    await this.refresh();
  }

  /** Removes all that is left of a tap that does not run. */
  async forget(tap: KnownTap): Promise<void> {
    if (tap.status !== undefined) throw new Error('This tap runs: stop it first.');
    if (dirname(tap.folder) !== this.root()) throw new Error('This tap is in another folder now.');
    await rm(tap.folder, { recursive: true, force: true });
    await this.refresh();
  }
}

async function readTap(folder: string): Promise<KnownTap | undefined> {
  const file = readTapFile(folder);
  if (file === undefined) return undefined;
  const status = file.stopped ? undefined : await askStatus(folder);
  const sizes = file.recordings.map(async (path): Promise<Recording | undefined> => {
    const found = await stat(path).catch(() => undefined);
    return found && { path, name: basename(path), bytes: found.size };
  });
  const recordings = (await Promise.all(sizes)).filter((each) => each !== undefined);
  return { folder, file, status, recordings };
}

async function askStatus(folder: string): Promise<TapStatus | undefined> {
  try {
    const reply = await callControl(tapPlace(folder), 'status', []);
    return reply && 'data' in reply ? (reply.data as unknown as TapStatus) : undefined;
  } catch {
    return undefined;
  }
}
