import assert from 'node:assert/strict';
import { MemorySource } from '../../src/capture/byteSource';
import { detectFormat } from '../../src/capture/readCapture';
import { SourceCapture } from '../../src/session/capture';
import type { CaptureSession } from '../../src/session/capture';
import { IndexPass } from '../../src/session/indexCapture';
import type { IndexOptions } from '../../src/session/indexer';
import type { MessageIndex } from '../../src/session/messageIndex';
import { latencyText, timeText } from '../../src/session/messageTimes';

/** Indexes a capture that is in memory; undefined when it is none. */
export function tryIndex(bytes: Uint8Array, options: IndexOptions = {}): CaptureSession | undefined {
  const source = new MemorySource(bytes);
  const state = detectFormat(source);
  if (state === undefined) return undefined;
  const pass = new IndexPass(source, state, options);
  while (pass.step());
  pass.finish();
  return new SourceCapture(pass.index, pass.info(bytes.length, false), source, state);
}

export function indexed(bytes: Uint8Array, options: IndexOptions = {}): CaptureSession {
  const session = tryIndex(bytes, options);
  assert.ok(session, 'the bytes are a capture');
  return session;
}

/** All that the index knows of a row. */
export function rowOf(index: MessageIndex, row: number) {
  return {
    frame: index.frame(row),
    time: timeText(index, row),
    connection: index.connection(row),
    fromServer: index.fromServer(row),
    kind: index.kind(row),
    version: index.version(row),
    code: index.code(row),
    sequence: index.sequence(row),
    replySequence: index.replySequence(row),
    headerError: index.headerError(row),
    bodyError: index.bodyError(row),
    pair: index.pair(row),
    latency: latencyText(index, row),
    length: index.length(row),
    fragments: index.fragments(row),
    problems: index.problems(row),
  };
}

export type Row = ReturnType<typeof rowOf>;

export function rowsOf({ index }: { index: MessageIndex }): Row[] {
  return Array.from({ length: index.count }, (_unused, row) => rowOf(index, row));
}

/** Sequence numbers of the rows, those of the server with a minus. */
export function sequencesOf({ index }: { index: MessageIndex }): number[] {
  return rowsOf({ index }).map(({ sequence, fromServer }) => (fromServer ? -sequence : sequence));
}

/** Two ways of reading the same capture gave the same; tells the first difference. */
export function assertSameRows(actual: { index: MessageIndex }, expected: { index: MessageIndex }): void {
  const most = Math.min(actual.index.count, expected.index.count);
  for (let row = 0; row < most; row++)
    assert.deepEqual(rowOf(actual.index, row), rowOf(expected.index, row), `row ${row}`);
  assert.equal(actual.index.count, expected.index.count);
}

/** Checks that hold for the index of any bytes whatever, and reads every message. */
export function assertSound(session: CaptureSession): void {
  const { index } = session;
  let lastFrame = 0;
  for (let row = 0; row < index.count; row++) {
    const connection = index.connections[index.connection(row)];
    assert.ok(connection, `row ${row} has a connection`);
    assert.ok(index.frame(row) >= lastFrame, `row ${row} is in the order of packets`);
    lastFrame = index.frame(row);
    const pair = index.pair(row);
    if (pair >= 0) {
      assert.equal(index.pair(pair), row, `row ${row} and its pair ${pair} name each other`);
      assert.notEqual(index.kind(pair), index.kind(row));
      assert.equal(index.code(pair), index.code(row));
    }
    assert.equal(index.hasProblem(row), index.problems(row).length > 0);
    assert.ok(index.length(row) >= 24, `row ${row} has a header`);
    const { payload, missing } = session.record(row);
    for (const hole of missing) {
      assert.ok(hole.offset >= 0 && hole.length > 0 && hole.offset + hole.length <= payload.length);
    }
    if (missing.length === 0) {
      const header = new DataView(payload.buffer, payload.byteOffset, 24);
      assert.equal(header.getUint32(0), index.sequence(row), `row ${row}: the bytes read are those that were indexed`);
      assert.equal(header.getUint32(12), index.code(row));
      assert.equal(payload.length, index.length(row));
    }
  }
  let counted = 0;
  for (const connection of index.connections) counted += connection.messages;
  assert.equal(counted, index.count);
  for (const damage of index.damage) assert.ok(damage.text.length > 10);
}
