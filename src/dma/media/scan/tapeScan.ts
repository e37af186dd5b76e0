import { DmaFailure } from '../../connection/failures';
import type { TapeService } from '../../services/tape';
import { readLabel } from '../label';
import {
  contentOf,
  decodeHeader,
  decodeTrailer,
  decodeTree,
  readPayload,
  readRecord,
  type PartHeader,
  type PartTrailer,
  type TreePiece,
} from '../layout';
import type { Label, LabelFinding } from '../model';
import { beginningOf, toFile } from '../position';

/** A part as its tape tells of it. */
export interface FoundPart {
  header: PartHeader;
  /** Tape file of the stream. */
  tapeFile: number;
  /** Missing when the run never came to write it, the tape was full to the last byte, or it cannot be read. */
  trailer: PartTrailer | undefined;
  /** Something stands where the trailer should, which cannot be read. */
  isTrailerDamaged: boolean;
  /** Bytes of the stream here: as the trailer says, else whole records. */
  bytes: bigint;
}

/** A tape as a whole. */
export interface ScannedFiles {
  /** What stands at its beginning. */
  finding: LabelFinding;
  /** Tape files on it. */
  files: number;
  /** Those of them that are not ours or damaged. */
  strange: number;
}

export type Trees = AsyncIterable<TreePiece>;

/** Is told what a scan finds, in the order of the tape. */
export interface ScanVisitor {
  /** The tape is ours. @returns whether it is to be read on */
  label(label: Label): Promise<boolean>;
  /** @returns whether it wants the file tree, where there is one */
  part(part: FoundPart): Promise<boolean>;
  /** The tree of the part before; has to be read to its end. Throws when it is damaged. */
  tree(part: FoundPart, tree: Trees): Promise<void>;
  problem(text: string): void;
  signal?: AbortSignal;
}

/** More records than a tape has. */
const ALL_RECORDS = 0x7fffffff;

/**
 * Reads the labels, headers and trailers of the tape in the open drive; streams are spaced over.
 */
export async function scanTape(tape: TapeService, visitor: ScanVisitor): Promise<ScannedFiles> {
  const finding = await readLabel(tape);
  if (finding.kind !== 'ours' || !(await visitor.label(finding.label))) return { finding, files: 0, strange: 0 };
  let file = 1;
  if ((await toFile(tape, file)) > 0) return { finding, files: file, strange: 0 };
  const scanner = new PartScanner(tape, finding.label, visitor);
  for (let next: number | undefined = file; next !== undefined; next = await scanner.step(file)) {
    file = next;
    visitor.signal?.throwIfAborted();
  }
  return { finding, files: file, strange: scanner.strange };
}

/** Goes from file to file. */
class PartScanner {
  strange = 0;

  constructor(
    private readonly tape: TapeService,
    private readonly label: Label,
    private readonly visitor: ScanVisitor,
  ) {}

  /** The tape stands at the beginning of this file. @returns the file that it stands at then; undefined at the end */
  async step(file: number): Promise<number | undefined> {
    const found = await readPayload(this.tape);
    if (found.kind === 'end') return undefined;
    // many servers say "mark" where nothing is left to read
    if (found.kind === 'mark') return this.at(file + 1);
    if (found.kind !== 'payload')
      return this.strangeFile(file, found.kind === 'damaged' ? found.why : 'it is not ours');
    const header = contentOf(found, 'header', decodeHeader);
    if (header.kind === 'damaged') return this.strangeFile(file, header.why);
    if (header.content.label !== this.label.uuid) return this.skip(file, 'it was written under another label');
    return this.stream(header.content, file + 1);
  }

  private async stream(header: PartHeader, tapeFile: number): Promise<number | undefined> {
    const { tape, visitor } = this;
    if ((await this.over()) > 0) return undefined;
    // a run that broke off right behind its header left no stream: here the next part begins
    if ((await beginningOf(tape, tapeFile)) === 'header') return this.at(tapeFile);
    if ((await toFile(tape, tapeFile)) > 0) return undefined;
    const hasMark = (await this.over()) === 0;
    const found = hasMark ? await this.trailerOf(header) : undefined;
    const isTrailerDamaged = found === 'damaged';
    const trailer = found === 'damaged' ? undefined : found;
    const bytes = trailer?.bytes ?? (await this.recordsAt(tapeFile)) * BigInt(header.recordSize);
    const part = { header, tapeFile, trailer, isTrailerDamaged, bytes };
    const wantsTree = await visitor.part(part);
    if (!trailer) return hasMark ? this.at(tapeFile + 1) : undefined;
    if (wantsTree && trailer.tree) await visitor.tree(part, decodeTree(treePayloads(tape, header.recordSize)));
    return (await this.over()) > 0 ? undefined : tapeFile + 2;
  }

  /** The tape stands behind the stream. */
  private async trailerOf({ set, part, copy, recordSize }: PartHeader): Promise<PartTrailer | 'damaged' | undefined> {
    const found = await readPayload(this.tape, recordSize);
    if (found.kind === 'damaged') return this.damaged(found.why);
    if (found.kind !== 'payload' || found.what === 'header') return undefined;
    const trailer = contentOf(found, 'trailer', decodeTrailer);
    if (trailer.kind === 'damaged') return this.damaged(trailer.why);
    const { content } = trailer;
    return content.set === set && content.part === part && content.copy === copy ? content : undefined;
  }

  private damaged(why: string): 'damaged' {
    this.visitor.problem(`Tape "${this.label.barcode}": a trailer is damaged: ${why}.`);
    return 'damaged';
  }

  /** Counts the records of a stream whose length nobody wrote down. */
  private async recordsAt(file: number): Promise<bigint> {
    if ((await toFile(this.tape, file)) > 0) return 0n;
    const { left } = await this.tape.tryMove('FSR', ALL_RECORDS);
    return left > 0 ? BigInt(ALL_RECORDS - left) : 0n;
  }

  private strangeFile(file: number, why: string): Promise<number | undefined> {
    this.strange += 1;
    return this.skip(file, why);
  }

  private async skip(file: number, why: string): Promise<number | undefined> {
    this.visitor.problem(`Tape "${this.label.barcode}", tape file ${file}: ${why}.`);
    return this.at(file + 1);
  }

  private async at(file: number): Promise<number | undefined> {
    return (await toFile(this.tape, file)) > 0 ? undefined : file;
  }

  private async over(): Promise<number> {
    const { error, left } = await this.tape.tryMove('FSF', 1);
    return error === 'NO_ERR' ? left : 1;
  }
}

/** The records of a file tree, which begins here. */
async function* treePayloads(tape: TapeService, recordSize: number): AsyncGenerator<Uint8Array> {
  for (let index = 1; ; index++) {
    const found = await readRecord(tape, recordSize);
    if (found.kind !== 'record' || found.record.kind !== 'tree' || found.record.index !== index)
      throw new DmaFailure(`the file tree ends before its end: ${found.kind === 'damaged' ? found.why : found.kind}`);
    yield found.record.payload;
    if (found.record.isLast) return;
  }
}
