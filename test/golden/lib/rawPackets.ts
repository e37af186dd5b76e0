import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The packets of a little-endian classic pcap, cut out by their record headers: enough to see which ones were changed. */
export function rawPackets(path: string): Buffer[] {
  const bytes = path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path);
  const packets: Buffer[] = [];
  for (let at = 24; at + 16 <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 8);
    packets.push(bytes.subarray(at + 16, at + 16 + length));
    at += 16 + length;
  }
  return packets;
}

/** TCP payload of an Ethernet and IPv4 packet without tags. */
export function payloadOf(packet: Buffer): Buffer {
  const ip = packet.subarray(14);
  const tcp = ip.subarray((ip[0] & 15) * 4, ip.readUInt16BE(2));
  return tcp.subarray((tcp[12] >> 4) * 4);
}
