import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { join } from 'node:path';
import type { ListingHeader } from './listing';
import { readListingHeader } from './listingFiles';

/** Backups by date whose listings are kept for a later BASE_DATE. */
const KEPT_DATES = 32;
/** A half-written listing that is older than this was left by a server that is gone. */
const STALE_MS = 7 * 24 * 3600 * 1000;
const SUFFIX = '.names';
const TEMPORARY = '.new-';

/** A listing that a later backup can build upon. */
export interface KnownListing {
  path: string;
  header: ListingHeader;
}

/** The listings that are remembered of one backup root: one for each level, and the latest ones by date. */
export class DumpRecords {
  private constructor(private readonly folder: string) {}

  /** @param dumpRecords the server's directory for the tree; @param inside the backup root in it */
  static open(dumpRecords: string, inside: string): DumpRecords {
    const name = createHash('sha256').update(inside).digest('hex').slice(0, 16);
    const folder = join(dumpRecords, inside === '' ? 'whole-tree' : `part-${name}`);
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new DumpRecords(folder);
  }

  /** All whole listings, the latest first. */
  known(): KnownListing[] {
    const found: KnownListing[] = [];
    for (const name of fs.readdirSync(this.folder)) {
      const path = join(this.folder, name);
      if (name.startsWith(TEMPORARY)) this.removeStale(path);
      if (!name.endsWith(SUFFIX)) continue;
      const header = readListingHeader(path);
      if (header) found.push({ path, header });
    }
    return found.sort((a, b) => b.header.sequence - a.header.sequence);
  }

  /** A name for a listing that is being made. */
  temporaryPath(): string {
    return join(this.folder, `${TEMPORARY}${randomBytes(8).toString('hex')}`);
  }

  levelPath(level: number): string {
    return join(this.folder, `level-${level}${SUFFIX}`);
  }

  datePath(dumpDate: string): string {
    return join(this.folder, `date-${dumpDate}${SUFFIX}`);
  }

  /** Forgets the oldest listings by date. */
  prune(): void {
    const dates = this.known().filter(({ path }) => path.startsWith(join(this.folder, 'date-')));
    for (const { path } of dates.slice(KEPT_DATES)) fs.rmSync(path, { force: true });
  }

  private removeStale(path: string): void {
    try {
      if (Date.now() - fs.statSync(path).mtimeMs > STALE_MS) fs.rmSync(path, { force: true });
    } catch {
      // somebody else's listing that has just got its name
    }
  }
}
