import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, constants } from 'node:zlib';
import { parse } from 'pcap-parser';
import { parsePcapHeader } from '../../src/capture/pcap';
import { scanAll } from '../capture/support';
import { CAPTURE_FOLDERS, capturesIn } from '../support/captures';

interface PacketFacts {
  seconds: number;
  fraction: number;
  captured: number;
  wire: number;
}

/** What pcap-parser says of a classic capture. It knows no nanosecond files: their magic is turned for it. */
async function secondOpinion(bytes: Buffer): Promise<PacketFacts[]> {
  const facts: PacketFacts[] = [];
  const turned = Buffer.from(bytes);
  if (turned.readUInt32LE(0) === 0xa1b23c4d) turned.writeUInt32LE(0xa1b2c3d4, 0);
  if (turned.readUInt32BE(0) === 0xa1b23c4d) turned.writeUInt32BE(0xa1b2c3d4, 0);
  const parser = parse(Readable.from([turned], { objectMode: false }));
  parser.on('packet', ({ header, data }) => {
    assert.equal(data.length, header.capturedLength);
    const { timestampSeconds: seconds, timestampMicroseconds: fraction, originalLength: wire } = header;
    facts.push({ seconds, fraction, captured: data.length, wire });
  });
  await new Promise((resolve, reject) => {
    parser.on('end', resolve);
    parser.on('error', reject);
  });
  return facts;
}

describe('pcap-parser as a second opinion', () => {
  const captures = CAPTURE_FOLDERS.slice(0, 1)
    .flatMap(capturesIn)
    .map((path) => ({ path, bytes: unpacked(path) }))
    .filter(({ bytes }) => parsePcapHeader(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0));

  it('there are captures to ask it about', () => assert.ok(captures.length > 50));

  for (const { path, bytes } of captures) {
    it(`${basename(path)}: the same packets, times and lengths`, async () => {
      const ours = scanAll(bytes).packets.map(({ seconds, nanos, digits, bytes: data, wireLength }) => ({
        seconds,
        fraction: digits === 9 ? nanos : nanos / 1000,
        captured: data.length,
        wire: wireLength,
      }));
      assert.deepEqual(ours, await secondOpinion(bytes));
    });
  }
});

function unpacked(path: string): Buffer {
  const bytes = readFileSync(path);
  return path.endsWith('.gz') ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes;
}
