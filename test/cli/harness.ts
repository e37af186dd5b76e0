import { Readable, Writable } from 'node:stream';
import { run } from '../../src/cli/program';
import type { Io } from '../../src/cli/terminal/io';

export interface Outcome {
  status: number;
  out: string;
  err: string;
  /** Lines of standard output. */
  lines: string[];
}

export interface Circumstances {
  stdin?: Readable;
  /** Columns of the terminal that standard output and error are; without it they are pipes. */
  terminal?: number;
  env?: Record<string, string>;
  signal?: AbortSignal;
  /** Called with every piece of output as it comes. */
  onOutput?: (text: string) => void;
  /** The same for standard error. */
  onError?: (text: string) => void;
}

/** A stream that keeps what is written to it. */
export class Sink extends Writable {
  text = '';
  isTTY: boolean | undefined;
  columns: number | undefined;

  constructor(
    terminal: number | undefined,
    private readonly onText: (text: string) => void = () => undefined,
  ) {
    super({ decodeStrings: false });
    this.isTTY = terminal === undefined ? undefined : true;
    this.columns = terminal;
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk;
    this.onText(chunk);
    done();
  }
}

/** Runs `ndmp` with these arguments inside the test. */
export async function ndmp(args: readonly string[], circumstances: Circumstances = {}): Promise<Outcome> {
  const { stdin = Readable.from([]), terminal, env = {}, onOutput, onError } = circumstances;
  const stdout = new Sink(terminal, onOutput);
  const stderr = new Sink(terminal, onError);
  const signal = circumstances.signal ?? new AbortController().signal;
  const io: Io = { stdin, stdout, stderr, env, signal };
  const status = await run(args, io);
  const lines = stdout.text.split('\n').slice(0, -1);
  return { status, out: stdout.text, err: stderr.text, lines };
}

/** A sample capture that ships with the project. */
export function sample(name: string): string {
  return `samples/${name}.pcap`;
}
