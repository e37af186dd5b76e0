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
  ['diff', '-', 'samples/backup-three-way.pcap'],
  ['diff', 'samples/failing-jobs.pcap', '-', '--format', 'json', '--all'],
  ['export', '-', '--to', 'jsonl'],
  ['export', '-', '--to', 'jsonl', '--redact'],
  ['export', '-', '--to', 'otlp', '--output', '-'],
  ['export', '-', '--to', 'pcapng', '--redact'],
];

/** Stands in captures where texts were; what is safe to share must not hold a piece of it. */
const SECRET = 'Gh0stwr1ter-';
/** Shorter pieces could be there by chance. */
const PIECE = 5;

/** Done, something found or nothing readable; anything else (wrong use, an exception) is a fault. */
const GOOD_EXITS = [0, 1];
/** Of control characters only these may reach a terminal or a file (lines of CSV end with both); and nothing that turns text. */
const FORBIDDEN = /[^\P{Cc}\n\t\r]|\r(?!\n)|[\u202a-\u202e\u2066-\u2069]/u;

class Collector extends Writable {
  private readonly chunks: Buffer[] = [];
  override _write(chunk: Buffer | string, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(Buffer.from(chunk));
    done();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }
}

/** Runs one of the commands on a capture, as if it came through a pipe. */
export async function checkCommand(bytes: Buffer, random: Random): Promise<void> {
  const args = random.pick(COMMANDS);
  const isRedacted = args.includes('--redact');
  const [stdout, stderr] = [new Collector(), new Collector()];
  const stdin = Readable.from([isRedacted ? withSecrets(bytes) : bytes]);
  const status = await run(args, { stdin, stdout, stderr, env: {}, signal: new AbortController().signal });
  const what = `ndmp ${args.join(' ')}`;
  const said = stderr.bytes.toString();
  assert.ok(GOOD_EXITS.includes(status), `${what} ends with ${status}: ${said}`);
  assert.doesNotMatch(said, /internal error|TypeError|RangeError/i, what);
  checkCharacters(what, said);
  if (!args.includes('pcapng')) checkCharacters(what, stdout.bytes.toString());
  if (!isRedacted) return;
  for (let at = 0; at + PIECE <= SECRET.length; at++) {
    const piece = SECRET.slice(at, at + PIECE);
    assert.ok(!stdout.bytes.includes(piece), `${what} tells "${piece}"`);
  }
}

function checkCharacters(what: string, text: string): void {
  const found = FORBIDDEN.exec(text);
  assert.ok(!found, `${what} prints a control character: ${JSON.stringify(text.slice(found?.index).slice(0, 80))}`);
}

/** The capture with a secret in place of what looks like text, and is too long for numbers that do; lengths stay. */
function withSecrets(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  const filled = text.replace(/[\w/.:@ -]{16,}/g, ({ length }) =>
    SECRET.repeat(length / SECRET.length + 1).slice(0, length),
  );
  return Buffer.from(filled, 'latin1');
}
