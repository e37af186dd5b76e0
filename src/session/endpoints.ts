import { formatIPv4, formatIPv6 } from '../capture/addresses';
import type { TcpSegment } from '../capture/tcpSegment';

const scratch = new DataView(new ArrayBuffer(16));

function addressText(family: number, w0: number, w1: number, w2: number, w3: number): string {
  if (family === 4) return formatIPv4(w3 >>> 0);
  scratch.setInt32(0, w0);
  scratch.setInt32(4, w1);
  scratch.setInt32(8, w2);
  scratch.setInt32(12, w3);
  return formatIPv6(scratch, 0);
}

/** Addresses of a segment's sender and receiver as text. */
export function sourceAndDestination(segment: TcpSegment): [source: string, destination: string] {
  const { family, s0, s1, s2, s3, d0, d1, d2, d3 } = segment;
  return [addressText(family, s0, s1, s2, s3), addressText(family, d0, d1, d2, d3)];
}
