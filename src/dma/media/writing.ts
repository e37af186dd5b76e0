import { messageOf } from '../../transport/messageOf';
import type { Catalog, PartRecord, SetRecord, TapeRecord } from '../catalog/model';
import { NdmpFailure } from '../connection/failures';
import type { Variable } from '../query/model';
import type { RunEvents } from '../run/model';
import type { TapeService } from '../services/tape';
import { TapeRefused } from './failures';
import {
  encodeHeader,
  encodeRecords,
  encodeTrailer,
  encodeTree,
  writeRecord,
  writeRecords,
  type PartState,
} from './layout';
import { beginningOf, toEndOfData, toFile } from './position';
import { prepareTape, type PrepareOrder } from './preparing';

export interface WriterOrder {
  catalog: Catalog;
  /** The set that is written; its record has to be in the catalog. */
  set: SetRecord;
  /** From 1; 1 by default. */
  copy?: number;
  pool: string;
  now: () => number;
  message?: RunEvents['message'];
  /** Barcodes that may be written over whatever is on them. */
  forced?: readonly string[];
}

export interface PartOrder {
  /** Behind which the drive is open for writing. */
  tape: TapeService;
  /** What the tape in the drive has to be; undefined without a changer: the label says, or a new tape gets a name. */
  barcode: string | undefined;
  /** See {@link PrepareOrder}. */
  isElsewhere?: PrepareOrder['isElsewhere'];
  place?: PrepareOrder['place'];
  /** From 1. */
  number: number;
  /** Offset in the stream. */
  offset: bigint;
}

/** How a part ended. What is known of the whole image goes with its last part. */
export interface PartEnd {
  state: PartState;
  /** Bytes of the stream that are in this part, without padding. */
  bytes: bigint;
  /** By default where the last part ends. */
  totalBytes?: bigint;
  files?: number;
  digest?: string;
  environment?: readonly Variable[];
  message?: string;
  /** The set's file tree, compressed, which goes behind the trailer of the last part; it may be asked for twice. */
  tree?: AsyncIterable<Uint8Array>;
}

interface OpenPart {
  tape: TapeService;
  /** As the tape was before the part. */
  before: TapeRecord;
  record: TapeRecord;
  part: PartRecord;
  isNearEnd: boolean;
  /** The file mark behind the stream, once it is on its way. */
  mark?: Promise<boolean>;
}

/**
 * Writes what stands around the stream of a set on tape, and tells the catalog: for each part {@link begin}, then the
 * mover writes the stream, then {@link end}. Never writes over anything but an empty or expired tape.
 */
export class PartWriter {
  /** Why the closing record of the whole, or the file tree behind it, is not on the tape: it had no room. */
  lack: string | undefined;
  private open: OpenPart | undefined;

  constructor(private readonly order: WriterOrder) {}

  /**
   * Checks the tape in the drive, goes behind what is on it (or labels it anew where it is empty or expired) and writes
   * the header. The mover can write from there.
   * @returns the part as it stands in the catalog, not closed
   * @throws TapeRefused when another tape has to be taken; NdmpFailure, ConnectionLost
   */
  async begin(order: PartOrder): Promise<PartRecord> {
    const { tape, barcode, isElsewhere, place, number, offset } = order;
    const { catalog, set, copy = 1, now } = this.order;
    const { recordSize } = set;
    const record = await prepareTape(tape, { ...this.order, barcode, isElsewhere, place, recordSize });
    const file = await this.endOfData(tape, record);
    const isNearEnd = await this.writeHeader(tape, record, number, offset);
    const part: PartRecord = {
      set: set.id,
      number,
      copy,
      barcode: record.barcode,
      tapeFile: file + 1,
      offset,
      bytes: 0n,
      recordSize: set.recordSize,
      closed: false,
    };
    await catalog.putPart(part);
    const active: TapeRecord = { ...record, state: 'active', lastWritten: now() };
    await catalog.putTape(active);
    this.open = { tape, before: { ...record, files: file }, record: { ...active, files: file }, part, isNearEnd };
    return part;
  }

