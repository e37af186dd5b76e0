import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { parse } from 'pcap-parser';
import { MemorySource } from '../../src/capture/byteSource';
import { CaptureReading, createScanner, detectFormat, firstRecordOffset } from '../../src/capture/readCapture';
import { CAPTURE_FOLDERS, capturesIn } from '../support/captures';

/** A packet as both readers tell it: time, length on the wire, captured bytes. */
type PacketLine = [seconds: number, fraction: number, wireLength: number, bytes: string];

function ourPackets(file: Uint8Array): PacketLine[] {
  const source = new MemorySource(file);
  const state = detectFormat(source);
  assert.ok(state);
  const packets: PacketLine[] = [];
  const reading = new CaptureReading(
    source,
    createScanner(state),
    {
      onPacket({ seconds, nanos, digits, wireLength, start, end }, { bytes }) {
        const hex = Buffer.from(bytes.subarray(start, end)).toString('hex');
        packets.push([seconds, nanos / 10 ** (9 - digits), wireLength, hex]);
      },
      onDamage() {},
    },
    firstRecordOffset(state),
    512, // blocks so small that most packets lie across two
  );
  while (reading.step());
  return packets;
}

function theirPackets(file: Uint8Array): Promise<PacketLine[]> {
  const packets: PacketLine[] = [];
  return new Promise((done, fail) => {
    parse(Readable.from([file]))
      .on('packet', ({ header, data }) => {
        const { timestampSeconds, timestampMicroseconds, originalLength } = header;
        packets.push([timestampSeconds, timestampMicroseconds, originalLength, data.toString('hex')]);
      })
      .on('error', fail)
      .on('end', () => done(packets));
  });
}

/** Whether pcap-parser can read it: classic pcap with a clock of microseconds, in either byte order. */
function isTheirs(file: Buffer): boolean {
  return [0xa1b2c3d4, 0xd4c3b2a1].includes(file.readUInt32BE(0));
}

describe('peer: pcap-parser reads the same packets', () => {
  for (const path of CAPTURE_FOLDERS.slice(0, 1).flatMap(capturesIn)) {
    const packed = readFileSync(path);
    const file = path.endsWith('.gz') ? gunzipSync(packed) : packed;
    if (file.length < 24 || !isTheirs(file)) continue;
    it(basename(path), async () => assert.deepEqual(ourPackets(file), await theirPackets(file)));
  }
});
