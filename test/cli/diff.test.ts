import assert from 'node:assert/strict';
import { join } from 'node:path';
import { findCapture } from '../support/captures';
import { ndmp } from './harness';

const path = (name: string): string => findCapture(name) ?? assert.fail(`no ${name}`);

describe('ndmp diff', () => {
  it('says nothing but that both are the same, with status 0', async () => {
    const { status, out: stdout } = await ndmp(['diff', path('query-v4.pcap'), path('edited-vlan.pcap')]);
    assert.equal(status, 0);
    assert.match(stdout, /Both say the same\.\n$/);
    assert.match(stdout, /… \d+ equal steps/);
  });

  it('tells what differs, with status 1', async () => {
    const { status, out: stdout, err: stderr } = await ndmp(['diff', path('query-v3.pcap'), path('query-v4.pcap')]);
    assert.equal(status, 1);
    assert.equal(stderr, '');
    assert.match(stdout, /! NDMP_CONNECT_OPEN .*\n {6}protocol_version: 3 → 4\n/);
    assert.match(stdout, /They differ\.\n$/);
  });

  it('writes JSON', async () => {
    const { status, out: stdout } = await ndmp([
      'diff',
      path('query-v4.pcap'),
      path('edited-vlan.pcap'),
      '--format',
      'json',
    ]);
    assert.equal(status, 0);
    const diff = JSON.parse(stdout) as { same: boolean; jobs: { steps: unknown[] }[]; join: unknown };
    assert.equal(diff.same, true);
    assert.equal(diff.join, null);
    assert.ok(diff.jobs.every(({ steps }) => steps.length === 0));
  });

  it('wrong use is status 2', async () => {
    assert.equal((await ndmp(['diff', path('query-v4.pcap')])).status, 2);
    assert.equal((await ndmp(['diff', '-', '-'])).status, 2);
  });

  it('a log opens like a capture in every command', async () => {
    const log = join(__dirname, '../fixtures/logs/cdot-data-connect-2024-noprefix.log');
    const decoded = await ndmp(['decode', log, '--format', 'jsonl']);
    assert.equal(decoded.status, 0);
    const line = JSON.parse(decoded.out) as { message: string; body: unknown; src: string };
    assert.equal(line.message, 'NDMP_DATA_CONNECT');
    assert.equal(line.src, 'DMA');
    const raw = await ndmp(['decode', log, '--format', 'jsonl', '--fields', 'n,raw']);
    assert.match((JSON.parse(raw.out) as { raw: string }).raw, /^DEBUG: {6}Time_stamp=0x65c4ae18/m);
    const sessions = await ndmp(['sessions', log]);
    assert.equal(sessions.status, 0);
    assert.match(sessions.out, /1 message on 1 connection in 12 lines/);
  });
});
