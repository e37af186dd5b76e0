import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { capture as findCapture } from './lib/collection';
import { kindOf } from './lib/compare';
import { coreNames } from './lib/facts';
import { ourRows, sessionOf } from './lib/ourRows';
import { tsharkRows } from './lib/tsharkRows';

const PROGRAM = resolve(__dirname, '../../dist/ndmp.js');

interface Line {
  n: number;
  frame: number;
  time: string;
  connection: number;
  src: string;
  dst: string;
  direction: string;
  version: number;
  kind: string;
  message: string;
  code: number;
  sequence: number;
  replySequence: number;
  headerError: number;
  error: number | null;
  latency?: number | null;
  body: Record<string, unknown>;
  problems: unknown[];
}

/** Captures of every kind; which of them are there depends on the collection. */
const CAPTURES = [
  'local-v2',
  'local-v3',
  'local-v4',
  'query-v4',
  'auth-failures',
  'cooked-any',
  'edited-ipv6',
  'edited-gzip',
  'edited-big-endian-ns',
  'edited-pcapng-two-sections',
  'edited-pcapng-options',
  'fh-batches',
  'file-names',
  'other-port',
  'robot-v4',
  'threeway-v4',
].filter((name) => findCapture(name));

describe('golden: the output of ndmp decode', () => {
  before(() => assert.ok(existsSync(PROGRAM), 'dist/ndmp.js is built'));

  for (const name of CAPTURES) {
    it(`${name}: jsonl has the fields of the contract and the rows of the index`, () => {
      const lines = jsonl(name);
      lines.forEach(assertContract);
      const rows = ourRows(sessionOf(pathOf(name)));
      assert.deepEqual(
        lines.map((line) => [line.n, line.frame, line.time, line.connection, line.kind, line.code, line.sequence]),
        rows.map((row) => [row.row + 1, row.frame, row.time, row.connection + 1, row.kind, row.code, row.sequence]),
      );
      assert.deepEqual(
        lines.map((line) => [line.version, line.replySequence, line.headerError, line.error, line.latency ?? null]),
        rows.map((row) => [
          row.version,
          row.replySequence,
          row.headerError,
          row.bodyError ?? null,
          row.latency === undefined ? null : Number(row.latency),
        ]),
      );
      for (const line of lines) {
        assert.ok(coreNames(line.code, line.version).includes(line.message), `${line.message} for ${line.code}`);
        assert.equal(
          line.direction,
          line.src.endsWith(':10000') || line.src.endsWith(':20000') ? 'server>dma' : 'dma>server',
        );
      }
    });

    it(`${name}: tsv has a header line, ten columns and what tshark decodes`, () => {
      const [head, ...lines] = run(['decode', pathOf(name), '--format', 'tsv'])
        .stdout.replace(/\n$/, '')
        .split('\n');
      assert.equal(head, 'frame\ttime\tsrc\tdst\tkind\tmessage\tsequence\treplySequence\theaderError\terror');
      const cells = lines.map((line) => line.split('\t'));
      assert.ok(cells.every((each) => each.length === 10));
      const theirs = tsharkRows(findCapture(name)!)!;
      assert.deepEqual(
        cells.map((each) => [each[0], each[4], each[6], each[7], each[8]].join(' ')),
        theirs.map((row) => [row.frame, kindOf(row), row.sequence, row.replySequence, row.headerError].join(' ')),
      );
    });
  }

  it('the time has the precision of the capture', () => {
    assert.match(jsonl('query-v4')[0].time, /^\d+\.\d{6}$/);
    assert.match(jsonl('edited-big-endian-ns')[0].time, /^\d+\.\d{9}$/);
  });

  it('numbers of 64 bits are decimal strings, addresses are text, opaque bytes are hex', () => {
    const lines = jsonl('local-v4');
    const window = lines.find((line) => line.message === 'NDMP_MOVER_SET_WINDOW');
    assert.deepEqual(window?.body, { offset: '0', length: '18446744073709551615' });
    const challenge = jsonl('query-v2').find((line) => line.code === 0x103 && line.kind === 'reply');
    assert.match((challenge?.body.server_attr as { challenge: string }).challenge, /^[0-9a-f]{128}$/);
    const listen = jsonl('multitape-v2').find((line) => line.message === 'NDMP_MOVER_LISTEN' && line.kind === 'reply');
    assert.equal((listen?.body.mover as { ip_addr: string }).ip_addr, '127.0.0.3');
  });

  it('a damaged capture gives what can be read, one line about the damage, and success', () => {
    const result = run(['decode', pathOf('edited-truncated-in-packet'), '--format', 'tsv']);
    assert.equal(result.status, 0);
    assert.equal(result.stdout.replace(/\n$/, '').split('\n').length, 257);
    assert.match(result.stderr, /^[^\n]+\n$/);
  });

  it('a capture with nothing readable in it gives one clear line and exit code 1', () => {
    const result = run(['decode', pathOf('edited-empty'), '--format', 'tsv']);
    assert.equal(result.status, 1);
    assert.match(result.stderr, /^[^\n]+\n$/);
  });

  it('fields are chosen by name, and a filter keeps what it says', () => {
    const filter = 'message contains "START" && kind == request';
    const result = run([
      'decode',
      pathOf('local-v4'),
      '--format',
      'tsv',
      '--fields',
      'n,message,body.bu_type',
      '-Y',
      filter,
    ]);
    assert.equal(result.status, 0, result.stderr);
    const [head, ...lines] = result.stdout.replace(/\n$/, '').split('\n');
    assert.equal(head, 'n\tmessage\tbody.bu_type');
    const expected = jsonl('local-v4').filter((line) => line.message.includes('START') && line.kind === 'request');
    assert.deepEqual(
      lines,
      expected.map((line) => `${line.n}\t${line.message}\t${line.body.bu_type as string}`),
    );
  });

  it('standard input gives the same rows as the file', () => {
    const path = pathOf('query-v3');
    const bytes = path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path);
    const piped = spawnSync(process.execPath, [PROGRAM, 'decode', '-', '--format', 'jsonl'], {
      input: bytes,
      encoding: 'utf8',
    });
    assert.equal(piped.status, 0, piped.stderr);
    assert.equal(piped.stdout, run(['decode', path, '--format', 'jsonl']).stdout);
  });
});

