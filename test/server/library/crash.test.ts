import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openLibrary } from '../../../src/server/library/open';
import { TestLibrary } from '../../support/changer';

describe('tape library: killed at any moment', () => {
  it('has done what it answered, and every cartridge is in one place', async function () {
    this.timeout(60_000);
    const test = await TestLibrary.make({
      slots: 6,
      cartridges: [{ barcodes: ['A1', 'A2', 'A3', 'A4'], capacity: 100_000 }],
    });
    try {
      for (const milliseconds of [3, 11, 40, 90]) {
        const before = placesOf(test);
        await test.library.close();
        const moves = await killedAfter(test.folder, milliseconds);
        test.library = await openLibrary(test.folder, { log: test.log });
        for (const [from, to] of moves) {
          const tag = before.get(from);
          assert.ok(tag !== undefined && !before.has(to), `${from} to ${to}`);
          before.delete(from);
          before.set(to, tag);
        }
        const after = placesOf(test);
        const differing = [...after].filter(([element, tag]) => before.get(element) !== tag);
        assert.ok(differing.length <= 1, 'at most one move that was not answered any more');
        assert.deepEqual([...after.values()].sort(), ['A1', 'A2', 'A3', 'A4']);
        for (const { drive, element } of test.library.drives)
          assert.equal(drive.cartridge?.barcode, after.get(element), 'drives hold what the record says');
      }
    } finally {
      await test.remove();
    }
  });
});

function placesOf({ library }: TestLibrary): Map<number, string> {
  return new Map(
    library.inventory().flatMap(({ element, cartridge }) => (cartridge ? [[element, cartridge.barcode] as const] : [])),
  );
}

/** Runs moves in a process that is killed so long after its first one; the moves that it told of. */
async function killedAfter(folder: string, milliseconds: number): Promise<[from: number, to: number][]> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/support/libraryMover.ts', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  const gone = once(child, 'close');
  child.stdout.on('data', (piece: Buffer) => {
    if (text === '') setTimeout(() => child.kill('SIGKILL'), milliseconds);
    text += piece.toString();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await gone;
  clearTimeout(timer);
  const lines = text.split('\n').slice(0, -1);
  assert.ok(lines.length > 0, 'it moved something');
  return lines.map((line) => line.split(' ').map(Number) as [number, number]);
}
