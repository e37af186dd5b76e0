import type { RecoverName } from '../model';
import { RecoveryStatus } from './failures';

/** What became of one entry of the list. */
export class Outcome {
  found = false;
  /** It is a directory, or has something below it: when parts of the stream are missing, it may be incomplete. */
  collection = false;
  status: number = RecoveryStatus.SUCCESSFUL;

  constructor(readonly name: string) {}

  /** A member failed, so the whole did; the first reason counts. */
  fail(status: number): void {
    if (this.status === RecoveryStatus.SUCCESSFUL) this.status = status;
  }
}

/** Something to be looked for in the stream. */
export interface Wanted {
  /** Path in the stream: '/a/b', '' for everything. */
  path: string;
  targetRoot: string;
  /** What `path` is called there, without a slash before. */
  target: string;
  position: number | undefined;
  node: bigint | undefined;
  outcome: Outcome;
  /** Only the data of this very file are wanted, for a hard link whose first name was not selected. */
  dataOnly: boolean;
}

/** Offsets are of blocks; others come from no backup of ours and cannot be where an entry begins. */
const BLOCK = 512n;

export function wantedOf(name: RecoverName): Wanted {
  const { path, targetRoot, target, node, position } = name;
  const usable = position !== undefined && position % BLOCK === 0n && position <= Number.MAX_SAFE_INTEGER;
  return {
    path: trimmed(path),
    targetRoot,
    target: trimmed(target).slice(1),
    node,
    position: usable ? Number(position) : undefined,
    outcome: new Outcome(name.original),
    dataOnly: false,
  };
}

function trimmed(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length === 0 ? '' : `/${parts.join('/')}`;
}

/** Where in the target an entry goes that was found by `wanted`. */
export function targetOf(wanted: Wanted, path: string): string {
  const below = path.slice(wanted.path.length);
  return wanted.target === '' ? below.slice(1) : wanted.target + below;
}

/** Finds by an entry's path who wants it. */
export class Selection {
  private readonly byPath = new Map<string, Wanted[]>();
  private longest = 0;

  constructor(
    wanted: readonly Wanted[],
    private readonly recursive: boolean,
  ) {
    for (const one of wanted) {
      const same = this.byPath.get(one.path);
      if (same) same.push(one);
      else this.byPath.set(one.path, [one]);
      this.longest = Math.max(this.longest, one.path.length);
    }
  }

  /** All that want the entry at `path`: by its own name or, when recursive, by that of a directory above. */
  at(path: string): Wanted[] {
    const own = this.byPath.get(path) ?? [];
    if (!this.recursive) return own;
    let found: Wanted[] | undefined;
    for (let slash = path.lastIndexOf('/'); slash >= 0; slash = slash > 0 ? path.lastIndexOf('/', slash - 1) : -1) {
      const above = slash <= this.longest ? this.byPath.get(path.slice(0, slash)) : undefined;
      const usable = above?.filter((one) => !one.dataOnly);
      if (usable && usable.length > 0) found = [...(found ?? own), ...usable];
    }
    return found ?? own;
  }
}
