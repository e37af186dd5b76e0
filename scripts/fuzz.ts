// npm run fuzz [-- --seconds N --seed S --corpus DIR]: breaks captures at random and does everything with them that the
// product does. Nothing may throw, hang, or give other rows as a stream than as a file. A failing input is made smaller
// and written to test-results/.
import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCorpus } from './fuzz/corpus';
import { Fuzzer } from './fuzz/fuzzer';
import type { FuzzerMessage } from './fuzz/fuzzer';

/** An input that takes longer hangs, whatever else the machine does. */
const MAX_MS = 30_000;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() >>> 0) },
    corpus: { type: 'string' },
    /** Set in the process that does the work: this one watches it. */
    child: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed) >>> 0;
if (!Number.isFinite(seconds)) throw new Error('--seconds takes a number');

function keep(bytes: Uint8Array, input: number): string {
  mkdirSync('test-results', { recursive: true });
  const path = join('test-results', `fuzz-${seed}-${input}.bin`);
  writeFileSync(path, bytes);
  return path;
}

/** Starts the process that does the work and waits for it, or for it to say nothing for too long. */
function watch(): void {
  const fuzzer = new Fuzzer(readCorpus(values.corpus), seed);
  console.log(`fuzzing ${fuzzer.corpus.length} captures for ${seconds} s, seed ${seed}`);
  const child = fork(__filename, [...process.argv.slice(2), '--seed', String(seed), '--child'], {
    serialization: 'advanced',
  });
  let current = 0;
  let finished = false;
  let timer: NodeJS.Timeout | undefined;
  child.on('message', (message: FuzzerMessage) => {
    if (message.type === 'input') {
      current = message.input;
      clearTimeout(timer);
      timer = setTimeout(() => child.kill('SIGKILL'), MAX_MS);
      return;
    }
    finished = true;
    clearTimeout(timer);
    if (message.type === 'done') {
      console.log(message.text);
      return;
    }
    process.exitCode = 1;
    console.error(`input ${message.input} of seed ${seed} fails:\n${message.stack}`);
    console.error(`an input that does so, as small as it could be made: ${keep(message.bytes, message.input)}`);
  });
  child.on('exit', (code, signal) => {
    clearTimeout(timer);
    if (finished) return;
    process.exitCode = 1;
    const what =
      signal === 'SIGKILL' ? `hangs: not done after ${MAX_MS / 1000} s` : `ended the process (${code ?? signal})`;
    console.error(`input ${current} of seed ${seed} ${what}; the input: ${keep(fuzzer.input(current).bytes, current)}`);
  });
}

async function work(): Promise<void> {
  const say = (message: FuzzerMessage): void => void process.send?.(message);
  say(await new Fuzzer(readCorpus(values.corpus), seed).run(seconds, say));
  process.disconnect();
}

if (values.child) void work();
else watch();
