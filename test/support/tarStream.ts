import { decodeByteString, encodeByteString } from '../../src/xdr';

/** An entry for {@link tarStream}, made byte by byte, so that it can be one that no program writes. */
export interface TarPart {
  name: string;
  /** typeflag; '0' by default. */
  type?: string;
  data?: Uint8Array | string;
  /** Said in the header instead of the length of the data. */
  size?: number;
  link?: string;
  mode?: number;
  uid?: number;
  gid?: number;
  mtime?: number;
  major?: number;
  minor?: number;
  /** Records of an extended header before it. */
  pax?: Record<string, string | Uint8Array>;
  /** The checksum is wrong. */
  broken?: boolean;
  /** Magic and what follows; POSIX by default, '' for the old format. */
  magic?: string;
}

const BLOCK = 512;

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? encodeByteString(data) : data;
}

/** A header block. Numbers beyond what octal digits hold are written in base 256. */
export function tarHeader(part: TarPart): Buffer {
  const block = Buffer.alloc(BLOCK);
  const put = (text: string, at: number, length: number) => block.set(encodeByteString(text).subarray(0, length), at);
  const number = (value: number, at: number, length: number) => {
    const digits = value.toString(8).padStart(length - 1, '0');
    if (value >= 0 && digits.length < length) return put(digits, at, length);
    let rest = BigInt(value);
    for (let i = at + length - 1; i > at; i--, rest >>= 8n) block[i] = Number(rest & 0xffn);
    block[at] = value < 0 ? 0xff : 0x80;
  };
  put(part.name, 0, 100);
  number(part.mode ?? 0o644, 100, 8);
  number(part.uid ?? 0, 108, 8);
  number(part.gid ?? 0, 116, 8);
  number(part.size ?? bytesOf(part.data ?? '').length, 124, 12);
  number(part.mtime ?? 1_000_000_000, 136, 12);
  block[156] = (part.type ?? '0').charCodeAt(0);
  put(part.link ?? '', 157, 100);
  put(part.magic ?? 'ustar\x0000', 257, 8);
  number(part.major ?? 0, 329, 8);
  number(part.minor ?? 0, 337, 8);
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0) + (part.broken ? 1 : 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8);
  return block;
}

/** Records of an extended header. */
export function paxRecords(records: Record<string, string | Uint8Array>): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.concat([encodeByteString(` ${key}=`), bytesOf(value), Buffer.from('\n')]);
    let length = rest.length;
    while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
    return Buffer.concat([Buffer.from(String(length)), rest]);
  });
  return Buffer.concat(lines);
}

/** The entry's blocks: extended header, header, data. */
export function tarEntry(part: TarPart): Buffer {
  const blocks: Buffer[] = [];
  if (part.pax) blocks.push(tarEntry({ name: 'pax', type: 'x', data: paxRecords(part.pax) }));
  blocks.push(tarHeader(part), padded(bytesOf(part.data ?? '')));
  return Buffer.concat(blocks);
}

/** Entries and the mark of the end. */
export function tarStream(...parts: TarPart[]): Buffer {
  return Buffer.concat([...parts.map(tarEntry), Buffer.alloc(2 * BLOCK)]);
}

/** Where each entry of {@link tarStream} begins. */
export function tarPositions(...parts: TarPart[]): number[] {
  let at = 0;
  return parts.map((part) => {
    const begin = at;
    at += tarEntry(part).length;
    return begin;
  });
}

/** A name of raw bytes. */
export function nameOfBytes(...bytes: number[]): string {
  return decodeByteString(Uint8Array.from(bytes));
}
