import type { ByteSource } from '../capture/byteSource';

const KNOWN_STRANGERS: readonly { magic: readonly number[]; what: string; advice: string }[] = [
  { magic: [0x28, 0xb5, 0x2f, 0xfd], what: 'Zstandard data', advice: 'Unpack it first (zstd -d).' },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'xz data', advice: 'Unpack it first (xz -d).' },
  { magic: [0x50, 0x4b, 0x03, 0x04], what: 'a zip archive', advice: 'Unpack it first.' },
  { magic: [0x42, 0x5a, 0x68], what: 'bzip2 data', advice: 'Unpack it first (bunzip2).' },
  { magic: [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0], what: 'a snoop capture', advice: 'Convert it with editcap -F pcapng.' },
  { magic: [0x58, 0x43, 0x50, 0], what: 'a NetXRay capture', advice: 'Convert it with editcap -F pcapng.' },
  {
    magic: [0x54, 0x52, 0x53, 0x4e, 0x49, 0x46, 0x46],
    what: 'a Sniffer capture',
    advice: 'Convert it with editcap -F pcapng.',
  },
];

/** How captures begin: pcap in both byte orders with micro- and nanoseconds, and pcapng. */
const CAPTURE_MAGICS: readonly (readonly number[])[] = [
  [0xd4, 0xc3, 0xb2, 0xa1],
  [0xa1, 0xb2, 0xc3, 0xd4],
  [0x4d, 0x3c, 0xb2, 0xa1],
  [0xa1, 0xb2, 0x3c, 0x4d],
  [0x0a, 0x0d, 0x0d, 0x0a],
];

const TEXT_BYTES = 512;

/** Whether a file begins like text: no control characters but white space. */
export function isText(source: ByteSource): boolean {
  const bytes = new Uint8Array(TEXT_BYTES);
  const length = source.read(0, TEXT_BYTES, bytes);
  return length > 0 && bytes.subarray(0, length).every((byte) => byte >= 0x20 || (byte >= 9 && byte <= 13));
}

/**
 * Says in a sentence or two why a file is no capture that can be read.
 * @param broken what is wrong with the packed file that it was unpacked from
 */
export function notACapture(name: string, source: ByteSource, broken?: string): string {
  const head = new Uint8Array(16);
  const length = source.read(0, head.length, head);
  if (length === 0 && broken !== undefined) return `${name} cannot be unpacked. ${broken}`;
  if (length === 0) return `${name} is empty: there is nothing to read.`;
  const begins = (magic: readonly number[]): boolean => magic.every((byte, i) => head[i] === byte);
  if (source.size < 24 && CAPTURE_MAGICS.some(begins))
    return `${name} begins like a capture but ends inside the file header, after ${source.size} bytes: there is nothing to read.`;
  const stranger = KNOWN_STRANGERS.find(({ magic }) => begins(magic));
  if (stranger) return `${name} is ${stranger.what}, not a pcap or pcapng capture. ${stranger.advice}`;
  const noLog = isText(source) ? ' Nor is it an NDMP log of ONTAP or ndmjob that could be read as text.' : '';
  const hex = [...head.subarray(0, Math.min(8, length))].map((b) => b.toString(16).padStart(2, '0')).join(' ');
  return `${name} is not a pcap or pcapng capture: it begins with ${hex}.${noLog}`;
}
