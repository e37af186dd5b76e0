import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Analysis } from '../../../src/analysis/analysis';
import { decodeMessage } from '../../../src/protocol';
import type { CaptureSession } from '../../../src/session/capture';
import { indexed } from '../../support/indexed';
import { CAB_SAMPLES } from './samples';

const FOLDER = resolve(__dirname, '../../../samples');
const RECORDED = ['cab-cluster-aware-backup.pcapng', 'cab-not-selected.pcapng'];
const shipped = (file: string): CaptureSession => indexed(readFileSync(join(FOLDER, file)));

function assertWhole(session: CaptureSession): void {
  const { index } = session;
  assert.deepEqual(index.damage, []);
  for (let row = 0; row < index.count; row++) {
    const { problems } = decodeMessage(session.record(row).payload, session.context(row));
    assert.deepEqual([...index.problems(row), ...problems], [], `message ${row + 1}`);
    const answered = index.kind(row) !== 'request' || index.pair(row) >= 0 || index.code(row) === 0x902;
    assert.ok(answered, `message ${row + 1} is answered`);
  }
  assert.ok(index.connections.every(({ started, ended }) => started === 'seen' && ended === 'fin'));
}

describe('samples: Cluster Aware Backup, recorded from the lab', () => {
  for (const file of RECORDED) {
    it(`${file}: says what it was recorded from`, () => {
      assert.match(shipped(file).info.comments.join(' '), /Recorded from the lab of NDMP Workbench .* a simulated cluster/);
    });

    it(`${file}: every message is whole, every request answered`, () => assertWhole(shipped(file)));
  }

  it('local and three-way by affinity, a refusal, an increment after a move', () => {
    const { jobs, findings } = new Analysis(shipped(RECORDED[0]));
    const told = jobs.filter(({ operation }) => operation === 'backup');
    assert.deepEqual(
      told.map(({ path, level, topology, outcome }) => [path, level, topology, outcome]),
      [
        ['/vs1/vol1', '0', 'local', 'successful'],
        ['/vs1/db', '0', 'three-way', 'successful'],
        ['/vs1/vol1', '1', 'three-way', 'successful'],
      ],
    );
    const errors = findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
    assert.deepEqual(errors, ['cab-address-type'], 'what the DMA does wrong on purpose');
  });

  it('a DMA without CAB backs up locally where it sees a tape', () => {
    const { jobs, findings } = new Analysis(shipped(RECORDED[1]));
    assert.ok(jobs.some(({ path, topology }) => path === '/vs1/home' && topology === 'local'));
    assert.deepEqual(findings, []);
  });
});

describe('captures of made-up clusters', () => {
  for (const [name, make] of Object.entries(CAB_SAMPLES)) {
    it(`${name}: every message is whole, every request answered`, () => assertWhole(indexed(make())));
  }
});