function assertContract(line: Line, at: number): void {
  assert.equal(line.n, at + 1);
  for (const field of ['frame', 'connection', 'version', 'code', 'sequence', 'replySequence', 'headerError'] as const) {
    assert.ok(Number.isInteger(line[field]), `${field} is a number`);
  }
  assert.ok(line.frame >= 1 && line.connection >= 1);
  assert.match(line.time, /^\d+\.\d+$/);
  for (const end of [line.src, line.dst]) assert.match(end, /^(\d+\.\d+\.\d+\.\d+|\[?[0-9a-f:]+\]?):\d+$/);
  assert.ok(['dma>server', 'server>dma'].includes(line.direction));
  assert.ok(['request', 'reply', 'post'].includes(line.kind));
  assert.ok(line.error === null || Number.isInteger(line.error));
  assert.ok(line.kind === 'reply' ? typeof line.latency === 'number' : (line.latency ?? null) === null);
  assert.ok(typeof line.body === 'object' && line.body !== null && !Array.isArray(line.body));
  assert.ok(Array.isArray(line.problems));
}

function pathOf(name: string): string {
  const found = findCapture(name);
  assert.ok(found, name);
  return found.path;
}

const decoded = new Map<string, Line[]>();

function jsonl(name: string): Line[] {
  const known = decoded.get(name);
  if (known) return known;
  const result = run(['decode', pathOf(name), '--format', 'jsonl']);
  assert.equal(result.status, 0, result.stderr);
  const lines = result.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  decoded.set(name, lines);
  return lines;
}

function run(args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
}
