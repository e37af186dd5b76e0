import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import type { HistoryStyle } from '../../../../src/server/archive/model';
import { RecoveryStatus } from '../../../../src/server/archive/restore/failures';
import {
  backupOrder,
  directoriesOf,
  filesOf,
  nameOf,
  nodesOf,
  removeFolder,
  runBackup,
  temporaryFolder,
  type Backup,
} from '../../../support/backups';
import { recoverFrom, wantedName, type PiecedStream } from '../../../support/recovery';
import { tarEntry, tarHeader, tarPositions, tarStream, type TarPart } from '../../../support/tarStream';
import { compareEntries, makeTree, readTree } from '../../../support/trees';

interface Known {
  position: bigint;
  node: bigint;
}

/** Positions by path, as a backup application learns them from the history. */
function positionsOf({ posts }: Backup): Map<string, Known> {
  const found = new Map<string, Known>();
  for (const file of filesOf(posts))
    found.set(nameOf(file) === '/' ? '' : nameOf(file), { position: file.fh_info, node: file.node });
  const names = directoriesOf(posts);
  const root = names.at(0)?.node;
  const pathsOf = (node: bigint): string[] =>
    node === root
      ? ['']
      : names
          .filter((entry) => entry.node === node && !['.', '..'].includes(nameOf(entry)))
          .flatMap((entry) => pathsOf(entry.parent).map((path) => `${path}/${nameOf(entry)}`));
  for (const { node, fh_info } of nodesOf(posts))
    for (const path of pathsOf(node)) found.set(path, { position: fh_info, node });
  return found;
}

