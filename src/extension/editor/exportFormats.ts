import { randomBytes } from 'node:crypto';
import type { Exported } from '../../export/exported';
import { spanBatches } from '../../export/otlp/captureSpans';
import { batchToJson } from '../../export/otlp/encodeJson';
import { captureTables } from '../../export/parquet/captureTables';
import { partitionPath } from '../../export/parquet/partition';
import { messagesToPcapng } from '../../export/pcapng/messages';
import { Redactor } from '../../export/redact/redactCapture';
import { redactionReport } from '../../export/redact/report';
import type { CaptureSession } from '../../session/capture';
import type { Work } from '../scheduler';

/** A piece of one of the files that an export makes; undefined where nothing but time has passed. */
export type ExportPiece = { path: string; bytes: Uint8Array } | undefined;

export interface ExportScope {
  session: CaptureSession;
  /** What the capture is called in the output. */
  name: string;
  test: (row: number) => boolean;
}

/** Rows of a row group: what is made of them at once must not hold up other extensions. */
const GROUP_ROWS = 2000;

const utf8 = new TextEncoder();

export function* capturePieces({ session, test }: ExportScope, path: string): Generator<ExportPiece> {
  for (const bytes of messagesToPcapng(session, { test })) yield { path, bytes };
}

/** A redacted capture, and beside it the list of what was replaced. */
export function* redactedPieces({ session, test }: ExportScope, path: string): Generator<ExportPiece> {
  const redactor = new Redactor(randomBytes(32));
  for (const bytes of redactor.capture(session, test)) yield { path, bytes };
  const report = `${path}.redaction.json`;
  for (const text of redactionReport(redactor, ['capture-1'])) yield { path: report, bytes: utf8.encode(text) };
}

/** Tables in the folder `path`, in folders by date and capture. */
export function* parquetPieces(
  { session, name, test }: ExportScope,
  path: string,
  exported: Exported,
): Generator<ExportPiece> {
  const options = { name, test, groupRows: GROUP_ROWS };
  for (const piece of captureTables(exported, options))
    yield piece && { path: `${path}/${partitionPath(piece.table, session, name)}`, bytes: piece.bytes };
}

export function* tracePieces({ name, test }: ExportScope, path: string, exported: Exported): Generator<ExportPiece> {
  for (const batch of spanBatches(exported, { name, test }))
    yield batch && { path, bytes: utf8.encode(`${batchToJson(batch)}\n`) };
}

/** Takes pieces until there are some hundred kilobytes. @returns them, and whether these were the last */
export function* gather<T>(
  pieces: Iterator<T | undefined>,
  size: (piece: T) => number,
  most = 256 * 1024,
): Work<{ pieces: T[]; isLast: boolean }> {
  const gathered: T[] = [];
  for (let total = 0; total < most;) {
    const next = pieces.next();
    if (next.done === true) return { pieces: gathered, isLast: true };
    if (next.value !== undefined) {
      gathered.push(next.value);
      total += size(next.value);
    }
    yield;
  }
  return { pieces: gathered, isLast: false };
}
