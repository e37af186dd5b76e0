import { createGunzip } from 'node:zlib';
import { Block } from '../capture/block';
import { Packet } from '../capture/packet';
import type { PacketScanner } from '../capture/packet';
import { PCAP_FILE_HEADER, PCAP_PACKET_HEADER } from '../capture/pcap';
import { CaptureReading, createScanner, detectFormat, firstRecordOffset } from '../capture/readCapture';
import type { ScannerState } from '../capture/readCapture';
import { SourceCapture } from '../session/capture';
import type { CaptureSession } from '../session/capture';
import { captureInfo, settleRows } from '../session/indexCapture';
import { Indexer } from '../session/indexer';
import type { IndexOptions } from '../session/indexer';
import type { CaptureInfo } from '../session/messageIndex';
import { MessageIndex } from '../session/messageIndex';
import { CaptureError } from './captureError';
import { notACapture } from './notACapture';
import { PcapStreamGuard } from './pcapStreamGuard';
import { Spool } from './spool';

export interface StreamOptions extends IndexOptions {
  /** What messages call the stream. */
  name?: string;
  signal?: AbortSignal;
  /** Rows [from, to) are there, in the order in which they came. */
  onRows?(from: number, to: number, capture: CaptureSession): void | Promise<void>;
}

/**
 * Reads a capture that arrives over a pipe: standard input, a live `tcpdump -w -` or `dumpcap -w -`, packed or not.
 * @returns at the end of the stream
 * @throws CaptureError when it is no capture; AbortError when stopped
 */
export async function openStream(input: NodeJS.ReadableStream, options: StreamOptions = {}): Promise<CaptureSession> {
  const name = options.name ?? 'standard input';
  const spool = new Spool();
  const live = new LiveIndex(spool, options);
  try {
    for await (const chunk of unpacked(input)) {
      if (options.signal?.aborted) throw new DOMException('Reading the stream was stopped.', 'AbortError');
      live.push(chunk);
      await live.report();
    }
    if (!live.isOpen) throw new CaptureError(notACapture(name, spool));
    live.finish();
    await live.report();
    live.settle();
    return live.capture;
  } catch (error) {
    spool.close();
    throw error;
  }
}

/** The stream's bytes, unpacked when they begin like gzip. */
async function* unpacked(input: NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  const iterator = (input as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await iterator.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  async function* whole(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* whole();
    return;
  }
  const gunzip = createGunzip();
  const feed = (async (): Promise<void> => {
    for await (const chunk of whole())
      if (!gunzip.write(chunk)) await new Promise((resolve) => gunzip.once('drain', resolve));
    gunzip.end();
  })();
  feed.catch((error: Error) => gunzip.destroy(error));
  yield* gunzip;
}

/** An index that grows with a stream. */
class LiveIndex {
  private readonly index = new MessageIndex();
  private readonly indexer: Indexer;
  private scanner: PacketScanner | undefined;
  private reading: CaptureReading | undefined;
  private guard: PcapStreamGuard | undefined;
  private state: ScannerState | undefined;
  private reported = 0;
  private session: SourceCapture | undefined;
  private pending = new Uint8Array(0);
  private readonly block = new Block(0);
  private readonly packet = new Packet();

  constructor(
    private readonly spool: Spool,
    private readonly options: StreamOptions,
  ) {
    this.indexer = new Indexer(this.index, options);
  }

  get isOpen(): boolean {
    return this.session !== undefined;
  }

  get capture(): CaptureSession {
    return this.session as SourceCapture;
  }

  push(chunk: Uint8Array): void {
    this.spool.append(chunk);
    if (this.state === undefined) this.open();
    else if (this.guard !== undefined) this.pushToParser(chunk);
    while (this.reading?.step());
  }

  finish(): void {
    if (this.guard !== undefined && this.pending.length > 0) this.fallBack();
    while (this.reading?.step());
    this.reading?.finish();
    this.indexer.finish();
  }

  /** Rows that were reported in the order in which they came get their final order and versions. */
  settle(): void {
    const { session } = this;
    if (session !== undefined) settleRows(this.index, this.indexer, (row) => session.record(row));
    this.updateInfo();
  }

  async report(): Promise<void> {
    const { count } = this.index;
    if (count === this.reported || this.session === undefined) return;
    const from = this.reported;
    this.reported = count;
    this.updateInfo();
    await this.options.onRows?.(from, count, this.session);
  }

  /** Tells the format, once its header is there, and takes what has come so far. */
  private open(): void {
    if (this.spool.size < PCAP_FILE_HEADER + PCAP_PACKET_HEADER) return;
    const state = detectFormat(this.spool);
    if (state === undefined) throw new CaptureError(notACapture(this.options.name ?? 'standard input', this.spool));
    this.state = state;
    this.scanner = createScanner(state);
    const info = captureInfo(this.scanner, this.indexer, 0, false);
    this.session = new SourceCapture(this.index, info, this.spool, state, () => this.spool.close());
    if (state.format === 'pcap') {
      const head = new Uint8Array(PCAP_FILE_HEADER);
      this.spool.read(0, head.length, head);
      this.packet.linkType = state.header.linkType;
      this.packet.digits = state.header.nanoseconds ? 9 : 6;
      this.guard = new PcapStreamGuard(head, (header, data, recordOffset) => {
        const { packet, block } = this;
        packet.frame++;
        packet.seconds = header.timestampSeconds;
        const fraction = header.timestampMicroseconds;
        packet.nanos = packet.digits === 9 ? Math.min(fraction, 999999999) : Math.min(fraction, 999999) * 1000;
        packet.recordOffset = recordOffset;
        packet.end = data.length;
        packet.wireLength = Math.max(header.originalLength, data.length);
        block.bytes = data;
        block.view = new DataView(data.buffer, data.byteOffset, data.length);
        block.fileOffset = recordOffset + PCAP_PACKET_HEADER;
        this.indexer.onPacket(packet, block);
      });
      this.pending = new Uint8Array(this.spool.size - PCAP_FILE_HEADER);
      this.spool.read(PCAP_FILE_HEADER, this.pending.length, this.pending);
      this.drainPending();
    } else this.reading = new CaptureReading(this.spool, this.scanner, this.indexer, firstRecordOffset(state));
  }

  private pushToParser(chunk: Uint8Array): void {
    const joined = new Uint8Array(this.pending.length + chunk.length);
    joined.set(this.pending);
    joined.set(chunk, this.pending.length);
    this.pending = joined;
    this.drainPending();
  }

  private drainPending(): void {
    const guard = this.guard as PcapStreamGuard;
    const used = guard.push(this.pending, 0, this.pending.length);
    if (used < 0) this.fallBack();
    else this.pending = this.pending.slice(used);
  }

  /** A packet header that cannot be, or the end inside a packet: our own scanner knows how to go on. */
  private fallBack(): void {
    const offset = this.spool.size - this.pending.length;
    this.guard = undefined;
    this.pending = new Uint8Array(0);
    const { frame, seconds } = this.packet;
    this.scanner?.seek(offset, frame + 1, frame > 0 ? seconds : -1);
    this.reading = new CaptureReading(this.spool, this.scanner as PacketScanner, this.indexer, offset);
    while (this.reading.step());
  }

  private updateInfo(): void {
    if (this.session === undefined || this.scanner === undefined) return;
    this.indexer.updateConnections();
    const info: CaptureInfo = captureInfo(this.scanner, this.indexer, this.spool.size, false);
    if (this.guard !== undefined) info.interfaces[0].packets = this.indexer.packets;
    Object.assign(this.session.info, info);
  }
}