describe('server: archive: direct access recovery', () => {
  let folder: string;
  let source: string;
  let target: string;

  before(() => {
    folder = temporaryFolder();
    source = join(folder, 'source');
    makeTree(source);
  });
  beforeEach(() => {
    target = fs.mkdtempSync(join(folder, 'target-'));
  });
  afterEach(() => removeFolder(target));
  after(() => removeFolder(folder));

  const SELECTIONS: readonly (readonly string[])[] = [
    ['/one byte'],
    ['/a hard link'],
    ['/dir/inner/big'],
    ['/dir/inner/big', '/a hard link', '/dir/second hard link'],
    ['/dir/inner'],
    ['/dir/inner', '/dir/inner/deep/file', '/dir/sparse'],
    ['/empty', '/dir/size 512', '/odd names/-rf', '/dir/fifo', '/dangling'],
    ['/empty dir'],
    ['/dir'],
    [''],
  ];

  for (const style of ['path', 'node'] as HistoryStyle[])
    it(`of every kind of selection, with positions of history by ${style}`, () => {
      const backup = runBackup(backupOrder(source, { history: style }));
      const positions = positionsOf(backup);
      const all = readTree(source);
      for (const selection of SELECTIONS) {
        const label = JSON.stringify(selection);
        const into = fs.mkdtempSync(join(target, 'part-'));
        const names = selection.map((path) => {
          const known = positions.get(path);
          assert.ok(known, `history does not know ${path}`);
          return { ...wantedName(into, path, path.slice(1), known.position), node: known.node };
        });
        const report = recoverFrom(backup.stream, names, { environment: { DIRECT: 'y', ...backup.environment } });
        assert.ok(
          report.files.every(({ status }) => status === 0),
          label,
        );
        const selected = (path: string) => selection.some((name) => `/${path}/`.startsWith(`${name}/`));
        // What is not selected counts for links as little as for everything else.
        const linksOf = (entries: typeof all) =>
          entries.map((entry) => ({
            ...entry,
            firstLink: entries.find((other) => other.firstLink === entry.firstLink)?.path ?? '',
            mtimeNs: entry.mtimeNs / 1000n,
            uid: 0,
            gid: 0,
          }));
        const expected = linksOf(all.filter(({ path }) => selected(path)));
        const actual = linksOf(readTree(into).filter(({ path }) => selected(path)));
        assert.deepEqual(compareEntries(expected, actual), [], label);
      }
    });

  it('reads less than 2 MB for one small file of a stream of more than a gigabyte', () => {
    const parts: TarPart[] = [{ name: './big', size: 2 ** 30 }];
    const small: TarPart = { name: './small', data: 'here I am' };
    const stream = giant(tarHeader(parts[0]), 2 ** 30, Buffer.concat([tarEntry(small), Buffer.alloc(1024)]));
    const position = 512 + 2 ** 30;
    const settings: Record<string, string>[] = [{}, { NDMPWB_STREAM_BYTES: String(stream.length) }];
    for (const environment of settings) {
      const names = [wantedName(target, '/small', 'small', position)];
      const report = recoverFrom(stream, names, { environment: { DIRECT: 'y', ...environment } });
      assert.deepEqual(report.files, [{ name: '/small', status: 0 }]);
      assert.equal(fs.readFileSync(join(target, 'small'), 'utf8'), 'here I am');
      assert.ok(report.bytesRead < 2 ** 21, String(report.bytesRead));
    }
  });

  it('joins neighbours, and leaves out what lies far between', () => {
    const parts: TarPart[] = [];
    for (let i = 0; i < 200; i++) parts.push({ name: `f${i}`, data: `content ${i}` });
    parts.push({ name: 'large', data: Buffer.alloc(3_000_000) }, { name: 'last', data: 'end' });
    const stream = tarStream(...parts);
    const positions = tarPositions(...parts);
    const wanted = [...parts.keys()].filter((i) => i !== 200);
    const names = wanted.map((i) => wantedName(target, `/${parts[i].name}`, parts[i].name, positions[i]));
    const report = recoverFrom(stream, names, { environment: { DIRECT: 'Y' } });
    assert.ok(report.files.every(({ status }) => status === 0) && report.files.length === 201);
    assert.ok(report.pieces.length < 8, JSON.stringify(report.pieces));
    assert.ok(report.bytesRead < 1_000_000);
    assert.equal(fs.readFileSync(join(target, 'f199'), 'utf8'), 'content 199');
  });

  it('reads all, when a position is wrong or missing', () => {
    const parts: TarPart[] = [
      { name: 'a', data: 'a' },
      { name: 'b', data: 'b' },
      { name: 'c', data: 'c' },
    ];
    const stream = tarStream(...parts);
    const [first, second] = tarPositions(...parts);
    const environment = { DIRECT: 'y', NDMPWB_STREAM_BYTES: String(stream.length) };
    const wrong = [first, 512, 100_000, 7, 2 ** 52, undefined].map((at, i) =>
      wantedName(target, i === 0 ? '/a' : '/c', `${i}`, at),
    );
    for (const names of [wrong, [wrong[2]], [wrong[1], wantedName(target, '/b', 'b', second)]]) {
      const report = recoverFrom(stream, names, { environment });
      assert.ok(
        report.files.every(({ status }) => status === 0),
        JSON.stringify(report),
      );
    }
    assert.equal(fs.readFileSync(join(target, '1'), 'utf8'), 'c');
    const nothing = recoverFrom(stream, [wantedName(target, '/x', 'x', first)], { environment });
    assert.equal(nothing.files[0].status, RecoveryStatus.NOT_FOUND);
  });

  it('never mistakes one file for another: without its number or links a position alone does not do', () => {
    const other: TarPart = { name: 'other', data: 'other', pax: { 'SCHILY.ino': '5', 'SCHILY.nlink': '2' } };
    const stream = tarStream(other);
    const name = wantedName(target, '/mine', 'mine', 0);
    const environment = { DIRECT: 'y' };
    const statusOf = (node: bigint) => recoverFrom(stream, [{ ...name, node }], { environment }).files[0].status;
    assert.equal(statusOf(6n), RecoveryStatus.NOT_FOUND);
    assert.equal(statusOf(5n), 0, 'another name of the same file');
    assert.equal(fs.readFileSync(join(target, 'mine'), 'utf8'), 'other');
  });

  it('ends when the stream does', () => {
    const stream = tarStream({ name: 'd/', type: '5' }, { name: 'd/a', data: 'x'.repeat(5000) });
    for (const cutAt of [0, 100, 512, 1500, 3000]) {
      const report = recoverFrom(stream, [wantedName(target, '/d', 'd', 0)], { environment: { DIRECT: 'y' }, cutAt });
      assert.deepEqual(report.files, [{ name: '/d', status: RecoveryStatus.IO_ERROR }], String(cutAt));
    }
  });
});

/** A stream with zeros in the middle, that is not in memory. */
function giant(before: Buffer, zeros: number, after: Buffer): PiecedStream {
  const length = before.length + zeros + after.length;
  const byteAt = (at: number) =>
    at < before.length ? before[at] : at < before.length + zeros ? 0 : after[at - before.length - zeros];
  return { length, slice: (from, to) => Uint8Array.from({ length: to - from }, (_, i) => byteAt(from + i)) };
}
