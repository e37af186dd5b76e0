import { CaptureWriter } from './captureWriter';
import type { End } from './captureWriter';

/**
 * How file history comes: by paths one entry a message, by paths a thousand entries a message, by directories and nodes a
 * thousand entries a message.
 */
export type HistoryShape = 'single paths' | 'batches of paths' | 'batches of nodes';

const ENTRIES_A_BATCH = 1000;
const FRAGMENT_BYTES = 4000;
const SECONDS = 1_700_000_000;
const FH_ADD_FILE = 0x703;
const FH_ADD_DIR = 0x704;
const FH_ADD_NODE = 0x705;
const REGULAR = 4;
const FOLDER = 0;
const FILES_A_FOLDER = 50;

/** Writes words and names into one buffer that is used again for each message. */
class Body {
  readonly bytes = Buffer.alloc(1 << 20);
  length = 0;

  words(...values: number[]): void {
    for (const value of values) this.length = this.bytes.writeUInt32BE(value >>> 0, this.length);
  }
  quad(value: number): void {
    this.words(value / 2 ** 32, value);
  }
  text(value: string): void {
    this.words(value.length);
    this.length += this.bytes.write(value, this.length, 'latin1');
    while (this.length % 4 !== 0) this.bytes[this.length++] = 0;
  }
  names(name: string): void {
    this.words(1, 0);
    this.text(name);
  }
  stats(i: number, type: number): void {
    this.words(1, 0, 0, type, SECONDS - i, SECONDS, SECONDS, 1000 + (i % 7), 100, type === FOLDER ? 0o755 : 0o644);
    this.quad(i * 37);
    this.words(1);
  }
}

/** The files of a folder come one after the other, as a server that walks through a file system sends them. */
function pathOf(i: number): string {
  const folder = Math.floor(i / FILES_A_FOLDER);
  return `/home/user${folder % 97}/project-${folder}/src/file-${i}.dat`;
}

/** Writes a capture of one backup with so many entries of file history; the same arguments give the same file. */
export function writeHistory(shape: HistoryShape, path: string, entries: number): void {
  const out = new CaptureWriter(path);
  const dma: End = { ip: 0x0a000001, port: 40001, sequence: 1000 };
  const server: End = { ip: 0x0a000002, port: 10000, sequence: 4_000_000_000 };
  const body = new Body();
  const framed = Buffer.alloc(1 << 20);
  const sequences = { dma: 0, server: 0 };
  const send = (from: 'dma' | 'server', type: number, code: number, reply: number): void => {
    const { length } = body;
    body.length = 0;
    body.words(++sequences[from], SECONDS, type, code, reply, 0);
    body.length = length;
    let to = 0;
    for (let at = 0; at < length; at += FRAGMENT_BYTES) {
      const end = Math.min(length, at + FRAGMENT_BYTES);
      to = framed.writeUInt32BE(((end - at) | (end === length ? 0x80000000 : 0)) >>> 0, to);
      to += body.bytes.copy(framed, to, at, end);
    }
    const [sender, receiver] = from === 'dma' ? [dma, server] : [server, dma];
    out.stream(sender, receiver, framed.subarray(0, to));
  };
  const begin = (): void => {
    body.length = 24;
  };
  out.segment(dma, server, 0x02);
  out.segment(server, dma, 0x12);
  out.segment(dma, server, 0x10);
  begin();
  body.words(0, 4, 0);
  send('server', 0, 0x502, 0);
  begin();
  body.words(4);
  send('dma', 0, 0x900, 0);
  begin();
  body.words(0);
  send('server', 1, 0x900, 1);
  begin();
  body.text('dump');
  body.words(1);
  body.text('FILESYSTEM');
  body.text('/vol/vol1');
  send('dma', 0, 0x401, 0);
  begin();
  body.words(0);
  send('server', 1, 0x401, 2);
  const batch = (code: number, from: number, to: number, entry: (i: number) => void): void => {
    begin();
    body.words(to - from);
    for (let i = from; i < to; i++) entry(i);
    send('server', 0, code, 0);
  };
  if (shape === 'batches of nodes') {
    const perStyle = entries / 2;
    for (let i = 0; i < perStyle; i += ENTRIES_A_BATCH)
      batch(FH_ADD_DIR, i, Math.min(perStyle, i + ENTRIES_A_BATCH), (n) => dirEntry(body, n));
    for (let i = 0; i < perStyle; i += ENTRIES_A_BATCH)
      batch(FH_ADD_NODE, i, Math.min(perStyle, i + ENTRIES_A_BATCH), (n) => {
        body.stats(n, isFolder(n) ? FOLDER : REGULAR);
        body.quad(n + 2);
        body.quad(n * 4096);
      });
  } else {
    const step = shape === 'single paths' ? 1 : ENTRIES_A_BATCH;
    for (let i = 0; i < entries; i += step)
      batch(FH_ADD_FILE, i, Math.min(entries, i + step), (n) => {
        body.names(pathOf(n));
        body.stats(n, REGULAR);
        body.quad(100_000 + n);
        body.quad(n * 4096);
      });
  }
  begin();
  body.words(1);
  send('server', 0, 0x501, 0);
  out.segment(dma, server, 0x11);
  out.close();
}

/** Of history by nodes: number 0 is the root, every fiftieth a folder of those that follow it. */
function isFolder(n: number): boolean {
  return n % FILES_A_FOLDER === 0;
}

function dirEntry(body: Body, n: number): void {
  const folder = n - (n % FILES_A_FOLDER);
  // folders lie in each other ten deep
  const above = folder % (FILES_A_FOLDER * 10) === 0 ? 0 : folder - FILES_A_FOLDER;
  body.names(n === 0 ? '.' : isFolder(n) ? `project-${n}` : `file-${n}.dat`);
  body.quad(n + 2);
  body.quad((isFolder(n) ? above : folder) + 2);
}
