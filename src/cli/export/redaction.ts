import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { MIN_KEY_BYTES, Redactor } from '../../export/redact/redactCapture';
import { privateMap, redactionReport } from '../../export/redact/report';
import { CaptureError } from '../../indexing';
import { makeScratchFolder, removeScratchFolder } from '../../indexing/unpack';
import type { RowTest } from '../../analysis/filter';
import type { CaptureSession } from '../../session/capture';
import { Failure, UsageError } from '../failure';
import { withCapture } from '../input';
import { openOutput } from '../output/byteOutput';
import type { Io } from '../terminal/io';
import { counted } from '../terminal/text';
import type { ExportOptions } from './options';

/** Holds the key of pseudonyms that shall be the same in every run: not an argument, which others could see. */
const KEY_VARIABLE = 'NDMP_REDACT_KEY';
const PIECE = 65536;

const utf8 = new TextEncoder();

/** A redactor with the user's key, or with one that nobody will ever know. */
export function newRedactor({ env }: Io): Redactor {
  const given = env[KEY_VARIABLE];
  if (given === undefined || given === '') return new Redactor(randomBytes(32));
  const key = utf8.encode(given);
  if (key.length < MIN_KEY_BYTES)
    throw new UsageError(`${KEY_VARIABLE} is too short: ${MIN_KEY_BYTES} characters or more cannot be guessed.`);
  return new Redactor(key);
}

/** Redacts a capture into a scratch file and hands it on from there, so that no format can tell more than another. */
export async function withRedacted(
  io: Io,
  redactor: Redactor,
  session: CaptureSession,
  test: RowTest,
  use: (redacted: CaptureSession) => Promise<void>,
): Promise<void> {
  let folder: string | undefined;
  try {
    folder = makeScratchFolder();
    const path = join(folder, 'redacted.pcapng');
    const output = openOutput(io, path, 0o600);
    for (const piece of redactor.capture(session, test)) await output.write(piece);
    await output.finish();
    await withCapture(io, path, {}, use);
  } catch (error) {
    throw error instanceof CaptureError ? new Failure(error.message) : error;
  } finally {
    if (folder !== undefined) removeScratchFolder(folder);
  }
}

/** Writes the list of what was replaced, and the way back where it was asked for. @returns a line for people */
export async function writeReports(
  io: Io,
  redactor: Redactor,
  options: ExportOptions,
  captures: readonly string[],
): Promise<string> {
  const { privateMap: map } = options;
  const path = reportPath(options);
  if (path !== undefined) await writeText(io, path, redactionReport(redactor, captures));
  if (map !== undefined) await writeText(io, map, privateMap(redactor), 0o600);
  const { texts, addresses } = redactor.pseudonyms;
  const list = path === undefined ? '; --report FILE lists them' : `, listed in ${path}`;
  return `redacted: ${counted(texts.size, 'text')} and ${counted(addresses.size, 'address', 'addresses')} replaced${list}`;
}

/** Where the list of what was replaced goes: beside the output, unless it is told. @returns undefined for nowhere */
export function reportPath({ output, report }: ExportOptions): string | undefined {
  if (report !== undefined || output === undefined || output === '-') return report;
  return output.endsWith('/') ? `${output}redaction.json` : `${output}.redaction.json`;
}

async function writeText(io: Io, path: string, pieces: Iterable<string>, mode?: number): Promise<void> {
  const output = openOutput(io, path, mode);
  try {
    let text = '';
    for (const piece of pieces) {
      text += piece;
      if (text.length < PIECE) continue;
      await output.write(utf8.encode(text));
      text = '';
    }
    await output.write(utf8.encode(text));
    await output.finish();
  } catch (error) {
    output.abandon();
    throw error;
  }
}
