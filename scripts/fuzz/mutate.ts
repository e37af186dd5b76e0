import { cutUp, join } from './container';
import type { Parts } from './container';
import type { Random } from './random';

/** Numbers that lengths, counts and positions break on. */
const EDGES = [
  0, 1, 2, 3, 4, 7, 8, 15, 16, 19, 20, 23, 24, 27, 28, 31, 32, 40, 255, 256, 0x7fff, 0x8000, 0xffff, 0x10000, 0x40000,
  0xffffff, 0x1000000, 0x3ffffff, 0x4000000, 0x4000001, 0x7fffffff, 0x80000000, 0x80000001, 0x80000017, 0x80000018,
  0x8000001c, 0xfffffffc, 0xfffffffe, 0xffffffff,
];

/** Longest input; what grows beyond it is cut. */
const MAX_BYTES = 2 * 1024 * 1024;

type Change = (random: Random, parts: Parts, other: Parts) => void;

/** Changes to whole packets: their order, their number, where they come from. */
const PACKET_CHANGES: readonly Change[] = [
  (random, { items }) => items.splice(random.below(items.length), 1 + random.below(4)),
  (random, { items }) => items.splice(random.below(items.length), 0, random.pick(items)),
  (random, { items }) => {
    const at = random.below(items.length);
    items.splice(at, 8, ...items.slice(at, at + 8).reverse());
  },
  (random, { items }) => {
    const [moved] = items.splice(random.below(items.length), 1);
    items.splice(random.below(items.length + 1), 0, moved);
  },
  (random, { items }, other) => items.splice(random.below(items.length), 0, ...slice(random, other.items, 20)),
  (random, { items }) => {
    const storm = Array<Buffer>(50 + random.below(500)).fill(random.pick(items));
    items.splice(random.below(items.length), 0, ...storm);
  },
  (random, { items }) => items.splice(0, random.below(items.length)),
];

/** Changes within a packet record or block. */
const BYTE_CHANGES: readonly ((random: Random, item: Buffer, little: boolean) => Buffer)[] = [
  flipBits,
  overwriteWord,
  // a header word of the record or block itself
  (random, item, little) =>
    writeWord(item, 4 * random.below(Math.min(8, item.length >> 2)), random.pick(EDGES), little),
  // IP, TCP and record mark of a plain packet: where lengths, offsets, flags and sequence numbers are
  (random, item) => writeByte(item, 16 + 14 + random.below(44), random.below(256)),
  (random, item) => writeWord(item, 16 + 54 + 4 * random.below(8), random.pick(EDGES), false),
  (random, item) => item.subarray(0, random.below(item.length)),
  (random, item) => {
    const at = random.below(item.length);
    return Buffer.concat([item.subarray(0, at), randomBytes(random, 1 + random.below(64)), item.subarray(at)]);
  },
];

/** A broken relative of `bytes`, with parts of `other` perhaps. */
export function mutate(random: Random, bytes: Buffer, other: Buffer): Buffer {
  const parts = random.chance(4) ? undefined : cutUp(bytes);
  let result = parts === undefined ? bytes : mutateParts(random, parts, cutUp(other) ?? parts);
  if (parts === undefined || random.chance(4)) result = mutateRaw(random, result);
  if (random.chance(10)) result = result.subarray(0, random.below(result.length));
  return result.subarray(0, MAX_BYTES);
}

function mutateParts(random: Random, parts: Parts, other: Parts): Buffer {
  const copy: Parts = { ...parts, items: slice(random, parts.items, 400) };
  const changes = 1 + random.below(random.chance(3) ? 40 : 4);
  for (let i = 0; i < changes && copy.items.length > 0; i++) {
    if (random.chance(3)) random.pick(PACKET_CHANGES)(random, copy, other);
    else {
      const at = random.below(copy.items.length);
      if (copy.items[at].length > 0) copy.items[at] = random.pick(BYTE_CHANGES)(random, copy.items[at], copy.little);
    }
  }
  if (random.chance(20) && copy.head.length > 0) copy.head = overwriteWord(random, copy.head);
  return join(copy);
}

function mutateRaw(random: Random, bytes: Buffer): Buffer {
  if (bytes.length === 0) return bytes;
  let result = bytes;
  for (let i = 1 + random.below(8); i > 0; i--)
    result = random.chance(2) ? flipBits(random, result) : overwriteWord(random, result);
  if (random.chance(6)) {
    const [from, to] = [random.below(result.length), random.below(result.length)];
    result = Buffer.concat([result.subarray(0, from), result.subarray(to)]);
  }
  return result;
}

/** A stretch of the items; from the beginning more often than not, where the handshakes are. */
function slice(random: Random, items: readonly Buffer[], most: number): Buffer[] {
  const from = random.chance(3) ? random.below(items.length) : 0;
  return items.slice(from, from + 1 + random.below(most));
}

function flipBits(random: Random, bytes: Buffer): Buffer {
  const at = random.below(bytes.length);
  return writeByte(bytes, at, bytes[at] ^ (1 << random.below(8)));
}

function overwriteWord(random: Random, bytes: Buffer): Buffer {
  return writeWord(bytes, random.below(Math.max(1, bytes.length - 3)), random.pick(EDGES), random.chance(2));
}

function writeWord(bytes: Buffer, at: number, value: number, little: boolean): Buffer {
  if (at < 0 || at + 4 > bytes.length) return bytes;
  const copy = Buffer.from(bytes);
  if (little) copy.writeUInt32LE(value, at);
  else copy.writeUInt32BE(value, at);
  return copy;
}

function writeByte(bytes: Buffer, at: number, value: number): Buffer {
  if (at >= bytes.length) return bytes;
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
}

function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}
