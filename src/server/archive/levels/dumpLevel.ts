import type { BackupOptions } from '../write/options';
import type { RawName } from '../walk/rawName';
import type { DirectoryRecord, ListingHeader } from './listing';
import { ListingReader, ListingWriter } from './listingFiles';
import { DumpRecords, type KnownListing } from './records';

const LEVEL_BITS = 56n;

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
    /** What it builds upon, for people; undefined: nothing, all is backed up. */
    readonly base: ListingHeader | undefined,
    private readonly records: DumpRecords,
    private readonly reader: ListingReader | undefined,
    private readonly writer: ListingWriter | undefined,
    private readonly finalPath: string,
  ) {}

  /** Finds the base and begins the listing; throws an Error for people when there cannot be this backup. */
  static begin(options: BackupOptions, dumpRecords: string, inside: string, now: number): DumpLevel {
    const records = DumpRecords.open(dumpRecords, inside);
    const known = records.known();
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
    const finalPath = options.baseDate === undefined ? records.levelPath(level) : records.datePath(dumpDate);
    try {
      const writer = options.update ? new ListingWriter(records.temporaryPath(), header) : undefined;
      return new DumpLevel(level, dumpDate, reader?.header, records, reader, writer, finalPath);
    } catch (error) {
      reader?.close();
      throw error;
    }
  }

  /** What the base has of a directory; asked in the order of the walk. */
  baseOf(path: RawName): DirectoryRecord | undefined {
    return this.reader?.directory(path);
  }

  /** Whether {@link remember} has any use. */
  get remembers(): boolean {
    return this.writer !== undefined;
  }

  remember(record: DirectoryRecord): void {
    this.writer?.write(record);
  }

  /** The backup is on the tape. */
  commit(): void {
    this.writer?.publish(this.finalPath);
    this.records.prune();
  }

  /** Idempotent; throws the listing away unless committed. */
  close(): void {
    if (!this.isClosed) this.reader?.close();
    this.isClosed = true;
    this.writer?.discard();
  }

  private isClosed = false;
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
