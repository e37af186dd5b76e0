import assert from 'node:assert/strict';
import { Analysis } from '../../../src/analysis/analysis';
import { diffJoined, diffSessions, type DiffItem, type SessionDiff } from '../../../src/analysis/diff';
import { Comparison } from '../../../src/analysis/diff/comparison';
import { joinSessions } from '../../../src/analysis/join';
import { openCaptureSync } from '../../../src/indexing';
import { allCaptures, capture as find } from '../../golden/lib/collection';
import { sessionOf } from '../../golden/lib/ourRows';
import { findCapture } from '../../support/captures';

function compare(a: string, b: string): SessionDiff | undefined {
  const [left, right] = [find(a), find(b)];
  if (left === undefined || right === undefined) return undefined;
  return diffSessions(new Analysis(sessionOf(left.path)), new Analysis(sessionOf(right.path)));
}

function changes({ jobs }: SessionDiff): DiffItem[] {
  return jobs.flatMap(({ items }) => items).filter(({ kind, minor, moved }) => (kind !== 'same' && !minor) || moved);
}

describe('diff: sessions', () => {
  for (const { name, path } of allCaptures().filter((each) => !each.name.startsWith('edited-'))) {
    it(`${name} is the same as itself`, () => {
      const analysis = new Analysis(sessionOf(path));
      const diff = diffSessions(analysis, new Analysis(sessionOf(path)));
      assert.deepEqual(changes(diff), []);
      assert.equal(diff.same, true);
      assert.equal(diff.jobs.length, analysis.jobs.length);
      assert.ok(diff.jobs.every(({ timing }) => timing.length === 0));
    });
  }

  /** Captures whose packets were changed, and no message of theirs. */
  for (const [edited, base] of [
    ['edited-vlan', 'query-v4'],
    ['edited-ipv6', 'query-v4'],
    ['edited-clock-steps', 'query-v3'],
    ['edited-rpc-fragments', 'local-v4'],
    ['edited-odd-segments', 'local-v4'],
    ['edited-port-reuse', 'auth-failures'],
  ]) {
    it(`${edited} says the same as ${base}`, function () {
      const diff = compare(base, edited);
      if (diff === undefined) this.skip();
      assert.deepEqual(changes(diff), []);
      assert.equal(diff.same, true);
    });
  }

  it('the same backup by another server: what it does more, and what it says differently', function () {
    const diff = compare('threeway-v4', 'ndmpd-threeway-v4');
    if (diff === undefined) this.skip();
    assert.equal(diff.same, false);
    assert.equal(diff.onlyA.length, 2);
    const [backup] = diff.jobs;
    const only = backup.items.filter(({ kind, minor }) => kind === 'onlyB' && !minor).map(({ name }) => name);
    assert.ok(only.length >= 5 && only.every((name) => name === 'NDMP_LOG_MESSAGE'));
    const size = backup.items.find(({ name }) => name === 'NDMP_MOVER_SET_RECORD_SIZE');
    assert.deepEqual(size?.differences, [{ path: 'len', a: '10240', b: '64512', expected: false }]);
    const login = backup.items.find(({ name }) => name === 'NDMP_CONNECT_CLIENT_AUTH');
    assert.ok(
      login?.differences.every(({ a, b }) => a !== 'ndmp' && b !== 'ndmp'),
      'no password is shown',
    );
  });

  it('another order of requests', function () {
    const diff = compare('threeway-v4', 'threeway-v3');
    if (diff === undefined) this.skip();
    const moved = diff.jobs[0].items.filter((item) => item.moved).map(({ name }) => name);
    assert.deepEqual(moved, ['NDMP_MOVER_SET_WINDOW']);
  });

  it('local and three-way are compared service by service', function () {
    const diff = compare('local-v4', 'threeway-v4');
    if (diff === undefined) this.skip();
    const backup = diff.jobs.find(({ a }) => a.title.startsWith('Local backup'));
    assert.ok(backup);
    assert.ok(backup.facts.some(({ path, a, b }) => path === 'topology' && a === 'local' && b === 'three-way'));
    const start = backup.items.find(({ name }) => name === 'NDMP_DATA_START_BACKUP');
    assert.equal(start?.kind, 'changed');
    assert.ok(
      backup.items.some(({ name, kind }) => name === 'NDMP_MOVER_LISTEN' && kind !== 'onlyA' && kind !== 'onlyB'),
    );
  });

  it('what a log does not tell is no difference', () => {
    const capture = findCapture('local-v4.pcap') ?? assert.fail('no capture');
    const log = findCapture('peer/local-v4.filer.txt');
    if (log === undefined) return;
    const [a, b] = [openCaptureSync(capture), openCaptureSync(log)];
    const join = joinSessions(a, b) ?? assert.fail('not joined');
    const diff = diffJoined(new Analysis(a), new Analysis(b), join);
    assert.deepEqual(changes(diff), []);
    const comparison = new Comparison(a, b);
    assert.match(comparison.summary().join?.clock ?? '', /the first day of B is 2026-11-21/);
    const { lines, total } = comparison.lines({ job: 2, from: 0, to: 10, all: false, opened: [] });
    assert.equal(total, lines.length);
    assert.ok('equal' in lines[0]);
    assert.equal(comparison.lines({ job: 2, from: 0, to: 5, all: true, opened: [] }).lines.length, 5);
    a.close();
    b.close();
  });
});
