import assert from 'node:assert/strict';
import { openCaptureSync } from '../../src/indexing/openCaptureSync';
import { CaptureError } from '../../src/indexing/captureError';
import { capturesIn, CAPTURE_FOLDERS } from '../support/captures';
import { errorName, messageName } from '../../src/protocol';
import { latencyText, timeText } from '../../src/session/messageTimes';
import type { CaptureSession } from '../../src/session/capture';

/** All pieces of an export as one array of bytes. */
export function joined(pieces: Iterable<Uint8Array>): Uint8Array {
  return Buffer.concat([...pieces]);
}

/** Every capture of the tests by name, each once: the full collection where it is there, else the fixtures. */
export function allCaptures(): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of CAPTURE_FOLDERS.flatMap(capturesIn)) {
    const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.gz$/, '');
    if (!found.has(name) && name !== SHUFFLED) found.set(name, path);
  }
  return found;
}

/** Runs `use` with the capture's session; captures in which nothing can be read are passed over. */
export function withSession(path: string, use: (session: CaptureSession) => void): void {
  let session: CaptureSession;
  try {
    session = openCaptureSync(path);
  } catch (error) {
    assert.ok(error instanceof CaptureError);
    return;
  }
  try {
    use(session);
  } finally {
    session.close();
  }
}

/** What must be equal of a message after it went through a capture that was made anew. */
export function kept({ index }: CaptureSession, row: number) {
  const pair = index.pair(row);
  const isReply = index.kind(row) === 'reply';
  return {
    time: timeText(index, row),
    connection: index.connection(row),
    fromServer: index.fromServer(row),
    kind: index.kind(row),
    version: index.version(row),
    message: messageName(index.code(row), index.version(row)),
    sequence: index.sequence(row),
    replySequence: index.replySequence(row),
    headerError: errorName(index.headerError(row)),
    bodyError: index.bodyError(row),
    // a reply that a shuffled capture has before its request is matched only when there are few packets between them
    pair: pair >= 0 && pair < row === isReply ? pair : -1,
    latency: latencyText(index, row),
    length: index.length(row),
    fragments: index.fragments(row),
  };
}

/** Its client's packets were joined and moved behind replies to them, so that pairs and versions hang on the packets. */
const SHUFFLED = 'edited-coalesced.pcap';

/** Fails at the first message that is another one. */
export function assertKept(actual: CaptureSession, expected: CaptureSession): void {
  const most = Math.min(actual.index.count, expected.index.count);
  for (let row = 0; row < most; row++) assert.deepEqual(kept(actual, row), kept(expected, row), `row ${row}`);
  assert.equal(actual.index.count, expected.index.count);
}
