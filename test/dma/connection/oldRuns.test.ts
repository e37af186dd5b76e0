import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeOldRuns } from '../../../src/dma/connection/oldRuns';

const DAY = 24 * 3600 * 1000;
const NOW = Date.UTC(2026, 10, 21);

describe('dma: recordings of past runs', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ndmp-old-runs-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (name: string, bytes: number, daysAgo: number): void => {
    const file = join(folder, name);
    writeFileSync(file, Buffer.alloc(bytes));
    const at = (NOW - daysAgo * DAY) / 1000;
    utimesSync(file, at, at);
  };
  const left = (): string[] => readdirSync(folder).sort();

  /** A run of so many days ago, and its log. */
  const run = (daysAgo: number, bytes = 10): string => {
    const base = `${new Date(NOW - daysAgo * DAY).toISOString().replace(/[-:]/g, '')}-nightly`;
    put(`${base}.pcapng`, bytes, daysAgo);
    put(`${base}.log`, bytes, daysAgo);
    return base;
  };

  it('are kept up to a number', () => {
    const bases = [9, 5, 3].map((days) => run(days));
    removeOldRuns(folder, { runs: 2, bytes: 1e9 }, NOW);
    assert.deepEqual(
      left(),
      bases.slice(1).flatMap((base) => [`${base}.log`, `${base}.pcapng`]),
    );
  });

  it('are kept up to a size, and those of the last day whatever they take', () => {
    run(9, 100);
    const [middle, today] = [run(3, 30), run(0.5, 1000)];
    removeOldRuns(folder, { runs: 100, bytes: 2070 }, NOW);
    assert.deepEqual(
      left(),
      [middle, today].flatMap((base) => [`${base}.log`, `${base}.pcapng`]),
    );
    removeOldRuns(folder, { runs: 0, bytes: 0 }, NOW);
    assert.deepEqual(left(), [`${today}.log`, `${today}.pcapng`]);
  });

  it('are alone removed: nothing else in the folder, no folder, no link', () => {
    const others = ['notes.log', 'capture.pcapng', '20200101T000000Z-x.txt'];
    for (const name of others) put(name, 10, 900);
    mkdirSync(join(folder, '20200101T000000Z-folder.log'));
    symlinkSync(join(folder, 'notes.log'), join(folder, '20200101T000000Z-link.log'));
    removeOldRuns(folder, { runs: 0, bytes: 0 }, NOW);
    assert.deepEqual(left().length, 5);
    removeOldRuns(join(folder, 'nowhere'), { runs: 0, bytes: 0 }, NOW);
  });
});
