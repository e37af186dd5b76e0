import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { openCapture, openCaptureSync, openShared, openStream } from '../../../src/indexing';
import type { CaptureSession } from '../../../src/session/capture';
import { PcapngBlocks, START, pcap } from '../../support/captureFiles';
import { rowsOf } from '../../support/indexed';
import { NDMP_STEPS, packetsOf, plainPackets } from '../../support/tlsCaptures';
import { recordTls } from '../../support/tlsTalks';
import type { TlsTalk } from '../../support/tlsTalks';
import { Scratch, buildWorker } from '../support';

/** Messages without what TLS changes: packets and times. */
function messagesOf(session: CaptureSession) {
  return rowsOf(session).map(({ frame: _frame, time: _time, latency: _latency, ...rest }, row) => ({
    ...rest,
    payload: Buffer.from(session.record(row).payload).toString('hex'),
    missing: session.record(row).missing,
  }));
}

describe('captures with TLS', function () {
  this.timeout(60_000);
  const scratch = new Scratch();
  let talk: TlsTalk;
  let expected: ReturnType<typeof messagesOf>;
  before(async () => {
    buildWorker();
    scratch.use();
    talk = await recordTls(NDMP_STEPS);
    const plain = openCaptureSync(scratch.write(pcap(plainPackets(NDMP_STEPS).packets)));
    expected = messagesOf(plain);
    plain.close();
    assert.equal(expected.length, 11);
  });
  after(() => scratch.remove());

  const capture = (): string => scratch.write(pcap(packetsOf(talk).packets));
  const keyLog = (text = talk.keyLog): string => scratch.write(Buffer.from(text), '.keys');

  it('are read with a key log as without TLS', () => {
    const session = openCaptureSync(capture(), { tlsKeyLog: keyLog() });
    assert.deepEqual(messagesOf(session), expected);
    const [tls] = session.info.tls;
    assert.equal(session.info.tls.length, 1);
    assert.deepEqual([tls.version, tls.suite, tls.state, tls.connection], ['TLS 1.3', talk.suite, 'read', 0]);
    session.close();
    assert.deepEqual(scratch.entries(), []);
  });

  it('are read in the worker, and by a further thread', async () => {
    const session = await openCapture(capture(), { tlsKeyLog: keyLog() });
    await session.done;
    assert.deepEqual(messagesOf(session), expected);
    assert.deepEqual(messagesOf(openShared(session.share())), expected);
    session.close();
    assert.deepEqual(scratch.entries(), []);
  });

  it('are read out of a pipe', async () => {
    const bytes = pcap(packetsOf(talk, 100).packets);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 997) }, (_, i) =>
      bytes.subarray(997 * i, 997 * i + 997),
    );
    const session = await openStream(Readable.from(chunks), { tlsKeyLog: keyLog() });
    assert.deepEqual(messagesOf(session), expected);
    session.close();
    assert.deepEqual(scratch.entries(), []);
  });

  /** A pcapng file with the key log before its packet number `at`. */
  function withSecrets(at: number, little = true): string {
    const blocks = new PcapngBlocks(little);
    const written = packetsOf(talk).packets.map((packet, i) => blocks.packet(packet, BigInt(START + i) * 1_000_000n));
    written.splice(at, 0, blocks.secrets(Buffer.from(talk.keyLog)));
    return scratch.write(Buffer.concat([blocks.section(), blocks.interface(), ...written]), '.pcapng');
  }

  it('are read by keys that the capture holds', () => {
    for (const little of [true, false]) {
      const session = openCaptureSync(withSecrets(0, little));
      assert.deepEqual(messagesOf(session), expected);
      session.close();
    }
  });

  it('are read by keys that come behind what they open', () => {
    const session = openCaptureSync(withSecrets(packetsOf(talk).packets.length - 2));
    assert.deepEqual(messagesOf(session), expected);
    session.close();
  });

  it('are read while capture and key log grow', async () => {
    const bytes = pcap(packetsOf(talk).packets);
    const path = scratch.write(bytes.subarray(0, bytes.length - 3000));
    const keys = keyLog('');
    const whole = new AbortController();
    let isFollowing = (): void => undefined;
    const following = new Promise<void>((resolve) => (isFollowing = resolve));
    const session = await openCapture(path, {
      tlsKeyLog: keys,
      follow: whole.signal,
      onProgress: ({ phase }) => phase === 'following' && isFollowing(),
    });
    await following;
    appendFileSync(keys, talk.keyLog);
    appendFileSync(path, bytes.subarray(bytes.length - 3000));
    whole.abort();
    await session.done;
    assert.deepEqual(messagesOf(session), expected);
    session.close();
  });

  it('tell what is missing where they cannot be read', () => {
    const path = capture();
    const stateOf = (tlsKeyLog?: string): unknown => {
      const session = openCaptureSync(path, { tlsKeyLog });
      const found = [session.index.count, session.info.tlsConnections, ...session.info.tls.map(({ state }) => state)];
      session.close();
      return found;
    };
    assert.deepEqual(stateOf(), [0, 1, 'no keys']);
    assert.deepEqual(stateOf(keyLog('no key log at all')), [0, 1, 'no keys']);
    assert.throws(() => stateOf(`${path}.none`), /\.none cannot be opened: there is no such file/);
  });

  it('have messages behind lost packets', () => {
    const packets = packetsOf(talk).packets;
    const lost = packets.filter((_, at) => at < 18 || at > 21);
    const session = openCaptureSync(scratch.write(pcap(lost)), { tlsKeyLog: keyLog() });
    const found = messagesOf(session);
    const intact = found.filter(({ missing, problems }) => missing.length === 0 && problems.length === 0);
    for (const { payload } of intact) assert.ok(expected.some((each) => each.payload === payload));
    assert.ok(intact.length >= 8, `${intact.length} of 11`);
    assert.ok(found.length > intact.length, 'what is damaged is shown as such');
    session.close();
  });
});
