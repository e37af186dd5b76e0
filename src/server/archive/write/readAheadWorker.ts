import fs from 'node:fs';
import { workerData } from 'node:worker_threads';
import { openQuietly, READ_FILE } from '../walk/openDirectory';
import { BATCHES, MAX_FILE, SharedBatches, State } from './readAheadBatch';
import { mayBeSparse } from './sparseMap';

const BIG = { bigint: true } as const;

/** Reads small files ahead of the thread that writes them into a stream. Whatever is not plain is left to that thread. */
function readBatch(batches: SharedBatches, batch: number): void {
  const data = batches.data(batch);
  let used = 0;
  batches.paths(batch).forEach((path, i) => {
    let file = -1;
    try {
      file = openQuietly(path, READ_FILE);
      const stat = fs.fstatSync(file, BIG);
      const size = Number(stat.size);
      if (stat.isFile() && size <= MAX_FILE && size < data.length - used && !mayBeSparse(stat)) {
        const isWhole = size === 0 || fs.readSync(file, data, used, size + 1, 0) === size;
        batches.putResult(batch, i, isWhole ? stat : undefined, used, size);
        used += size;
      } else {
        batches.putResult(batch, i, undefined, 0, 0);
      }
    } catch {
      batches.putResult(batch, i, undefined, 0, 0); // the writer meets the same error and reports it
    } finally {
      if (file >= 0) fs.closeSync(file);
    }
  });
}

const batches = new SharedBatches(workerData as SharedArrayBuffer);
for (let sequence = 0; ; sequence = (sequence + 1) | 0) {
  batches.awaitBatch(sequence);
  const batch = (sequence >>> 0) % BATCHES;
  if (!batches.change(batch, State.WAITING, State.TAKEN)) continue; // the writer was faster
  readBatch(batches, batch);
  batches.change(batch, State.TAKEN, State.DONE);
}
