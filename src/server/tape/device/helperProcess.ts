import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { refuse } from '../../failure';

const FILE = 'tapeHelper.py';
const HEAD_BYTES = 12;
const STATUS_BYTES = 48;
/** Milliseconds that the helper has to end when its device is closed. */
const PATIENCE = 30_000;

/** What the driver says of the device (MTIOCGET and MTIOCPOS); numbers that it does not know are -1. */
export interface DeviceStatus {
  /** Density and block length. */
  dsreg: number;
  /** Generic status bits. */
  gstat: number;
  file: number;
  block: number;
  /** Records and marks before the head. */
  place: number;
}

export interface HelperAnswer {
  /** Linux error number; 0: none. */
  errno: number;
  value: number;
  /** Undefined where the driver was not asked. */
  status: DeviceStatus | undefined;
  payload: Buffer;
}

export type HelperOperation = 'O' | 'S' | 'R' | 'W' | 'M' | 'C';

/** How the helper program is run; replaceable where Python has another name. */
export interface HelperOptions {
  /** Python 3. */
  python?: string;
  /** Variables beside the server's own. */
  environment?: Record<string, string>;
}

/** The helper program of one open device: a request at a time, answered in order. */
export class HelperProcess {
  private readonly input: Writable;
  private readonly output: Readable;
  private readonly gone: Promise<void>;
  private failure = 'the helper program of the tape device ended';
  private isGone = false;
  private received: Buffer[] = [];
  private receivedBytes = 0;
  private wake: (() => void) | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(private readonly child: ChildProcess) {
    const { stdin, stdout } = child;
    if (!stdin || !stdout) throw new Error('a process without pipes');
    this.input = stdin;
    this.output = stdout;
    stdin.on('error', () => undefined); // told by the end of the process
    stdout.on('data', (chunk: Buffer) => this.take(chunk));
    this.gone = new Promise((resolve) => {
      const ended = (): void => {
        this.isGone = true;
        this.wake?.();
        resolve();
      };
      child.once('error', (error) => {
        this.failure = `the helper program of the tape device cannot be started: ${error.message}`;
        ended();
      });
      child.once('close', ended);
    });
  }

  static start({ python = 'python3', environment = {} }: HelperOptions = {}): HelperProcess {
    const candidates = [join(__dirname, FILE), join(__dirname, '..', '..', '..', '..', 'dist', FILE)];
    const script = candidates.find((path) => existsSync(path)) ?? candidates[0];
    const child = spawn(python, ['-I', script], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, ...environment },
    });
    return new HelperProcess(child);
  }

  /**
   * Sends a request and waits for its answer; a request that is asked meanwhile waits for its turn. Throws a
   * RequestFailure IO when the program is gone.
   */
  ask(
    operation: HelperOperation,
    first = 0,
    second = 0,
    payload: Uint8Array = new Uint8Array(),
  ): Promise<HelperAnswer> {
    const answer = this.turn.then(() => this.exchange(operation, first, second, payload));
    this.turn = answer.catch(() => undefined);
    return answer;
  }
  /** Closes the device and ends the program. Never rejects. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE);
    if (!this.isGone) await this.ask('C').catch(() => undefined);
    this.input.end();
    await this.gone;
    clearTimeout(timer);
  }

  private async exchange(
    operation: HelperOperation,
    first: number,
    second: number,
    payload: Uint8Array,
  ): Promise<HelperAnswer> {
    const head = Buffer.alloc(21);
    head.writeUInt32LE(17 + payload.length, 0);
    head.write(operation, 4, 'latin1');
    head.writeBigInt64LE(BigInt(first), 5);
    head.writeBigInt64LE(BigInt(second), 13);
    this.input.write(head);
    if (payload.length > 0) this.input.write(payload);
    const length = (await this.receive(4)).readUInt32LE(0);
    const answer = await this.receive(length);
    return {
      errno: answer.readInt32LE(0),
      value: Number(answer.readBigInt64LE(4)),
      status: statusOf(answer.subarray(HEAD_BYTES, HEAD_BYTES + STATUS_BYTES)),
      payload: answer.subarray(HEAD_BYTES + STATUS_BYTES),
    };
  }

  private take(chunk: Buffer): void {
    this.received.push(chunk);
    this.receivedBytes += chunk.length;
    this.wake?.();
  }

  private async receive(length: number): Promise<Buffer> {
    while (this.receivedBytes < length) {
      if (this.isGone) refuse('IO', this.failure);
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const all = this.received.length === 1 ? this.received[0] : Buffer.concat(this.received);
    this.received = all.length > length ? [all.subarray(length)] : [];
    this.receivedBytes -= length;
    return all.subarray(0, length);
  }
}

function statusOf(bytes: Buffer): DeviceStatus | undefined {
  const [known, dsreg, gstat, file, block, place] = [0, 8, 16, 24, 32, 40].map((at) =>
    Number(bytes.readBigInt64LE(at)),
  );
  return known === 0 ? undefined : { dsreg, gstat, file, block, place };
}
