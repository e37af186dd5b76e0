import { CaptureWriter } from './captureWriter';
import type { End } from './captureWriter';

/** The two shapes in which a busy capture comes. */
export type Shape = 'single' | 'batches';

const ENTRIES_A_BATCH = 1000;
/** What the record writer of the usual RPC library makes of a large message. */
const FRAGMENT_BYTES = 4000;
const HEADER_SECONDS = 1_700_000_000;

const word = (n: number): Buffer => {
  const b = Buffer.alloc(4);
  b.writeUInt32BE(n >>> 0);
  return b;
};
const quad = (n: number): Buffer => Buffer.concat([word(n / 2 ** 32), word(n)]);
const text = (s: string): Buffer => {
  const bytes = Buffer.from(s);
  return Buffer.concat([word(bytes.length), bytes, Buffer.alloc(-bytes.length & 3)]);
};

/** A file of FH_ADD_FILE in NDMPv4: one UNIX name, one stat, node, fh_info. */
function fileEntry(i: number): Buffer {
  const name = `/home/user${i % 97}/project-${i % 1009}/src/file-${i}.dat`;
  const times = [HEADER_SECONDS - i, HEADER_SECONDS, HEADER_SECONDS].map(word);
  const stat = [word(0), word(0), word(4), ...times, word(1000), word(100), word(0o644), quad(i * 37), word(1)];
  return Buffer.concat([word(1), word(0), text(name), word(1), ...stat, quad(100000 + i), quad(i * 4096)]);
}

/** A message in record-marking fragments. */
function record(payload: Buffer, fragmentBytes: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < payload.length; at += fragmentBytes) {
    const part = payload.subarray(at, at + fragmentBytes);
    const last = at + fragmentBytes >= payload.length;
    parts.push(word((part.length | (last ? 0x80000000 : 0)) >>> 0), part);
  }
  return Buffer.concat(parts);
}

/**
 * Writes a capture of one backup's file history: `single` one entry a message, `batches` a thousand entries a message
 * in fragments of 4000 bytes. The same arguments give the same file.
 */
export function generate(shape: Shape, path: string, megabytes: number): void {
  const out = new CaptureWriter(path);
  const dma: End = { ip: 0x0a000001, port: 40001, sequence: 1000 };
  const server: End = { ip: 0x0a000002, port: 10000, sequence: 4_000_000_000 };
  let sent = 0;
  const post = (type: number, code: number, replySequence: number, body: Buffer): Buffer =>
    record(
      Buffer.concat([word(++sent), word(HEADER_SECONDS), word(type), word(code), word(replySequence), word(0), body]),
      FRAGMENT_BYTES,
    );
  out.segment(dma, server, 0x02);
  out.segment(server, dma, 0x12);
  out.segment(dma, server, 0x10);
  out.stream(server, dma, post(0, 0x502, 0, Buffer.concat([word(0), word(4), text('')])));
  const open = Buffer.concat([word(1), word(HEADER_SECONDS), word(0), word(0x900), word(0), word(0), word(4)]);
  out.stream(dma, server, record(open, FRAGMENT_BYTES));
  out.stream(server, dma, post(1, 0x900, 1, word(0)));
  const perMessage = shape === 'single' ? 1 : ENTRIES_A_BATCH;
  for (let i = 0; out.bytes < megabytes * 1e6;) {
    const entries: Buffer[] = [];
    for (let n = 0; n < perMessage; n++) entries.push(fileEntry(i++));
    out.stream(server, dma, post(0, 0x703, 0, Buffer.concat([word(entries.length), ...entries])));
    if (shape === 'single' && i % 3 === 0) out.segment(dma, server, 0x10);
  }
  out.segment(dma, server, 0x11);
  out.close();
}
