import { BadField } from './fields';

/** Version of NDMP that messages of file history are in. */
export type HistoryVersion = 2 | 3 | 4;

const STYLE = 'history';
const VERSIONS: readonly unknown[] = [2, 3, 4] satisfies HistoryVersion[];
/** Bytes that stand before a message in a tree: its length. */
export const FRAME_HEAD = 4;
/** Bytes of a message: servers send some 100 kB at a time. */
const MOST_MESSAGE = 16 * 1024 * 1024;

/** The first line of a tree that is told in messages of file history. */
export function historyLine(version: HistoryVersion): string {
  return `${JSON.stringify({ style: STYLE, version })}\n`;
}

/**
 * The version that the first line of a tree tells.
 * @returns undefined for a tree of another style
 * @throws BadField
 */
export function versionOf(line: string): HistoryVersion | undefined {
  const { style, version } = objectIn(line);
  if (style !== STYLE) return undefined;
  if (!VERSIONS.includes(version)) throw new BadField('the file tree is of a version of NDMP that is not known');
  return version as HistoryVersion;
}

/** What stands before a message of so many bytes in a tree. */
export function frameHead(length: number): Uint8Array {
  const head = new Uint8Array(FRAME_HEAD);
  new DataView(head.buffer).setUint32(0, length);
  return head;
}

/**
 * The messages in the unpacked bytes of a tree, those at a time that came together.
 * @throws BadField when one is too large to be one, or cut off
 */
export async function* framesIn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array[]> {
  let pieces: Uint8Array[] = [];
  let have = 0;
  let wanted = FRAME_HEAD;
  for await (const chunk of chunks) {
    pieces.push(chunk);
    have += chunk.length;
    if (have < wanted) continue;
    const bytes = Buffer.concat(pieces);
    const { messages, used, next } = cut(bytes);
    if (messages.length > 0) yield messages;
    const rest = bytes.subarray(used);
    [pieces, have, wanted] = [[rest], rest.length, next];
  }
  if (have > 0) throw new BadField('the file tree ends in a message');
}

/** @returns whole messages, the bytes that they took, and how many have to be there for the next one */
function cut(bytes: Buffer): { messages: Uint8Array[]; used: number; next: number } {
  const messages: Uint8Array[] = [];
  for (let at = 0; ;) {
    if (bytes.length - at < FRAME_HEAD) return { messages, used: at, next: FRAME_HEAD };
    const length = bytes.readUInt32BE(at);
    if (length > MOST_MESSAGE) throw new BadField(`the file tree has a message of ${length} bytes`);
    const end = at + FRAME_HEAD + length;
    if (bytes.length < end) return { messages, used: at, next: FRAME_HEAD + length };
    messages.push(bytes.subarray(at + FRAME_HEAD, end));
    at = end;
  }
}

function objectIn(line: string): { style?: unknown; version?: unknown } {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    throw new BadField('the first line of the file tree is damaged');
  }
}