  /**
   * Writes the file mark behind the stream of the last part, so that it is on tape while the rest is still being found out;
   * without it {@link end} does. What goes wrong is told by that.
   */
  mark(): void {
    const { open } = this;
    if (!open) return;
    open.mark = this.markStream(open, { state: 'complete' });
    open.mark.catch(() => undefined);
  }

  /**
   * Closes the part: file mark, trailer, file mark; the mover has to be paused or halted behind the last record. A full
   * tape may have no room for the trailer: the part is told to be closed all the same.
   * @returns the part as it stands in the catalog now
   * @throws NdmpFailure, ConnectionLost when the tape does not take the file mark behind the stream; the catalog is
   *   true by then: the part is not closed
   */
  async end(end: PartEnd): Promise<PartRecord> {
    const { open } = this;
    if (!open) throw new Error('no part of the set is being written');
    this.open = undefined;
    const { catalog } = this.order;
    this.lack = undefined;
    const isEndKnown = await (open.mark ?? this.markStream(open, end));
    const files = isEndKnown ? await this.writeTrailer(open, end) : open.part.tapeFile + 1;
    const part: PartRecord = { ...open.part, bytes: end.bytes, closed: isEndKnown };
    await catalog.putPart(part);
    await this.putTape(open, { files, isFull: end.state === 'continues' || open.isNearEnd, bytes: end.bytes });
    return part;
  }

  /**
   * Gives back the place of a part of which the mover wrote nothing: the catalog's record of the tape is as it was before,
   * an empty tape file stands in place of the header, and the next part is written over that.
   * @throws NdmpFailure, ConnectionLost when the tape cannot be reached; the catalog is true by then
   */
  async withdraw(): Promise<void> {
    const { open } = this;
    if (!open) return;
    this.open = undefined;
    const { catalog } = this.order;
    const { barcode, state, files, bytes } = open.before;
    await catalog.putTape({ ...((await catalog.tape(barcode)) ?? open.before), state, files, bytes });
    if ((await toFile(open.tape, files)) === 0) await writeMark(open.tape);
  }

  /** The tape cannot be reached any more: the catalog is told how much of the stream is on it, unclosed. */
  async abandon(bytes: bigint): Promise<void> {
    const { open } = this;
    if (!open) return;
    this.open = undefined;
    await this.order.catalog.putPart({ ...open.part, bytes });
    await this.putTape(open, { files: open.record.files, isFull: false, bytes });
  }

  /** Goes behind the last file of the tape. @returns files that are on it */
  private async endOfData(tape: TapeService, { barcode, files }: TapeRecord): Promise<number> {
    const there = await toEndOfData(tape, files);
    if (there < files)
      throw new TapeRefused(
        barcode,
        `Tape "${barcode}" holds ${there} tape files, but the catalog knows of ${files}: it was changed by somebody else. It was not written; scan it to see what is on it.`,
      );
    if (there === files + 1) {
      if (await this.isVoid(tape, barcode, files)) return files - (await toFile(tape, files));
      await toEndOfData(tape, files);
    }
    if (there > files)
      this.order.message?.(
        'warning',
        `Tape "${barcode}" holds ${there} tape files, ${there - files} more than were finished by the catalog, left by a run that did not come to its end. The backup goes behind them.`,
      );
    return there;
  }

  /** Whether the last file of the tape is nobody's: empty, or the header of a part that never came and nobody knows of. */
  private async isVoid(tape: TapeService, barcode: string, file: number): Promise<boolean> {
    const found = await beginningOf(tape, file);
    if (found === 'empty') return true;
    const known = await this.order.catalog.partsOnTape(barcode);
    return found === 'header' && known.every(({ tapeFile }) => tapeFile <= file);
  }

