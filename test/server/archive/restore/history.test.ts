import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import type { HistoryStyle } from '../../../../src/server/archive/model';
import {
  backupOrder,
  decodePosts,
  directoriesOf,
  filesOf,
  nameOf,
  nodesOf,
  removeFolder,
  runBackup,
  temporaryFolder,
} from '../../../support/backups';
import { recoverFrom, wantedName } from '../../../support/recovery';
import { tarStream } from '../../../support/tarStream';
import { makeTree } from '../../../support/trees';

describe('server: archive: file history out of a backup', () => {
  let folder: string;

  before(() => {
    folder = temporaryFolder();
    makeTree(join(folder, 'source'));
  });
  after(() => removeFolder(folder));

  const backupOf = (history: HistoryStyle) => runBackup(backupOrder(join(folder, 'source'), { history }));
  const historyOf = (stream: Uint8Array, history: HistoryStyle, path = '') => {
    const report = recoverFrom(stream, [wantedName('', path)], { operation: 'recover-history', history });
    assert.deepEqual(report.files, [{ name: path, status: 0 }]);
    return decodePosts(report.posts, 4);
  };
  const sorted = <T>(entries: T[], key: (entry: T) => string): T[] =>
    [...entries].sort((a, b) => (key(a) < key(b) ? -1 : 1));

  /** A stream does not tell sizes and links of directories. */
  const known = <T extends { stats: readonly { ftype: number }[] }>(entry: T): T => ({
    ...entry,
    stats: entry.stats.map((stat) => (stat.ftype === 0 ? { ...stat, size: 0n, links: 0 } : stat)),
  });

  it('by path it is what the backup told', () => {
    const { stream, posts } = backupOf('path');
    const told = sorted(filesOf(posts), nameOf);
    const again = sorted(filesOf(historyOf(stream, 'path')), nameOf);
    assert.deepEqual(again.map(known), told.map(known));
  });

  it('by node it is what the backup told, names before nodes', () => {
    const { stream, posts } = backupOf('node');
    const again = historyOf(stream, 'node');
    const link = (entry: ReturnType<typeof directoriesOf>[number]) => `${entry.parent} ${nameOf(entry)} ${entry.node}`;
    assert.deepEqual(directoriesOf(again).map(link).sort(), directoriesOf(posts).map(link).sort());
    const byNode = (entry: { node: bigint }) => String(entry.node);
    assert.deepEqual(sorted(nodesOf(again), byNode).map(known), sorted(nodesOf(posts), byNode).map(known));
    assert.equal(nameOf(directoriesOf(again)[0]), '.');
    assert.equal(nameOf(directoriesOf(again)[1]), '..');
  });

  it('of a part, when the list says so', () => {
    const { stream } = backupOf('path');
    const names = filesOf(historyOf(stream, 'path', '/dir/inner')).map(nameOf);
    assert.ok(names.includes('/dir/inner/deep/file') && names.every((name) => name.startsWith('/dir/inner')));
  });

  it('of streams of other programs: numbers are made up, and each path has its own', () => {
    const stream = tarStream(
      { name: 'a/', type: '5' },
      { name: 'a/f', data: 'x' },
      { name: 'a/l', type: '1', link: 'a/f' },
    );
    const posts = historyOf(stream, 'node');
    const names = directoriesOf(posts).map((entry) => [nameOf(entry), entry.node, entry.parent] as const);
    const nodeOf = (name: string) => names.find((entry) => entry[0] === name)?.[1];
    assert.equal(nodeOf('l'), nodeOf('f'));
    assert.equal(names.find(([name]) => name === 'f')?.[2], nodeOf('a'));
    assert.equal(nodesOf(posts).length, 2);
  });

  it('writes nothing, and says what is not there', () => {
    const { stream } = backupOf('none');
    const target = fs.mkdtempSync(join(folder, 'target-'));
    const report = recoverFrom(stream, [wantedName(target, '/nothing')], {
      operation: 'recover-history',
      history: 'path',
    });
    assert.deepEqual([report.files, report.posts], [[{ name: '/nothing', status: 2 }], []]);
    const cut = recoverFrom(stream, [wantedName(target)], {
      operation: 'recover-history',
      history: 'path',
      cutAt: 5000,
    });
    assert.equal(cut.files[0].status, 5);
    assert.deepEqual(fs.readdirSync(target), []);
  });
});
