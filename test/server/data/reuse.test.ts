import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startBackup } from '../../../src/server/archive/backup';
import { localPair } from '../../../src/server/dataConnection/local';
import { connectTcp, listenTcp } from '../../../src/server/dataConnection/tcp';
import { backupOrder, temporaryFolder } from '../../support/backups';
import { makeTree } from '../../support/trees';
import { fakeEngine } from './fakeArchive';

const PIECE = 64 * 1024;

/** The digest of a backup's stream; with `dirty` each piece's buffer comes back full of other bytes. */
function digest(directory: string, dirty: boolean): string {
  const run = startBackup(backupOrder(directory));
  const hash = createHash('sha256');
  for (let done = false; !done;) {
    const piece = run.next(PIECE);
    hash.update(piece.bytes);
    ({ done } = piece);
    if (dirty) run.reuse?.(new Uint8Array(piece.bytes.buffer).fill(0xaa).buffer as ArrayBuffer);
  }
  run.close();
  return hash.digest('hex');
}

describe('buffers of a backup', () => {
  it('come back and leave no trace in the stream', () => {
    const folder = temporaryFolder();
    try {
      makeTree(join(folder, 'tree'));
      digest(join(folder, 'tree'), false); // reading sets times of access
      assert.equal(digest(join(folder, 'tree'), true), digest(join(folder, 'tree'), false));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('are given back by a LOCAL connection when their last byte has been copied out', async () => {
    const [writer, reader] = localPair();
    let back = 0;
    for (let n = 0; n < 3; n++) await writer.write(new Uint8Array(100).fill(n), () => back++);
    const into = new Uint8Array(150);
    assert.equal(await reader.readInto(into), 150);
    assert.equal(back, 1);
    assert.deepEqual([into[99], into[100]], [0, 1]);
    await reader.read();
    assert.equal(back, 1, 'what a reader takes as it is stays his');
    await reader.read();
    writer.destroy();
  });

  it('are given back by a TCP connection when the system has them', async () => {
    const listener = await listenTcp({ address: '127.0.0.1', seconds: 5 });
    assert.ok(listener.address.kind === 'tcp');
    const writer = await connectTcp({ to: listener.address.addresses });
    const reader = await listener.accepted;
    await new Promise<void>((resolve) => void writer.write(new Uint8Array(1000), resolve));
    assert.equal((await reader.read())?.length, 1000);
    await Promise.all([writer.end(), reader.end()]);
  });

  it('go to the thread with the next order for a piece', async () => {
    const engine = fakeEngine();
    const job = engine.backup(backupOrder('/', { environment: { PIECES: '10' } }));
    for (let piece = await job.next(); !piece.done; piece = await job.next()) job.reuse(piece.bytes);
    await job.close();
    assert.ok(engine.backups[0].reused > 0);
    await engine.close();
  });
});
