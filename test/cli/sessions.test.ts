import { strict as assert } from 'node:assert';
import { createReadStream } from 'node:fs';
import { findCapture } from '../support/captures';
import { ndmp, sample } from './harness';

interface Capture {
  messages: number;
  connections: Record<string, unknown>[];
  jobs: Record<string, unknown>[];
}

async function json(name: string): Promise<Capture> {
  const { status, out } = await ndmp(['sessions', sample(name), '--format', 'json']);
  assert.equal(status, 0);
  return JSON.parse(out) as Capture;
}

const pick = (rows: readonly Record<string, unknown>[], ...names: string[]): unknown[][] =>
  rows.map((row) => names.map((name) => row[name]));

describe('ndmp sessions', () => {
  it('gives no duration where the clock of the capture went back', async () => {
    const capture = findCapture('edited-clock-steps.pcap');
    assert.ok(capture);
    const { out } = await ndmp(['sessions', capture, '--format', 'json']);
    const { connections } = JSON.parse(out) as Capture;
    assert.deepEqual(
      connections.map(({ seconds }) => seconds === null),
      [false, true, false],
    );
    assert.match((await ndmp(['sessions', capture])).out, /clock went back/);
  });

  it('tells roles, versions and logins', async () => {
    const { messages, connections } = await json('backup-three-way');
    assert.equal(messages, 444);
    assert.deepEqual(
      pick(
        connections.slice(0, 2),
        'connection',
        'server',
        'roles',
        'version',
        'versionSource',
        'auth',
        'user',
        'authResult',
      ),
      [
        [1, '127.0.0.2:10000', ['data server'], 4, 'open', 'md5', 'ndmp', 'accepted'],
        [2, '127.0.0.3:10000', ['tape server'], 4, 'open', 'md5', 'ndmp', 'accepted'],
      ],
    );
    assert.deepEqual(pick(connections.slice(0, 2), 'messages', 'requests', 'replies', 'posts', 'errors', 'ended'), [
      [36, 11, 11, 14, 0, 'fin'],
      [43, 20, 20, 3, 1, 'fin'],
    ]);
  });

  it('finds the jobs and what they ran over', async () => {
    const { jobs } = await json('backup-three-way');
    assert.deepEqual(
      pick(jobs, 'operation', 'type', 'path', 'topology', 'dataConnection', 'tapeConnection', 'outcome'),
      [
        ['backup', 'tar', '/tmp/export/tw4', 'three-way', 1, 2, 'successful'],
        ['recover file history', 'tar', '', 'three-way', 3, 4, 'successful'],
        ['recover', 'tar', '/tmp/export/restore-tw', 'three-way', 5, 6, 'successful'],
        ['recover', 'tar', '/tmp/export/restore-tw2', 'three-way', 7, 8, 'successful'],
      ],
    );
    const local = await json('backup-and-restore-local');
    const moving = local.jobs.filter(({ operation }) => operation !== 'session');
    assert.equal(moving.length, 5);
    assert.ok(
      moving.every(
        ({ topology, dataConnection, tapeConnection }) => topology === 'local' && dataConnection === tapeConnection,
      ),
    );
    const failing = await json('failing-jobs');
    assert.ok(failing.jobs.some(({ outcome }) => outcome === 'refused'));
  });

  it('tells refused logins', async () => {
    const { connections } = await json('refused-logins');
    assert.deepEqual(pick(connections.slice(0, 5), 'version', 'auth', 'user', 'authResult', 'host'), [
      [4, 'text', 'ndmp', 'refused', null],
      [4, 'md5', 'ndmp', 'refused', null],
      [4, 'text', 'nobody', 'refused', null],
      [4, 'none', '', 'refused', null],
      [4, null, null, null, 'filer1'],
    ]);
  });

  it('finds the changer', async () => {
    const { connections } = await json('backup-over-several-tapes');
    assert.ok(connections.some(({ roles }) => (roles as string[]).includes('changer')));
  });

  it('table: for people', async () => {
    const { lines } = await ndmp(['sessions', sample('backup-three-way')]);
    assert.match(lines[0], /^samples\/backup-three-way\.pcap: 444 messages on 8 connections in 733 packets$/);
    assert.match(
      lines[3],
      /^conn +start +lasted +client +server +serves +version +messages +errors +bytes +login +end$/,
    );
    assert.match(
      lines[4],
      /^ +1 +0\.000 +1\.71 s +127\.0\.0\.1:41005 +127\.0\.0\.2:10000 +data +v4 +36 +3\.9 kB +md5 ndmp +closed$/,
    );
    assert.match(lines[14], /Three-way backup of \/tmp\/export\/tw4 +tar +1 \(data\), 2 \(tape\) +successful$/);
    const narrow = await ndmp(['sessions', sample('backup-three-way')], { terminal: 80, env: { NO_COLOR: '1' } });
    assert.ok(narrow.lines.slice(1).every((line) => line.length <= 80));
  });

  it('jsonl and tsv: a line a connection', async () => {
    const jsonl = await ndmp(['sessions', sample('backup-three-way'), '--format', 'jsonl']);
    assert.deepEqual(
      jsonl.lines.map((line) => (JSON.parse(line) as { connection: number }).connection),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    const tsv = await ndmp(['sessions', sample('backup-three-way'), '--format', 'tsv']);
    assert.equal(tsv.lines.length, 9);
    assert.equal(new Set(tsv.lines.map((line) => line.split('\t').length)).size, 1);
  });

  it('reads standard input', async () => {
    const { status, lines } = await ndmp(['sessions', '-'], { stdin: createReadStream(sample('refused-logins')) });
    assert.equal(status, 0);
    assert.match(lines[0], /^standard input: 116 messages on 18 connections/);
  });
});
