import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FileEntry } from '../../../src/dma/catalog/model';
import {
  BadField,
  decodeHeader,
  decodeLabel,
  decodeRecord,
  decodeTrailer,
  decodeTree,
  encodeHeader,
  encodeRecords,
  encodeTrailer,
  encodeTree,
  packEntries,
  LEAST_RECORD_SIZE,
  type PartHeader,
  type PartTrailer,
} from '../../../src/dma/media/layout';

const uuid = fc.uuid();
/** Any UTF-16, lone surrogates among it, as byte strings are. */
const text = fc.string({ unit: 'binary', maxLength: 80 }).map((each) => `${each}\udcff`);
const wide = fc.bigInt({ min: 0n, max: 0xffffffffffffffffn });
const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
const maybe = <T>(each: fc.Arbitrary<T>) => fc.option(each, { nil: undefined });
/** Objects as JSON gives them. */
const plain = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(fields, { noNullPrototype: true });
const header: fc.Arbitrary<PartHeader> = plain({
  label: uuid,
  set: uuid,
  part: fc.nat(),
  copy: fc.nat(),
  offset: wide,
  recordSize: fc.integer({ min: 1, max: 16 * 1024 * 1024 }),
  job: text,
  serverIdentity: text,
  server: text,
  path: text,
  type: text,
  level: fc.nat(9),
  base: maybe(uuid),
  started: time,
  written: time,
  expires: maybe(time),
  topology: text,
});
const trailer: fc.Arbitrary<PartTrailer> = plain({
  set: uuid,
  part: fc.nat(),
  copy: fc.nat(),
  state: fc.constantFrom('complete', 'continues', 'partial'),
  bytes: wide,
  ended: maybe(time),
  totalBytes: maybe(wide),
  files: fc.nat(),
  digest: maybe(text),
  environment: fc.array(plain({ name: text, value: text }), { maxLength: 20 }),
  tree: fc.boolean(),
  message: text,
});
const size = fc.integer({ min: LEAST_RECORD_SIZE, max: 8192 });

/** The payloads of records, checked to follow one another. */
function payloadOf(records: readonly Uint8Array[], recordSize: number): Buffer {
  const decoded = records.map((record) => {
    assert.equal(record.length, recordSize);
    const found = decodeRecord(record);
    assert.ok(found.kind === 'record');
    return found.record;
  });
  decoded.forEach(({ index, isLast }, n) => assert.deepEqual([index, isLast], [n + 1, n === records.length - 1]));
  return Buffer.concat(decoded.map(({ payload }) => payload));
}

const word = fc.integer({ min: 0, max: 0xffffffff });
const entry: fc.Arbitrary<FileEntry> = fc
  .record({
    path: text.map((name) => `/${name}`),
    kind: fc.constantFrom<FileEntry['kind']>('directory', 'file', 'link', 'other'),
    size: wide,
    mtime: word,
    mode: word,
    owner: word,
    group: word,
    node: wide,
    position: maybe(wide),
    inSet: fc.boolean(),
  })
  .map((each) => ({ ...each, name: each.path.slice(each.path.lastIndexOf('/') + 1) }));

async function* batches<T>(all: readonly T[]): AsyncGenerator<T[]> {
  for (let at = 0; at < all.length; at += 7) {
    await Promise.resolve();
    yield all.slice(at, at + 7);
  }
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100) {
    await Promise.resolve();
    yield bytes.subarray(at, at + 100);
  }
}

describe('dma media: layout of tapes', () => {
  it('headers and trailers come back as they were, whatever is in them and however small the records', () => {
    fc.assert(
      fc.property(header, trailer, size, (head, tail, recordSize) => {
        const heads = encodeRecords('header', encodeHeader(head), recordSize);
        assert.deepEqual(decodeHeader(payloadOf(heads, recordSize)), head);
        const tails = encodeRecords('trailer', encodeTrailer(tail), recordSize);
        assert.deepEqual(decodeTrailer(payloadOf(tails, recordSize)), tail);
      }),
    );
  });

  it('file trees come back as they were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 60 }), size, fc.nat(1), async (entries, recordSize, level) => {
        const records: Uint8Array[] = [];
        for await (const record of encodeTree(
          packEntries(() => batches(entries), level),
          recordSize,
        ))
          records.push(record);
        const payload = payloadOf(records, recordSize);
        const found: FileEntry[] = [];
        for await (const piece of decodeTree(pieces(payload))) {
          assert.ok(piece.kind === 'entries');
          assert.equal(piece.style, level > 0 && entries.some(({ inSet }) => !inSet) ? 'nodes' : 'paths');
          found.push(...piece.entries);
        }
        assert.deepEqual(found, entries);
      }),
      { numRuns: 30 },
    );
  });

  it('what is damaged anywhere is told, and never taken for something else', () => {
    fc.assert(
      fc.property(header, fc.nat(), fc.integer({ min: 1, max: 255 }), (head, place, change) => {
        const [record] = encodeRecords('header', encodeHeader(head), 65_536);
        const length = Buffer.from(record).indexOf(0, 160);
        const at = place % Math.min(length, record.length);
        record[at] ^= change;
        const found = decodeRecord(record);
        if (found.kind !== 'record') return;
        assert.deepEqual(decodeHeader(found.record.payload), head);
      }),
    );
  });

  it('times and record sizes that cannot be are told', () => {
    const [head] = fc.sample(header, 1);
    for (const wrong of [
      { expires: 9e15 },
      { started: 9e15 },
      { written: 9e15 },
      { recordSize: 0 },
      { recordSize: 2 ** 31 },
    ])
      assert.throws(() => decodeHeader(encodeHeader({ ...head, ...wrong })), BadField, JSON.stringify(wrong));
  });

  it('any bytes are read without an exception other than one that says what is wrong', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        assert.equal(decodeRecord(bytes).kind, 'other');
        for (const decode of [decodeLabel, decodeHeader, decodeTrailer]) assert.throws(() => decode(bytes), BadField);
      }),
    );
    fc.assert(
      fc.property(fc.json(), (json) => {
        for (const decode of [decodeLabel, decodeHeader, decodeTrailer])
          assert.throws(() => decode(Buffer.from(json)), BadField);
      }),
    );
  });
});
