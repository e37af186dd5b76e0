import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWorker } from '../indexing/support';
import { pcap } from '../support/captureFiles';
import { NDMP_STEPS, packetsOf } from '../support/tlsCaptures';
import { recordTls } from '../support/tlsTalks';
import { ndmp } from './harness';

describe('captures with TLS on the command line', function () {
  this.timeout(60_000);
  let folder: string;
  let capture: string;
  let keys: string;
  let suite: string;
  before(async () => {
    buildWorker();
    folder = mkdtempSync(join(tmpdir(), 'ndmp-tls-'));
    const talk = await recordTls(NDMP_STEPS);
    ({ suite } = talk);
    capture = join(folder, 'tls.pcap');
    keys = join(folder, 'keys.log');
    writeFileSync(capture, pcap(packetsOf(talk).packets));
    writeFileSync(keys, talk.keyLog);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are read by every command with --tls-keylog', async () => {
    const { status, lines } = await ndmp(['decode', capture, '--format', 'tsv', '--tls-keylog', keys]);
    assert.equal(status, 0);
    assert.equal(lines.length, 12);
    for (const command of ['affinity', 'check', 'explain', 'history', 'sequence', 'sessions', 'stats']) {
      const { err, out } = await ndmp([command, capture, '--tls-keylog', keys]);
      assert.doesNotMatch(err, /TLS|no NDMP/, command);
      assert.notEqual(out, '', command);
    }
    assert.equal((await ndmp(['diff', capture, capture, '--tls-keylog', keys])).status, 0);
    const exported = await ndmp(['export', capture, '--to', 'jsonl', '--tls-keylog', keys]);
    assert.equal(exported.lines.length, 11);
  });

  it('are exported without TLS and without keys', async () => {
    const output = join(folder, 'plain.pcapng');
    assert.equal((await ndmp(['export', capture, '--to', 'pcapng', '-o', output, '--tls-keylog', keys])).status, 0);
    const { lines } = await ndmp(['decode', output, '--format', 'tsv', '--fields', 'message,sequence']);
    const before = await ndmp([
      'decode',
      capture,
      '--format',
      'tsv',
      '--fields',
      'message,sequence',
      '--tls-keylog',
      keys,
    ]);
    assert.deepEqual(lines, before.lines);
  });

  it('say what is missing', async () => {
    const without = await ndmp(['decode', capture]);
    assert.equal(without.status, 1);
    assert.match(
      without.err,
      /1 connection is encrypted with TLS\. 10\.0\.0\.1:40000 → 10\.0\.0\.2:10000 \(TLS 1\.3\): no key log that is given has its keys\. Give the key log .* --tls-keylog/,
    );
    const missing = await ndmp(['decode', capture, '--tls-keylog', `${keys}.none`]);
    assert.equal(missing.status, 1);
    assert.match(missing.err, /keys\.log\.none cannot be opened: there is no such file\./);
  });

  it('are described by ndmp sessions', async () => {
    const { out } = await ndmp(['sessions', capture, '--json', '--tls-keylog', keys]);
    const { tls } = JSON.parse(out) as { tls: Record<string, unknown>[] };
    assert.deepEqual([tls[0].connection, tls[0].version, tls[0].suite, tls[0].state], [1, 'TLS 1.3', suite, 'read']);
    assert.match(String(tls[0].clientRandom), /^[0-9a-f]{64}$/);
    assert.ok((await ndmp(['sessions', capture, '--tls-keylog', keys])).out.includes(suite));
  });
});
