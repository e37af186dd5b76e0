import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalog } from '../../src/dma/catalog/open';
import { SOME_PART, SOME_TAPE, someSet } from '../support/catalogs';
import { filePost } from '../support/historyPosts';
import { ndmp } from './harness';

describe('ndmp catalog', () => {
  let home: string;
  let full: number;
  let next: number;
  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'catalog-'));
    const catalog = await openCatalog(join(home, 'catalog.db'));
    const run = await catalog.beginRun({ kind: 'backup', job: 'nightly' });
    const state = { run: run.id, state: 'complete', bytes: 4096n, expires: 1 } as const;
    ({ id: full } = await catalog.beginSet(someSet({ ...state, path: '/vol/vol1' })));
    ({ id: next } = await catalog.beginSet(
      someSet({ ...state, path: '/vol/vol1', level: 1, base: full, expires: undefined }),
    ));
    for (const [set, path] of [
      [full, '/docs/old\u001b[31m.txt'],
      [next, '/docs/new.txt'],
    ] as const) {
      await catalog.putPart({ ...SOME_PART, set, bytes: 4096n, tapeFile: set * 3 });
      const sink = await catalog.fileHistory(set);
      await sink.post(filePost([{ path, size: 1234n }]), 4);
      await sink.finish();
    }
    await catalog.putTape({ ...SOME_TAPE, files: 9 });
    await catalog.endRun(run.id, { state: 'done', message: 'fine' });
    await catalog.close();
  });
  after(() => rmSync(home, { recursive: true }));

  const catalog = async (...args: string[]) => {
    const outcome = await ndmp(['catalog', ...args, '--home', home]);
    return { ...outcome, lines: outcome.lines.map((line) => line.replace(/ +/g, ' ')) };
  };

  it('says of which sets it has no files', async () => {
    const other = mkdtempSync(join(tmpdir(), 'catalog-'));
    try {
      const opened = await openCatalog(join(other, 'catalog.db'));
      const { id } = await opened.beginSet(someSet({ files: 30, withoutFiles: 'the disk was full' }));
      await opened.close();
      const list = await ndmp(['catalog', 'list', '--home', other]);
      assert.match(list.out, /not listed/);
      const show = await ndmp(['catalog', 'show', String(id), '--home', other]);
      assert.match(show.out, /none in the catalog: the disk was full/);
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it('lists sets, the last one first', async () => {
    const { status, lines } = await catalog('list', '--job', 'nightly');
    assert.equal(status, 0);
    assert.match(
      lines[1],
      new RegExp(`^ *${next} 2023-11-14 22:13 nightly filer1:/vol/vol1 1 on ${full} +complete 4.1 kB`),
    );
    const { out } = await catalog('list', '--json', '--limit', '1');
    const sets = JSON.parse(out) as { id: number; bytes: string }[];
    assert.deepEqual(
      sets.map(({ id, bytes }) => [id, bytes]),
      [[next, '4096']],
    );
  });

  it('shows a set', async () => {
    const { out } = await catalog('show', String(next));
    assert.match(out, new RegExp(`needs +set ${full}\n`));
    assert.match(out, /TAPE01/);
    const { status, err } = await catalog('show', '99');
    assert.equal(status, 1);
    assert.match(err, /there is no set 99/);
  });

  it('lists and finds files', async () => {
    const { lines } = await catalog('files', String(next), '/docs', '--chain');
    assert.match(lines[1], /-rw-r--r-- 1.2 kB 2023-11-14 22:13 new.txt/);
    assert.ok(lines[2].endsWith('old\\x1b[31m.txt') || lines[2].includes('31m.txt'), lines[2]);
    assert.ok(!lines[2].includes('\u001b'));
    assert.match((await catalog('files', String(next), '--recursive')).out, /\/docs\/new.txt/);
    assert.match((await catalog('search', '*.TXT')).lines[1], new RegExp(`^ *${next} .* /docs/new.txt$`));
    assert.match((await catalog('search', 'nothing')).out, /No files/);
  });

  it('lists runs', async () => {
    assert.match((await catalog('runs')).lines[1], /backup nightly done .* fine/);
  });

  it('checks, expires and removes', async () => {
    assert.match((await catalog('check')).out, /Nothing is wrong/);
    assert.match((await catalog('expire', '--yes')).out, /no such set/i);
    const asked = await catalog('remove', String(full));
    assert.equal(asked.status, 2);
    assert.match(asked.err, new RegExp(`set ${next}: `));
    const { out } = await catalog('remove', String(full), '--yes');
    assert.match(out, /2 sets forgotten/);
    assert.match((await catalog('list')).out, /There is no such set/);
    const nowhere = await ndmp(['catalog', 'list', '--home', join(home, 'none')]);
    assert.equal(nowhere.status, 1);
    assert.match(nowhere.err, /there is no catalog/);
  });
});
