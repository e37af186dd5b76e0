import type { FileStat } from '../walk/fileStat';

/**
 * What tells whether a file is still the one of an earlier backup: 64 bits made of inode, times of change, size and mode. Zero
 * never equals any file: it stands for "to be backed up again".
 */
export interface Fingerprint {
  high: number;
  low: number;
}

export const UNSURE: Fingerprint = { high: 0, low: 0 };

/** Time stamps within this of the present may be given again to the next change (the kernel's clock ticks every few ms). */
const TICK_NS = 50_000_000n;
/** The same on file systems that count whole seconds. */
const COARSE_NS = 2_000_000_000n;
const SECOND = 1_000_000_000n;
const MILLISECOND = 1_000_000n;

const words = new Uint32Array(8);
const longs = new BigUint64Array(words.buffer);

/** The fingerprint of a file that was looked at `now` (milliseconds since 1970), before its content is read. */
export function fingerprintOf(stat: FileStat, now: number): Fingerprint {
  const age = BigInt(Math.floor(now)) * MILLISECOND - stat.ctimeNs;
  const step = stat.ctimeNs % SECOND === 0n ? COARSE_NS : TICK_NS;
  if (age < step && age > -step) return UNSURE;
  return hashOf(stat);
}

/** Whether a file is the one that was remembered by `known`. */
export function isUnchanged(stat: FileStat, known: Fingerprint): boolean {
  if (known.high === 0 && known.low === 0) return false;
  const now = hashOf(stat);
  return now.high === known.high && now.low === known.low;
}

function hashOf(stat: FileStat): Fingerprint {
  longs[0] = stat.ino;
  longs[1] = BigInt.asUintN(64, stat.ctimeNs);
  longs[2] = BigInt.asUintN(64, stat.mtimeNs);
  longs[3] = stat.size;
  let high = 0x9e3779b9 ^ Number(stat.mode);
  let low = 0x85ebca6b;
  for (const word of words) {
    high = mix(high ^ word);
    low = mix(low + Math.imul(word, 0x27d4eb2f) + high);
  }
  return { high: high >>> 0, low: (low | 1) >>> 0 };
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}
