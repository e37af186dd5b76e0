/** How file history comes: by paths, or by directories and nodes. */
export type HistoryStyle = 'paths' | 'nodes';

const ENTRIES_A_MESSAGE = 1000;
const FILES_A_FOLDER = 50;
const SECONDS = 1_700_000_000;
const FH_ADD_FILE = 0x703;
const FH_ADD_DIR = 0x704;
const FH_ADD_NODE = 0x705;
const REGULAR = 4;
const FOLDER = 0;

/** The files of a folder come one after the other, as a server that walks through a file system sends them. */
export function pathOf(i: number): string {
  const folder = Math.floor(i / FILES_A_FOLDER);
  return `/home/user${folder % 97}/project-${folder}/src/file-${i}.dat`;
}

/** Messages with so many entries; of history by nodes one half names, the other attributes. */
export function* historyMessages(style: HistoryStyle, entries: number): Generator<Uint8Array> {
  if (style === 'paths') {
    yield* messages(FH_ADD_FILE, entries, fileEntry);
    return;
  }
  yield* messages(FH_ADD_DIR, entries / 2, nameEntry);
  yield* messages(FH_ADD_NODE, entries / 2, nodeEntry);
}

type Entry = (body: Body, i: number) => void;

function* messages(code: number, entries: number, entry: Entry): Generator<Uint8Array> {
  const body = new Body();
  for (let from = 0; from < entries; from += ENTRIES_A_MESSAGE) {
    const to = Math.min(entries, from + ENTRIES_A_MESSAGE);
    body.length = 0;
    body.words(1, SECONDS, 0, code, 0, 0, to - from);
    for (let i = from; i < to; i++) entry(body, i);
    yield body.bytes.subarray(0, body.length);
  }
}

class Body {
  readonly bytes = Buffer.alloc(1 << 20);
  length = 0;

  words(...values: number[]): void {
    for (const value of values) this.length = this.bytes.writeUInt32BE(value >>> 0, this.length);
  }

  quad(value: number): void {
    this.words(value / 2 ** 32, value);
  }

  name(value: string): void {
    this.words(1, 0, value.length);
    this.length += this.bytes.write(value, this.length, 'latin1');
    while (this.length % 4 !== 0) this.bytes[this.length++] = 0;
  }

  stats(i: number, type: number): void {
    this.words(1, 0, 0, type, SECONDS - i, SECONDS, SECONDS, 1000 + (i % 7), 100, type === FOLDER ? 0o755 : 0o644);
    this.quad(i * 37);
    this.words(1);
  }
}

function fileEntry(body: Body, i: number): void {
  body.name(pathOf(i));
  body.stats(i, REGULAR);
  body.quad(100_000 + i);
  body.quad(i * 4096);
}

function nodeEntry(body: Body, i: number): void {
  body.stats(i, isFolder(i) ? FOLDER : REGULAR);
  body.quad(i + 2);
  body.quad(i * 4096);
}

/** Number 0 is the root, every fiftieth a folder of those that follow it; folders lie in each other ten deep. */
function nameEntry(body: Body, i: number): void {
  const folder = i - (i % FILES_A_FOLDER);
  const above = folder % (FILES_A_FOLDER * 10) === 0 ? 0 : folder - FILES_A_FOLDER;
  body.name(i === 0 ? '.' : isFolder(i) ? `project-${i}` : `file-${i}.dat`);
  body.quad(i + 2);
  body.quad((isFolder(i) ? above : folder) + 2);
}

function isFolder(i: number): boolean {
  return i % FILES_A_FOLDER === 0;
}
