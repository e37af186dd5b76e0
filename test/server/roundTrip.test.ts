import assert from 'node:assert/strict';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TapeDrive } from '../../src/server/tape/drive';
import type { NdmpClient } from '../support/ndmpClient';
import { backUp, recover, type Sides } from '../support/testDma';
import { TestServer } from '../support/testServer';
import { compareTrees, makeTree, pseudoRandomBytes } from '../support/trees';

const MEBI = 2 ** 20;

/** Counts the bytes that are read from the tape in a drive from now on. */
function countReading(drive: TapeDrive): () => number {
  let bytes = 0;
  const open = drive.open.bind(drive);
  drive.open = async (mode) => {
    const tape = await open(mode);
    const read = tape.read.bind(tape);
    const readRecords = tape.readRecords.bind(tape);
    tape.read = async (into) => {
      const outcome = await read(into);
      if (outcome.kind === 'record') bytes += outcome.length;
      return outcome;
    };
    tape.readRecords = async (into, recordSize) => {
      const outcome = await readRecords(into, recordSize);
      bytes += outcome.lengths.reduce((sum, length) => sum + length, 0);
      return outcome;
    };
    return tape;
  };
  return () => bytes;
}

/** What happens to a tree between two levels: one of everything. */
function change(root: string, level: number): void {
  const at = (...names: string[]): string => join(root, ...names);
  mkdirSync(at(`new ${level}`, 'below'), { recursive: true });
  writeFileSync(at(`new ${level}`, 'below', 'file'), `added at ${level}`);
  writeFileSync(at('dir', 'size 512'), pseudoRandomBytes(600 + level, level));
  renameSync(at(level === 1 ? 'one byte' : `renamed ${level - 1}`), at(`renamed ${level}`));
  linkSync(at(`new ${level}`, 'below', 'file'), at(`hard link ${level}`));
  switch (level % 4) {
    case 1:
      return renameSync(at(`new ${level}`), at('dir', `moved ${level}`));
    case 2:
      return rmSync(at('dir', `moved ${level - 1}`), { recursive: true });
    case 3:
      // a directory in place of a file
      rmSync(at(`hard link ${level}`));
      return void mkdirSync(at(`hard link ${level}`));
    default:
      // and a file in place of a directory
      rmSync(at(`hard link ${level - 1}`), { recursive: true });
      return writeFileSync(at(`hard link ${level - 1}`), 'a file again');
  }
}

describe('server: what is backed up comes back', function () {
  this.timeout(120_000);
  let server: TestServer;
  let one: NdmpClient;
  let other: NdmpClient;
  const inExport = (...names: string[]): string => join(server.root, ...names);
  const local = (): Sides => ({ data: one, tape: one, device: 'nst0' });
  const threeWay = (): Sides => ({ data: one, tape: other, device: 'nst1' });

  beforeEach(async () => {
    server = await TestServer.start({ cartridges: [{ capacity: 2 ** 33 }, { capacity: 2 ** 33 }] });
    one = await server.connect(4);
    other = await server.connect(4);
  });
  afterEach(async () => {
    one.destroy();
    other.destroy();
    await server.stop();
  });

  for (const [title, sides] of [
    ['locally', local],
    ['three-way', threeWay],
  ] as const)
    for (const type of ['tar', 'dump'])
      it(`${type}, ${title}: a tree with one of everything`, async () => {
        makeTree(inExport('source'));
        const { environment } = await backUp(sides(), type, { FILESYSTEM: inExport('source'), HIST: 'y' });
        const result = await recover(sides(), type, environment, [{ path: '', destination: inExport('back') }]);
        assert.deepEqual(compareTrees(inExport('source'), inExport('back')), [], result.messages.join('\n'));
        assert.deepEqual([...result.files], [['', 0]]);
      });

  it('a sparse file over 4 GB', async () => {
    mkdirSync(inExport('source'));
    const file = inExport('source', 'sparse');
    writeFileSync(file, 'begin');
    truncateSync(file, 5 * 2 ** 30);
    const { environment, bytes } = await backUp(local(), 'tar', { FILESYSTEM: inExport('source') });
    assert.ok(bytes < MEBI, `${bytes} bytes of stream for a file that is a hole`);
    await recover(local(), 'tar', environment, [{ path: '', destination: inExport('back') }]);
    const back = statSync(inExport('back', 'sparse'));
    assert.equal(back.size, 5 * 2 ** 30);
    assert.ok(back.blocks * 512 < MEBI, 'it is sparse again');
  });

  it('a chain of ten levels with additions, changes, renames and deletions', async () => {
    const source = inExport('source');
    makeTree(source);
    // one tape is enough: each level is recovered before the next is written over it
    for (let level = 0; level <= 9; level++) {
      if (level > 0) change(source, level);
      const { environment, bytes } = await backUp(local(), 'dump', {
        FILESYSTEM: source,
        LEVEL: String(level),
        HIST: 'n',
      });
      if (level > 0) assert.ok(bytes < 2 * MEBI, `level ${level} has ${bytes} bytes`);
      const again = [...environment.filter(({ name }) => name !== 'EXTRACT'), { name: 'EXTRACT', value: 'n' }];
      await recover(local(), 'dump', again, [{ path: '', destination: inExport('back') }]);
      assert.deepEqual(compareTrees(source, inExport('back')), [], `after level ${level}`);
    }
  });

  describe('by direct access', () => {
    for (const [title, sides] of [
      ['locally', local],
      ['three-way', threeWay],
    ] as const)
      it(`${title}: one small file of 1 GB without reading 2 MB of the tape`, async () => {
        mkdirSync(inExport('source'));
        const piece = pseudoRandomBytes(64 * MEBI);
        for (let i = 0; i < 16; i++) writeFileSync(inExport('source', `big${i}`), piece);
        for (const name of ['aaa', 'big7small', 'zzz']) writeFileSync(inExport('source', name), `I am ${name}`);
        const variables = { FILESYSTEM: inExport('source'), HIST: 'f', DIRECT: 'y' };
        const { environment, bytes, positions } = await backUp(sides(), 'tar', variables);
        assert.ok(bytes > 1024n * BigInt(MEBI));
        const { device } = sides();
        const bytesRead = countReading(server.drives[Number(device.slice(3))]);
        const position = positions.get('/big7small');
        assert.ok(position !== undefined && position > 400n * BigInt(MEBI));
        const wanted = [{ path: '/big7small', destination: inExport('back', 'small'), position }];
        const result = await recover(sides(), 'tar', environment, wanted);
        assert.equal(readFileSync(inExport('back', 'small'), 'utf8'), 'I am big7small');
        assert.deepEqual([...result.files], [['/big7small', 0]]);
        assert.ok(bytesRead() > 0);
        assert.ok(bytesRead() < 2 * MEBI, `${bytesRead()} bytes were read from the tape`);
      });
  });
});
