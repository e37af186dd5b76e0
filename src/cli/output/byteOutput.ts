import { once } from 'node:events';
import { createWriteStream, renameSync, rmSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { escapeText } from '../../protocol';
import { Failure, Interrupted, OutputClosed } from '../failure';
import { drained } from '../terminal/drained';
import type { Io } from '../terminal/io';
import { lookAt, makeFolder, realPath } from './places';

/** Small pieces are gathered to so many bytes. */
const PIECE = 65536;

/** Where bytes go: waits while the other side is slow. */
export interface ByteOutput {
  write(bytes: Uint8Array): Promise<void>;
  /** Everything is written. */
  finish(): Promise<void>;
  /** Something went wrong: nothing half-written stays behind under the final name. */
  abandon(): void;
}

/** A file, or standard output for `-`. A file has its name only when it is whole; devices and pipes are written to as they are. */
export function openOutput(io: Io, path: string, mode?: number): ByteOutput {
  if (path === '-') return new StreamOutput(io, io.stdout);
  const found = lookAt(path);
  if (found?.isDirectory() === true) throw new Failure(`${escapeText(path)} cannot be written: it is a folder.`);
  if (found !== undefined && !found.isFile()) return new DeviceOutput(io, path);
  return new FileOutput(io, path, mode);
}

abstract class Pipe {
  private failure: NodeJS.ErrnoException | undefined;
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;

  constructor(
    protected readonly io: Io,
    protected readonly stream: Writable,
    private readonly name: string,
  ) {
    stream.on('error', (error) => {
      this.failure = error;
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.pending.push(bytes);
    this.pendingBytes += bytes.length;
    if (this.pendingBytes >= PIECE) await this.flush();
  }

  /** Hands on what was gathered. */
  protected async flush(): Promise<void> {
    const bytes = Buffer.concat(this.pending);
    this.pending = [];
    this.pendingBytes = 0;
    this.check();
    if (bytes.length > 0 && !this.stream.write(bytes)) await drained(this.stream, this.io.signal);
    this.check();
  }

  protected check(): void {
    if (this.io.signal.aborted) throw new Interrupted();
    if (this.failure?.code === 'EPIPE') throw new OutputClosed();
    if (this.failure !== undefined)
      throw new Failure(`${this.name} cannot be written: ${escapeText(this.failure.message)}.`);
  }
}

class StreamOutput extends Pipe implements ByteOutput {
  constructor(io: Io, stream: Writable) {
    super(io, stream, 'Standard output');
  }

  async finish(): Promise<void> {
    await this.flush();
    // errors of a pipe arrive as events
    await new Promise((resolve) => setImmediate(resolve));
    this.check();
  }

  abandon(): void {
    // what was written is with the reader
  }
}

/** A device or a named pipe: it cannot be replaced by a file that was written beside it. */
class DeviceOutput extends Pipe implements ByteOutput {
  constructor(io: Io, path: string) {
    super(io, createWriteStream(path), escapeText(path));
  }

  async finish(): Promise<void> {
    await this.flush();
    await ended(this.stream);
    this.check();
  }

  abandon(): void {
    this.stream.destroy();
  }
}

class FileOutput extends Pipe implements ByteOutput {
  private readonly target: string;
  private readonly partial: string;

  constructor(
    io: Io,
    private readonly path: string,
    mode = 0o666,
  ) {
    const target = realPath(path);
    const partial = `${target}.${process.pid}.partial`;
    super(io, openFile(path, partial, mode), escapeText(path));
    this.target = target;
    this.partial = partial;
  }

  async finish(): Promise<void> {
    await this.flush();
    await ended(this.stream);
    this.check();
    try {
      renameSync(this.partial, this.target);
    } catch (error) {
      this.abandon();
      throw new Failure(`${escapeText(this.path)} cannot be written: ${escapeText((error as Error).message)}.`);
    }
  }

  abandon(): void {
    this.stream.destroy();
    rmSync(this.partial, { force: true });
  }
}

async function ended(stream: Writable): Promise<void> {
  stream.end();
  await once(stream, 'close').catch(() => undefined);
}

function openFile(path: string, partial: string, mode: number): WriteStream {
  try {
    makeFolder(dirname(path));
  } catch (error) {
    throw new Failure(`${escapeText(dirname(path))} cannot be made: ${escapeText((error as Error).message)}.`);
  }
  return createWriteStream(partial, { mode });
}
