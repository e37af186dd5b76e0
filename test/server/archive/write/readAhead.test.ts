import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join, resolve } from 'node:path';
import { startBackup } from '../../../../src/server/archive/backup';
import { backupOrder, extractWithTar, removeFolder, runBackup, temporaryFolder } from '../../../support/backups';
import { describeWithPeer } from '../../../support/peers';
import { compareTrees, makeTree, pseudoRandomBytes } from '../../../support/trees';

const PROGRAM = resolve(__dirname, '../../../../dist/readAheadWorker.js');
const FILES = 3000;

describe('server: backup of many small files', function () {
  this.timeout(60_000);
  let folder: string;
  let tree: string;
  before(function () {
    if (!fs.existsSync(PROGRAM)) this.skip(); // npm run build makes it
    folder = temporaryFolder();
    tree = join(folder, 'tree');
    makeTree(tree);
    for (let i = 0; i < FILES; i++) {
      const directory = join(tree, `many ${i % 7}`, `of ${i % 61}`);
      fs.mkdirSync(directory, { recursive: true });
      fs.writeFileSync(join(directory, `file ${i}`), pseudoRandomBytes((i * 131) % 9000, i));
      if (i % 50 === 0) fs.linkSync(join(directory, `file ${i}`), join(tree, `link ${i}`));
      if (i % 70 === 0) fs.writeFileSync(join(directory, `larger ${i}`), pseudoRandomBytes(30_000 + i * 30, i));
    }
    runBackup(backupOrder(tree)); // directories have been read now, as their access times tell
  });
  after(() => folder && removeFolder(folder));

  /** With a pause after each piece, so that threads can begin. */
  const slowly = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  it('gives the same stream every time, however much was read ahead', () => {
    const ahead = runBackup(backupOrder(tree, { history: 'path' }), slowly);
    const again = runBackup(backupOrder(tree, { history: 'path' }));
    assert.ok(ahead.stream.equals(again.stream));
    assert.deepEqual(ahead.posts, again.posts);
    assert.deepEqual(ahead.messages, again.messages);
    assert.equal(ahead.messages.length, 1);
  });

  describeWithPeer('tar', 'as GNU tar reads it', () => {
    it('is extracted to an equal tree', () => {
      extractWithTar(runBackup(backupOrder(tree), slowly).stream, join(folder, 'out'));
      const ignoreOwner = process.getuid?.() !== 0;
      assert.deepEqual(compareTrees(tree, join(folder, 'out'), { ignoreOwner }), []);
    });
  });

  it('reports what vanishes and changes after it was read ahead, and stays whole', () => {
    let pieces = 0;
    const victim = join(tree, 'many 6', 'of 6');
    const { stream, messages } = runBackup(backupOrder(tree), () => {
      slowly();
      if (++pieces === 3) fs.rmSync(victim, { recursive: true });
    });
    assert.equal(stream.length % 10240, 0);
    const told = messages.filter(({ type }) => type === 'warning');
    assert.ok(
      told.every(({ text }) => text.includes('/many 6/of 6')),
      JSON.stringify(told),
    );
  });

  it('backups at the same time have no more threads than one', function () {
    if (!fs.existsSync('/proc/self/task')) this.skip();
    const threads = () => fs.readdirSync('/proc/self/task').length;
    const before = threads();
    const runs = Array.from({ length: 8 }, () => startBackup(backupOrder(tree)));
    try {
      for (const run of runs) for (let step = 0; step < 20; step++) run.next(64 * 1024);
      assert.ok(threads() <= before + 3, `${threads() - before} threads`);
    } finally {
      for (const run of runs) run.close();
    }
  });

  it('ends its threads and closes everything when it is given up', () => {
    const open = () => (fs.existsSync('/proc/self/fd') ? fs.readdirSync('/proc/self/fd').length : 0);
    const before = open();
    for (let i = 0; i < 5; i++) {
      const run = startBackup(backupOrder(tree));
      for (let step = 0; step < 4; step++) run.next(64 * 1024);
      run.close();
      run.close();
    }
    assert.ok(open() <= before + 5 * 8, 'threads that end may still hold a few handles');
  });
});
