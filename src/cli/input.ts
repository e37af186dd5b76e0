import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { CaptureError, openCapture, openStream, type OpenOptions } from '../indexing';
import type { CaptureSession } from '../session/capture';
import { escapeText } from '../protocol';
import { Failure, Interrupted } from './failure';
import type { Io } from './terminal/io';
import { Progress } from './terminal/progress';

export interface InputOptions extends Pick<OpenOptions, 'ports' | 'version' | 'tlsKeyLog'> {
  /** Rows of a pipe as they come; files are handed on whole. */
  onRows?: (session: CaptureSession, from: number, to: number) => Promise<void>;
}

/** What a file is called in output: standard input for `-`. */
export function inputName(path: string): string {
  return path === '-' ? 'standard input' : path;
}

/**
 * Opens a capture and reads it to its end. For a pipe (`-`) `onRows` is called while it runs; for a file once, at the
 * end, since only then replies and versions are settled. The session is closed when `use` is done.
 */
export async function withCapture<T>(
  io: Io,
  path: string,
  options: InputOptions,
  use: (session: CaptureSession) => Promise<T> | T,
): Promise<T> {
  const session = await open(io, path, options).catch(asFailure(io));
  try {
    return await use(session);
  } finally {
    session.close();
  }
}

function open(io: Io, path: string, options: InputOptions): Promise<CaptureSession> {
  if (path === '-') return readStandardInput(io, options);
  // a named pipe or what the shell makes of <(…): it can be read once, from front to back
  if (isPipe(path)) return readPipe(io, createReadStream(path), inputName(path), options);
  return readFile(io, path, options);
}

function isPipe(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && (found.isFIFO() || found.isSocket() || found.isCharacterDevice());
}

async function readStandardInput(io: Io, options: InputOptions): Promise<CaptureSession> {
  if ((io.stdin as NodeJS.ReadStream).isTTY) {
    throw new Failure('Standard input is a terminal: pipe a capture into it, as in tcpdump -w - … | ndmp decode -', 2);
  }
  return readPipe(io, io.stdin, inputName('-'), options);
}

function readPipe(io: Io, input: Readable, name: string, options: InputOptions): Promise<CaptureSession> {
  const { ports, version, tlsKeyLog, onRows } = options;
  // A pipe on which nothing comes would be waited for in spite of Ctrl-C.
  io.signal.addEventListener('abort', () => input.destroy(), { once: true });
  return openStream(input, {
    ports,
    version,
    tlsKeyLog,
    name,
    signal: io.signal,
    onRows: (from, to, session) => onRows?.(session, from, to),
  });
}

async function readFile(
  io: Io,
  path: string,
  { ports, version, tlsKeyLog, onRows }: InputOptions,
): Promise<CaptureSession> {
  const progress = new Progress(io, escapeText(basename(path)));
  let session: Awaited<ReturnType<typeof openCapture>> | undefined;
  try {
    session = await openCapture(path, {
      ports,
      version,
      tlsKeyLog,
      signal: io.signal,
      onProgress: (state) => progress.show(state),
    });
    await session.done;
    progress.clear();
    await onRows?.(session, 0, session.index.count);
    return session;
  } catch (error) {
    session?.close();
    throw error;
  } finally {
    progress.clear();
  }
}

/** What users need to know of an error while reading. */
function asFailure(io: Io): (error: unknown) => never {
  return (error) => {
    if (io.signal.aborted || (error instanceof Error && error.name === 'AbortError')) {
      throw new Interrupted();
    }
    throw error instanceof CaptureError ? new Failure(escapeText(error.message)) : error;
  };
}
