import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { run } from '../../src/cli/program';
import type { Random } from './random';

/** What users run on captures, with `-` for the capture; each must end with an answer whatever the capture holds. */
const COMMANDS: readonly (readonly string[])[] = [
  ['decode', '-', '--format', 'text'],
  ['decode', '-', '--format', 'jsonl'],
  ['sessions', '-'],
  ['sessions', '-', '--format', 'json'],
  ['sequence', '-', '--format', 'svg'],
  ['sequence', '-', '--format', 'text', '--unfold', 'all'],
  ['sequence', '-', '--format', 'mermaid'],
  ['sequence', '-', '--format', 'plantuml'],
  ['stats', '-'],
  ['explain', '-'],
  ['explain', '-', '--format', 'json'],
  ['check', '-'],
  ['check', '-', '--format', 'sarif'],
  ['history', '-'],
  ['history', '-', '--format', 'csv'],
  ['history', '-', '--env'],
  ['history', '-', '--names'],
  ['affinity', '-'],
  ['affinity', '-', '--format', 'json'],
  ['export', '-', '--to', 'jsonl'],
];

/** Done, something found or nothing readable; anything else (wrong use, an exception) is a fault. */
const GOOD_EXITS = [0, 1];
/** Of control characters only these may reach a terminal or a file (lines of CSV end with both); and nothing that turns text. */
const FORBIDDEN = /[^\P{Cc}\n\t\r]|\r(?!\n)|[\u202a-\u202e\u2066-\u2069]/u;

class Collector extends Writable {
  text = '';
  override _write(chunk: Buffer | string, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Runs one of the commands on a capture, as if it came through a pipe. */
export async function checkCommand(bytes: Buffer, random: Random): Promise<void> {
  const args = random.pick(COMMANDS);
  const [stdout, stderr] = [new Collector(), new Collector()];
  const stdin = Readable.from([bytes]);
  const status = await run(args, { stdin, stdout, stderr, env: {}, signal: new AbortController().signal });
  const what = `ndmp ${args.join(' ')}`;
  assert.ok(GOOD_EXITS.includes(status), `${what} ends with ${status}: ${stderr.text}`);
  for (const { text } of [stdout, stderr]) {
    const found = FORBIDDEN.exec(text);
    assert.ok(!found, `${what} prints a control character: ${JSON.stringify(text.slice(found?.index).slice(0, 80))}`);
  }
  assert.doesNotMatch(stderr.text, /internal error|TypeError|RangeError/i, what);
}
