import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { gunzipFile, isGzip, makeScratchFolder } from '../../src/indexing/unpack';
import { Scratch } from './support';

describe('unpacking', () => {
  const scratch = new Scratch();
  before(() => scratch.use());
  after(() => scratch.remove());

  let state = 1;
  const content = Buffer.from(
    Array.from({ length: 3_000_000 }, () => (state = Math.imul(state, 1_103_515_245) + 12_345) >>> 28),
  );
  const target = (): string => join(makeScratchFolder(), 'capture');

  it('goes where nobody else may read it', async function () {
    if (process.platform === 'win32') return;
    const file = target();
    await gunzipFile(scratch.write(gzipSync(content), '.gz'), file, Infinity, () => true);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(join(file, '..')).mode & 0o777, 0o700);
    assert.ok(readFileSync(file).equals(content));
  });

  it('tells how far it is, and stops when asked', async () => {
    const path = scratch.write(gzipSync(content), '.gz');
    const told: number[] = [];
    await gunzipFile(path, target(), Infinity, (packed) => told.push(packed) > 0);
    assert.equal(told.at(-1), statSync(path).size);
    await assert.rejects(
      gunzipFile(path, target(), Infinity, () => false),
      { name: 'AbortError' },
    );
  });

  it('of damaged data unpacks all that is before the damage', async () => {
    const packed = gzipSync(content);
    for (const at of [100_000, 1_000_000, packed.length - 5]) {
      const broken = Buffer.from(packed);
      broken.fill(0xff, at, at + 4);
      const file = target();
      const text = await gunzipFile(scratch.write(broken, '.gz'), file, Infinity, () => true);
      const unpacked = readFileSync(file);
      assert.match(text ?? '', /The gzip data is damaged after \d+ packed bytes/);
      const sound = Math.floor((at / packed.length) * content.length * 0.9);
      assert.ok(unpacked.length >= sound, `${unpacked.length} of at least ${sound} bytes`);
      assert.ok(unpacked.subarray(0, sound).equals(content.subarray(0, sound)));
    }
  });

  it('is told by the first two bytes', () => {
    assert.equal(isGzip(scratch.write(gzipSync(content))), true);
    assert.equal(isGzip(scratch.write(content)), false);
    assert.equal(isGzip(scratch.write(Buffer.of(0x1f))), false);
  });
});
