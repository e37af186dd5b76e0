import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { summarize } from '../../src/analysis/summary';
import { CaptureError, openStream } from '../../src/indexing';
import { bodyToJson, decodeMessage, decodeTree, expandField } from '../../src/protocol';
import type { CaptureSession } from '../../src/session/capture';
import { assertSameRows, assertSound, tryIndex } from '../../test/support/indexed';
import { checkCommand } from './commands';
import type { Random } from './random';

/** Messages of an input that are decoded; those of a storm are alike. */
const MAX_DECODED = 1500;
/** Streams are slower: of larger inputs only the index is checked. */
const MAX_STREAMED = 300_000;

/** Does everything with a capture that the product does; throws when anything of it goes wrong. */
export async function checkInput(bytes: Buffer, random: Random): Promise<number> {
  const session = tryIndex(bytes);
  if (session !== undefined) {
    assertSound(session);
    decodeAll(session);
    for (const connection of session.index.connections.slice(0, 3)) {
      session.setVersion(connection.id, 2);
      session.setVersion(connection.id, undefined);
    }
  }
  if (bytes.length <= MAX_STREAMED) {
    await checkStream(bytes, random);
    if (random.chance(8)) await checkPacked(bytes, random);
    await checkCommand(bytes, random);
  }
  return session?.index.count ?? 0;
}

function decodeAll(session: CaptureSession): void {
  const { index } = session;
  for (let row = 0; row < Math.min(index.count, MAX_DECODED); row++) {
    const { payload } = session.record(row);
    const context = session.context(row);
    const { value } = decodeMessage(payload, context);
    bodyToJson(value, context);
    assert.ok(summarize(value, context).length <= 200);
    decodeTree(payload, context);
    expandField(payload, context, [1, 0], 0, 100);
  }
}

/** A stream in random chunks gives the rows and the damage of the file. */
async function checkStream(bytes: Buffer, random: Random): Promise<void> {
  const streamed = await open(bytes, random);
  if (streamed === undefined) return;
  try {
    const session = tryIndex(bytes);
    assert.ok(session, 'what opens as a stream opens as a file');
    assertSameRows(streamed, session);
    assert.deepEqual(streamed.index.damage, session.index.damage);
  } finally {
    streamed.close();
  }
}

/** Packed and then broken: it opens or is refused in words. */
async function checkPacked(bytes: Buffer, random: Random): Promise<void> {
  const packed = gzipSync(bytes);
  const at = 10 + random.below(packed.length - 10);
  packed[at] ^= 1 << random.below(8);
  const streamed = await open(random.chance(2) ? packed : packed.subarray(0, at), random);
  if (streamed === undefined) return;
  assertSound(streamed);
  streamed.close();
}

async function open(bytes: Buffer, random: Random): Promise<CaptureSession | undefined> {
  const most = random.pick([40, 1000, 70_000]);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = 1 + random.below(most);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  try {
    return await openStream(Readable.from(chunks));
  } catch (error) {
    if (error instanceof CaptureError) return undefined;
    throw error;
  }
}