  private async writeHeader(tape: TapeService, record: TapeRecord, part: number, offset: bigint): Promise<boolean> {
    const { barcode, label } = record;
    const { catalog, set, copy = 1, now } = this.order;
    const base = set.base === undefined ? undefined : (await catalog.set(set.base))?.uuid;
    const { job, serverIdentity, server, path, type, level, recordSize, started, expires, topology } = set;
    const what = { job, serverIdentity, server, path, type, level, recordSize, started, expires, topology };
    const header = { label: label ?? '', set: set.uuid, part, copy, offset, base, written: now(), ...what };
    try {
      const isNear = await writeRecords(tape, encodeRecords('header', encodeHeader(header), recordSize));
      await writeMark(tape);
      return isNear;
    } catch (error) {
      if (!(error instanceof NdmpFailure) || error.error !== 'IO') throw error;
      // one that takes nothing right behind its label is no tape to rely on
      await catalog.putTape({ ...record, state: record.files > 1 ? 'full' : 'damaged' });
      throw new TapeRefused(barcode, `Tape "${barcode}" takes no more data: ${error.message}`);
    }
  }

  /** @returns whether the mark is behind the stream; not so on a tape without any room left */
  private async markStream({ tape, part }: OpenPart, { state }: Pick<PartEnd, 'state'>): Promise<boolean> {
    try {
      await writeMark(tape);
      return true;
    } catch (error) {
      if (!(error instanceof NdmpFailure)) throw error;
      const loss = `Tape "${part.barcode}" did not take the file mark behind the data: ${error.message}`;
      if (state !== 'continues') throw new NdmpFailure(error.server, error.request, error.error, loss);
      this.order.message?.('warning', loss);
      return false;
    }
  }

  /** @returns tape files that are on the tape then */
  private async writeTrailer(open: OpenPart, end: PartEnd): Promise<number> {
    const { tape, part } = open;
    const { recordSize, number } = part;
    const { set, copy = 1, now, message } = this.order;
    const tree = end.state === 'complete' ? end.tree : undefined;
    const trailer = encodeTrailer({
      set: set.uuid,
      part: number,
      copy,
      state: end.state,
      bytes: end.bytes,
      ended: end.state === 'continues' ? undefined : (set.ended ?? now()),
      totalBytes: end.totalBytes ?? (end.state === 'complete' ? part.offset + end.bytes : undefined),
      files: end.files ?? 0,
      digest: end.digest,
      environment: end.environment ?? [],
      tree: tree !== undefined,
      message: end.message ?? '',
    });
    try {
      open.isNearEnd = (await writeRecords(tape, encodeRecords('trailer', trailer, recordSize))) || open.isNearEnd;
      if (tree)
        for await (const record of encodeTree(tree, recordSize))
          open.isNearEnd = (await writeRecord(tape, record)) || open.isNearEnd;
      await writeMark(tape);
      return part.tapeFile + 2;
    } catch (error) {
      if (!(error instanceof NdmpFailure)) throw error;
      open.isNearEnd = true;
      const lack = `Tape "${part.barcode}" had no room for the closing record of ${recordSize} bytes behind the data (${messageOf(error)})`;
      if (end.state === 'complete') this.lack = lack;
      else message?.('warning', `${lack}: ${KNOWS_LESS}.`);
      return part.tapeFile + 1;
    }
  }

  private async putTape(
    { record }: OpenPart,
    { files, isFull, bytes }: { files: number; isFull: boolean; bytes: bigint },
  ): Promise<void> {
    const { catalog, now } = this.order;
    // its place may have changed meanwhile
    const nowKnown = await catalog.tape(record.barcode);
    await catalog.putTape({
      ...(nowKnown ?? record),
      files,
      bytes: record.bytes + bytes,
      state: isFull ? 'full' : 'active',
      lastWritten: now(),
    });
  }
}

/** What it means that a closing record is missing, as the end of a sentence. */
export const KNOWS_LESS = 'a scan of the tapes alone would know less of this backup';

/** A file mark, also where the end of the tape is near. */
async function writeMark(tape: TapeService): Promise<void> {
  const { error } = await tape.tryMove('EOF', 1);
  if (error !== 'NO_ERR') await tape.move('EOF', 1);
}
