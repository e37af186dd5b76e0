import fs from 'node:fs';
import type { RawName } from '../walk/rawName';
import type { Attribute } from './entryWriter';

const CHUNK = 256 * 1024;
/** Attributes of one object longer than this in hexadecimal are not taken. */
const MAX_BLOCK = 4 * 1024 * 1024;
const MARK = '# file: ';
const LINE_END = 0x0a;

/**
 * What getfattr wrote of a tree: a block of lines for each object that has attributes ("# file: NAME", then KEY=0xHEX, then an
 * empty line). In memory is only where each block begins, by a hash of its name.
 */
export class AttributeDump {
  private keys = new Float64Array(1024);
  private offsets = new Float64Array(1024).fill(-1);
  private count = 0;

  private constructor(private readonly file: number) {}

  /** Reads a dump once, in slices, to know where things are. */
  static *read(file: number): Generator<void, AttributeDump> {
    const dump = new AttributeDump(file);
    const chunk = Buffer.allocUnsafe(CHUNK);
    let line = '';
    let lineAt = 0;
    for (let at = 0; ;) {
      const got = fs.readSync(file, chunk, 0, CHUNK, at);
      if (got === 0) return dump;
      for (let from = 0; from < got;) {
        const end = chunk.indexOf(LINE_END, from);
        const isWhole = end >= 0 && end < got;
        const to = isWhole ? end : got;
        if (line.length < MAX_BLOCK) line += chunk.toString('latin1', from, to);
        from = to + 1;
        if (!isWhole) break;
        if (line.startsWith(MARK)) dump.add(pathOf(line), lineAt);
        line = '';
        lineAt = at + from;
      }
      at += got;
      yield;
    }
  }

  /** The attributes of an object; undefined when it has none. */
  find(path: RawName): Attribute[] | undefined {
    const hash = hashOf(path);
    for (let slot = hash % this.keys.length; this.offsets[slot] >= 0; slot = (slot + 1) % this.keys.length) {
      if (this.keys[slot] !== hash) continue;
      const [first, ...lines] = this.blockAt(this.offsets[slot]);
      if (pathOf(first) === path) return lines.flatMap(attributeOf);
    }
    return undefined;
  }

  private add(path: RawName, offset: number): void {
    if (++this.count * 2 > this.keys.length) this.grow();
    this.put(hashOf(path), offset);
  }

  private put(hash: number, offset: number): void {
    let slot = hash % this.keys.length;
    while (this.offsets[slot] >= 0) slot = (slot + 1) % this.keys.length;
    this.keys[slot] = hash;
    this.offsets[slot] = offset;
  }

  private grow(): void {
    const { keys, offsets } = this;
    this.keys = new Float64Array(keys.length * 2);
    this.offsets = new Float64Array(keys.length * 2).fill(-1);
    for (let i = 0; i < keys.length; i++) if (offsets[i] >= 0) this.put(keys[i], offsets[i]);
  }

  /** Lines of the block at `offset`. */
  private blockAt(offset: number): string[] {
    for (let size = 4096; ; size *= 8) {
      const bytes = Buffer.allocUnsafe(size);
      const got = fs.readSync(this.file, bytes, 0, size, offset);
      const text = bytes.toString('latin1', 0, got);
      const end = text.indexOf('\n\n');
      if (end >= 0) return text.slice(0, end).split('\n');
      if (got < size || size >= MAX_BLOCK) return [''];
    }
  }
}

/** Path from the backup root of a block's first line: getfattr writes "." for the root. */
function pathOf(line: string): RawName {
  const name = unescape(line.slice(MARK.length));
  return name === '.' ? '' : name;
}

function attributeOf(line: string): Attribute[] {
  const equals = line.lastIndexOf('=');
  const value = line.slice(equals + 1);
  if (equals <= 0 || !/^0[xs]/.test(value))
    return equals < 0 && line !== '' ? [{ name: unescape(line), value: new Uint8Array(0) }] : [];
  return [{ name: unescape(line.slice(0, equals)), value: Buffer.from(value.slice(2), 'hex') }];
}

/** getfattr writes bytes that would be misunderstood as a backslash and three octal digits. */
function unescape(text: string): RawName {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}

/** 52 bits. */
function hashOf(text: RawName): number {
  let high = 0x811c9dc5;
  let low = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i);
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low ^ byte, 0x5bd1e995) ^ (low >>> 15);
  }
  return (high >>> 6) * 0x4000000 + (low >>> 6);
}
