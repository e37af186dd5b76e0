import assert from 'node:assert/strict';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ndmp, sample } from './harness';

const capture = sample('backup-three-way');

describe('ndmp export', function () {
  this.timeout(30_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-export-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);

  it('--to jsonl writes what decode prints', async () => {
    const { lines } = await ndmp(['decode', capture, '--format', 'jsonl', '-Y', 'failed']);
    const { status } = await ndmp(['export', capture, '--to', 'jsonl', '-Y', 'failed', '-o', at('out.jsonl')]);
    assert.equal(status, 0);
    assert.equal(readFileSync(at('out.jsonl'), 'utf8'), lines.map((line) => `${line}\n`).join(''));
  });

  it('--to pcapng writes a capture with the chosen messages', async () => {
    const { status } = await ndmp([
      'export',
      capture,
      '--to',
      'pcapng',
      '-Y',
      'connection == 2',
      '-o',
      at('two.pcapng'),
    ]);
    assert.equal(status, 0);
    const fields = ['--format', 'tsv', '--fields', 'time,kind,message,sequence,body'];
    const wanted = await ndmp(['decode', capture, '-Y', 'connection == 2', ...fields]);
    const { out } = await ndmp(['decode', at('two.pcapng'), ...fields]);
    assert.equal(out, wanted.out);
  });

  it('several captures become several captures in a folder', async () => {
    const files = [capture, sample('failing-jobs')];
    const { status } = await ndmp(['export', ...files, '--to', 'pcapng', '-o', `${at('all')}/`]);
    assert.equal(status, 0);
    assert.deepEqual(readdirSync(at('all')).sort(), ['backup-three-way.pcapng', 'failing-jobs.pcapng']);
    const wrong = await ndmp(['export', ...files, '--to', 'pcapng', '-o', at('one.pcapng')]);
    assert.equal(wrong.status, 2);
  });

  it('reads standard input', async () => {
    const { createReadStream } = await import('node:fs');
    const { status } = await ndmp(['export', '-', '--to', 'parquet', '-o', at('in.parquet')], {
      stdin: createReadStream(capture),
    });
    assert.equal(status, 0);
    assert.equal(readFileSync(at('in.parquet')).subarray(0, 4).toString(), 'PAR1');
  });

  it('one unreadable capture does not keep the others from being written', async () => {
    writeFileSync(at('no.pcap'), 'this is no capture');
    const args = ['export', at('no.pcap'), capture, '--to', 'parquet', '-o', `${at('lake')}/`];
    const { status, err } = await ndmp(args);
    assert.equal(status, 1);
    assert.match(err, /no\.pcap/);
    assert.match(err, /1 capture, 4 Parquet files/);
    assert.deepEqual(readdirSync(at('lake')).sort(), ['connections', 'files', 'jobs', 'messages']);
  });

  it('the same capture again replaces its own files', async () => {
    const args = ['export', capture, '--to', 'parquet', '-o', `${at('lake')}/`];
    const names = () => readdirSync(at('lake'), { recursive: true, encoding: 'utf8' }).sort();
    await ndmp(args);
    const before = names();
    await ndmp(args);
    assert.deepEqual(names(), before);
  });

  it('leaves nothing half-written when it is stopped or cannot write', async () => {
    const abort = new AbortController();
    abort.abort();
    const stopped = await ndmp(['export', capture, '--to', 'jsonl', '-o', at('out.jsonl')], { signal: abort.signal });
    assert.equal(stopped.status, 130);
    assert.deepEqual(readdirSync(folder), []);
    writeFileSync(at('file'), '');
    const denied = await ndmp(['export', capture, '--to', 'jsonl', '-o', at('file/out.jsonl')]);
    assert.equal(denied.status, 1);
    assert.match(denied.err, /cannot be (made|written)/);
  });

  it('writes to devices as they are, over links, and not to folders', async () => {
    const lines = await ndmp(['export', capture, '--to', 'jsonl', '-o', '/dev/null']);
    assert.equal(lines.status, 0);
    assert.ok(statSync('/dev/null').isCharacterDevice());
    writeFileSync(at('real'), '');
    symlinkSync(at('real'), at('link'));
    assert.equal((await ndmp(['export', capture, '--to', 'jsonl', '-o', at('link')])).status, 0);
    assert.ok(lstatSync(at('link')).isSymbolicLink());
    assert.ok(statSync(at('real')).size > 0);
    const denied = await ndmp(['export', capture, '--to', 'jsonl', '-o', folder]);
    assert.equal(denied.status, 1);
    assert.match(denied.err, /it is a folder/);
  });

  it('ends where a file system has no room for folders', async function () {
    if (!existsSync('/proc/self')) this.skip();
    const { status, err } = await ndmp(['export', capture, '--to', 'parquet', '-o', '/proc/no/folder/']);
    assert.equal(status, 1);
    assert.match(err, /cannot be made/);
  });

  it('does not write over what it reads by another name, nor two things to one place', async () => {
    writeFileSync(at('in.pcapng'), readFileSync(capture));
    linkSync(at('in.pcapng'), at('hard'));
    symlinkSync(at('in.pcapng'), at('soft'));
    const before = readFileSync(capture);
    const redact = ['--redact', '-o', at('out')];
    for (const args of [
      ['-o', at('hard')],
      ['-o', at('soft')],
      ['-o', `${folder}/`],
      [...redact, '--report', at('in.pcapng')],
      [...redact, '--private-map', at('soft')],
      [...redact, '--private-map', at('out')],
      [...redact, '--private-map', at('out.redaction.json')],
      ['--redact', '-o', at('out'), '--report', at('map'), '--private-map', at('map')],
      ['--redact', '--private-map', '-'],
    ]) {
      const { status, err } = await ndmp(['export', at('in.pcapng'), '--to', 'pcapng', ...args]);
      assert.equal(status, 2, args.join(' '));
      assert.match(err, /is what is read|Two things/);
      assert.deepEqual(readFileSync(at('in.pcapng')), before);
      assert.deepEqual(readdirSync(folder).sort(), ['hard', 'in.pcapng', 'soft']);
    }
    const drawn = await ndmp(['sequence', at('in.pcapng'), '--output', at('soft')]);
    assert.equal(drawn.status, 2);
    assert.deepEqual(readFileSync(at('in.pcapng')), before);
  });

  it('does not write over what it reads', async () => {
    const { status, err } = await ndmp(['export', capture, '--to', 'pcapng', '-o', capture]);
    assert.equal(status, 2);
    assert.match(err, /is what is read/);
  });

  for (const [title, args] of [
    ['no format', []],
    ['an unknown format', ['--to', 'csv']],
    ['parquet without a place', ['--to', 'parquet']],
    ['a file for all tables', ['--to', 'parquet', '-o', 'x.parquet', '--table', 'jobs', 'messages']],
    ['a report without redaction', ['--to', 'jsonl', '--report', 'x']],
    ['a wrong filter', ['--to', 'jsonl', '-Y', 'nothing ==']],
    ['two places for traces', ['--to', 'otlp', '--endpoint', 'http://localhost', '-o', 'x']],
    ['an endpoint that is none', ['--to', 'otlp', '--endpoint', 'collector']],
    ['an endpoint of another kind', ['--to', 'otlp', '--endpoint', 'grpc://collector']],
  ] as const) {
    it(`${title} is wrong use`, async () => {
      const { status, err } = await ndmp(['export', capture, ...args]);
      assert.equal(status, 2);
      assert.ok(err.length > 10);
    });
  }

  describe('--redact', () => {
    it('lists what it replaced, without an original', async () => {
      const { status, err } = await ndmp(['export', capture, '--to', 'pcapng', '--redact', '-o', at('share.pcapng')]);
      assert.equal(status, 0);
      assert.match(err, /redacted: \d+ texts/);
      const text = readFileSync(at('share.pcapng.redaction.json'), 'utf8');
      const report = JSON.parse(text) as { messages: number; texts: { kind: string; count: number }[] };
      assert.equal(report.messages, 444);
      assert.ok(report.texts.length > 10);
      assert.doesNotMatch(text, /export|restore|alpha|nst0/);
    });

    it('writes the way back only when it is asked for, for its owner alone', async () => {
      const args = ['export', capture, '--to', 'pcapng', '--redact', '-o', at('share.pcapng')];
      await ndmp([...args, '--private-map', at('map.jsonl')]);
      const lines = readFileSync(at('map.jsonl'), 'utf8').trim().split('\n');
      const originals = lines.map((line) => (JSON.parse(line) as { original: string }).original);
      assert.ok(originals.includes('tw4'));
      assert.equal(statSync(at('map.jsonl')).mode & 0o077, 0);
    });

    it('gives the same pseudonyms with the same key, others without', async () => {
      const args = (name: string) => ['export', capture, '--to', 'pcapng', '--redact', '-o', at(name)];
      const env = { NDMP_REDACT_KEY: 'a long text that nobody knows' };
      await ndmp(args('a'), { env });
      await ndmp(args('b'), { env });
      await ndmp(args('c'));
      assert.deepEqual(readFileSync(at('b')), readFileSync(at('a')));
      assert.notDeepEqual(readFileSync(at('c')), readFileSync(at('a')));
    });

    it('refuses a key that can be guessed', async () => {
      const env = { NDMP_REDACT_KEY: 'secret' };
      const { status, err } = await ndmp(['export', capture, '--to', 'jsonl', '--redact'], { env });
      assert.equal(status, 2);
      assert.doesNotMatch(err, /secret/);
    });

    it('goes for every format: nothing of the names is left in any', async () => {
      const names = /tmp\/export|restore-tw|alpha-10|archive-7|backup-three-way/;
      const plain = await ndmp(['export', capture, '--to', 'jsonl']);
      assert.match(plain.out, names);
      for (const to of ['jsonl', 'otlp'] as const) {
        const { status, out } = await ndmp(['export', capture, '--to', to, '--redact']);
        assert.equal(status, 0);
        assert.ok(out.length > 1000);
        assert.doesNotMatch(out, names);
      }
      await ndmp(['export', capture, '--to', 'parquet', '--redact', '-o', `${at('lake')}/`]);
      for (const name of readdirSync(at('lake'), { recursive: true, encoding: 'utf8' })) {
        assert.doesNotMatch(name, names);
        if (name.endsWith('.parquet')) assert.doesNotMatch(readFileSync(join(at('lake'), name), 'latin1'), names);
      }
      assert.ok(existsSync(at('lake/redaction.json')));
    });
  });
});
