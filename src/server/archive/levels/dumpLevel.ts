import type { BackupOptions } from '../write/options';
import { reasonOf } from '../write/problems';
import type { RawName } from '../walk/rawName';
import type { DirectoryRecord, ListingHeader, StoredDirectory } from './listing';
import { ListingReader, ListingWriter } from './listingFiles';
import { DumpRecords, type KnownListing } from './records';

const LEVEL_BITS = 56n;

/** What later backups will build upon, while it is made. */
interface ListingInTheMaking {
  records: DumpRecords;
  writer: ListingWriter;
  finalPath: string;
}

/**
 * One backup of type dump among those before it: which of them it builds upon, what that one had, and what this one is
 * remembered by. Two ways to choose, as protocol facts 9.2 tell: LEVEL (the latest of a lower level) and BASE_DATE (the
 * backup that returned this DUMP_DATE).
 */
export class DumpLevel {
  private constructor(
    /** Level of this backup: 0 when there was nothing to build upon. */
    readonly level: number,
    readonly dumpDate: string,
    private readonly reader: ListingReader | undefined,
    private listing: ListingInTheMaking | undefined,
  ) {}

  /** Finds the base and begins the listing; throws an Error for people when there cannot be this backup. */
  static begin(options: BackupOptions, dumpRecords: string, inside: string, now: number): DumpLevel {
    const records = openRecords(dumpRecords, inside, options);
    const known = records?.known() ?? [];
    const base = chooseBase(options, known);
    const reader = base && ListingReader.open(base.path);
    const level = options.baseDate === undefined ? options.level : reader ? Math.min(9, reader.header.level + 1) : 0;
    const sequence = (known[0]?.header.sequence ?? 0) + 1;
    const dumpDate = dumpDateOf(level, now, known);
    const header: ListingHeader = {
      format: 'ndmp-workbench-listing',
      version: 1,
      level,
      sequence,
      dumpDate,
      time: now,
    };
    try {
      const listing = records && options.update ? beginListing(records, header, options) : undefined;
      return new DumpLevel(level, dumpDate, reader, listing);
    } catch (error) {
      reader?.close();
      throw error;
    }
  }

  /** The backup it builds upon; undefined: none, everything is backed up. */
  get base(): ListingHeader | undefined {
    return this.reader?.header;
  }

  /** What the base has of a directory; asked in the order of the walk. */
  baseOf(path: RawName): StoredDirectory | undefined {
    return this.reader?.directory(path);
  }

  /** Whether {@link remember} has any use. */
  get remembers(): boolean {
    return this.listing !== undefined;
  }

  /** Returns why the backup will not be remembered, once, when that has become impossible (a full disk, say). */
  remember(record: DirectoryRecord): string | undefined {
    try {
      this.listing?.writer.write(record);
      return undefined;
    } catch (error) {
      this.forget();
      return reasonOf(error);
    }
  }

  /** The backup is on the tape. Throws the system's error when it cannot be remembered. */
  commit(): void {
    this.listing?.writer.publish(this.listing.finalPath);
    this.listing?.records.prune();
  }

  /** Idempotent; throws the listing away unless committed. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.reader?.close();
    this.forget();
  }

  private isClosed = false;

  private forget(): void {
    this.listing?.writer.discard();
    this.listing = undefined;
  }
}

/** Where the server's own files of a tree are; undefined when there are none and nothing is to be remembered. */
function openRecords(dumpRecords: string, inside: string, options: BackupOptions): DumpRecords | undefined {
  try {
    return DumpRecords.open(dumpRecords, inside);
  } catch (error) {
    if (!options.update) return undefined;
    throw cannotRemember(error);
  }
}

function beginListing(records: DumpRecords, header: ListingHeader, options: BackupOptions): ListingInTheMaking {
  try {
    return {
      records,
      writer: new ListingWriter(records.temporaryPath(), header),
      finalPath: options.baseDate === undefined ? records.levelPath(header.level) : records.datePath(header.dumpDate),
    };
  } catch (error) {
    throw cannotRemember(error);
  }
}

function cannotRemember(error: unknown): Error {
  return new Error(`This dump cannot be remembered for later levels: ${reasonOf(error)}. UPDATE=n goes without.`, {
    cause: error,
  });
}

function chooseBase(options: BackupOptions, known: readonly KnownListing[]): KnownListing | undefined {
  if (options.baseDate === undefined) return known.find(({ header }) => header.level < options.level);
  if (options.baseDate === '0') return undefined;
  const base = known.find(({ header }) => header.dumpDate === options.baseDate);
  if (base) return base;
  throw new Error(
    `BASE_DATE ${options.baseDate}: no backup of this tree with that DUMP_DATE is remembered here. ` +
      'Make a full backup with BASE_DATE=0 first, and pass on the DUMP_DATE it returns.',
  );
}

/** Level and time in one number, never given twice. */
function dumpDateOf(level: number, now: number, known: readonly KnownListing[]): string {
  const given = new Set(known.map(({ header }) => header.dumpDate));
  for (let time = BigInt(Math.floor(now)); ; time++) {
    const dumpDate = String((BigInt(level) << LEVEL_BITS) | time);
    if (!given.has(dumpDate)) return dumpDate;
  }
}
