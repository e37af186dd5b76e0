import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DriveState } from '../../../src/dma/media/model';
import { DriveBoard, type DriveLease } from '../../../src/dma/schedule/drives';

const drive = (device: string, unusable?: string): DriveState => ({
  server: 'tapes',
  device,
  element: undefined,
  loaded: undefined,
  affinity: undefined,
  unusable,
});
const never = new AbortController().signal;

describe('Drives shared by streams', () => {
  it('gives the best free one, and one that was given back to who waits longest', async () => {
    const board = new DriveBoard();
    const [a, b] = [drive('nst0'), drive('nst1')];
    const first = await board.lease([a, b], never);
    const second = await board.lease([a, b], never);
    assert.deepEqual([first.drive, second.drive], [a, b]);
    const order: string[] = [];
    const third = board.lease([b], never).then((lease) => order.push(`third ${lease.drive.device}`));
    const fourth = board.lease([a, b], never).then((lease) => order.push(`fourth ${lease.drive.device}`));
    first.release();
    await fourth;
    second.release();
    await third;
    assert.deepEqual(order, ['fourth nst0', 'third nst1']);
  });

  it('says why when there is none to wait for', async () => {
    await assert.rejects(new DriveBoard().lease([], never), /There is no drive/);
    await assert.rejects(
      new DriveBoard().lease([drive('nst0', 'it wants cleaning')], never),
      /nst0 of tapes: it wants/,
    );
  });

  it('who is aborted waits no more, and gets no drive later', async () => {
    const board = new DriveBoard();
    const lease = await board.lease([drive('nst0')], never);
    const abort = new AbortController();
    const waiting = board.lease([drive('nst0')], abort.signal);
    abort.abort();
    await assert.rejects(waiting, /aborted/);
    assert.equal(board.waiting, 0);
    lease.release();
    lease.release();
    assert.equal((await board.lease([drive('nst0')], never)).drive.device, 'nst0');
  });

  it('never gives a drive to two, and serves all', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1 }), { maxLength: 40 }),
        async (wishes) => {
          const board = new DriveBoard();
          const inUse = new Set<string>();
          const work = async (lease: DriveLease): Promise<void> => {
            assert.ok(!inUse.has(lease.drive.device));
            inUse.add(lease.drive.device);
            await new Promise((resolve) => setImmediate(resolve));
            inUse.delete(lease.drive.device);
            lease.release();
          };
          await Promise.all(
            wishes.map((numbers) =>
              board
                .lease(
                  numbers.map((n) => drive(`nst${n}`)),
                  never,
                )
                .then(work),
            ),
          );
          assert.equal(board.waiting, 0);
        },
      ),
      { numRuns: 50 },
    ));
});
