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
import { MessageIndex } from '../session/messageIndex';
import { ByteQueue } from './byteQueue';
import { CaptureAndPlainText } from '../session/plainText';
import { CaptureError } from './captureError';
import { notACapture } from './notACapture';
import type { StreamOptions } from './openStream';
import { PcapStreamGuard } from './pcapStreamGuard';
import type { PcapPacketHeader } from 'pcap-parser';
import type { Spool } from './spool';
import { openDecryption } from './tls/decryption';
import type { OpenDecryption } from './tls/decryption';
import { PlainFile } from './tls/plainFile';

/** Enough of a stream to tell what it is. */
const HEAD_BYTES = PCAP_FILE_HEADER + PCAP_PACKET_HEADER;

/** An index that grows with a stream. */
export class LiveIndex {
  private readonly index = new MessageIndex();
  private readonly indexer: Indexer;
  private readonly plain = new PlainFile();
  private readonly tls: OpenDecryption;
  private scanner: PacketScanner | undefined;
  private reading: CaptureReading | undefined;
  private guard: PcapStreamGuard | undefined;
  private state: ScannerState | undefined;
  private reported = 0;
  private session: SourceCapture | undefined;
  private readonly pending = new ByteQueue();
  private readonly block = new Block(0);
  private readonly packet = new Packet();

  constructor(
    private readonly spool: Spool,
    private readonly options: StreamOptions,
    readonly isGzip: boolean,
  ) {
    this.tls = openDecryption(options.tlsKeyLog, this.plain);
    this.indexer = new Indexer(this.index, { ...options, tls: this.tls });
  }

  get capture(): CaptureSession {
    return this.session as SourceCapture;
  }

  /** Takes the stream's next bytes, unpacked. */
  push(chunk: Uint8Array): void {
    this.spool.append(chunk);
    if (this.state === undefined) {
      if (this.spool.size < HEAD_BYTES) return;
      const state = detectFormat(this.spool);
      if (state === undefined) throw new CaptureError(notACapture(this.options.name ?? 'standard input', this.spool));
      this.open(state);
    } else if (this.guard !== undefined) this.pushToParser(chunk);
    this.indexer.refreshKeys();
    while (this.reading?.step());
  }

  /**
   * The stream is at its end.
   * @param broken what is wrong with it
   * @returns false when it was no capture
   */
  finish(broken: string | undefined): boolean {
    if (this.state === undefined) {
      const state = detectFormat(this.spool);
      if (state === undefined) return false;
      this.open(state);
    }
    if (broken !== undefined)
      this.index.addDamage({ kind: 'truncated', frame: 0, fileOffset: 0, bytes: 0, text: broken });
    if (this.pending.length > 0) this.fallBack();
    while (this.reading?.step());
    this.reading?.finish();
    this.indexer.finish();
    this.tls.close();
    return true;
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

  /** Takes what has come so far of a stream whose format is known now. */
  private open(state: ScannerState): void {
    this.state = state;
    this.scanner = createScanner(state);
    const info = captureInfo(this.scanner, this.indexer, 0, this.isGzip);
    const source = new CaptureAndPlainText(this.spool, this.plain);
    this.session = new SourceCapture(this.index, info, source, state, () => {
      this.spool.close();
      this.plain.close();
    });
    if (state.format === 'pcap') {
      const head = new Uint8Array(PCAP_FILE_HEADER);
      this.spool.read(0, head.length, head);
      this.packet.linkType = state.header.linkType;
      this.packet.digits = state.header.nanoseconds ? 9 : 6;
      this.guard = new PcapStreamGuard(head, (header, data, recordOffset) => this.onPacket(header, data, recordOffset));
      const rest = new Uint8Array(this.spool.size - PCAP_FILE_HEADER);
      this.spool.read(PCAP_FILE_HEADER, rest.length, rest);
      this.pushToParser(rest);
    } else this.reading = new CaptureReading(this.spool, this.scanner, this.indexer, firstRecordOffset(state));
  }

  private onPacket(header: PcapPacketHeader, data: Uint8Array, recordOffset: number): void {
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
  }

  private pushToParser(chunk: Uint8Array): void {
    const { pending } = this;
    pending.push(chunk);
    const used = (this.guard as PcapStreamGuard).push(pending.bytes, 0, pending.length);
    if (used < 0) this.fallBack();
    else pending.shift(used);
  }

  /** A packet header that cannot be, or the end inside a packet: our own scanner knows how to go on. */
  private fallBack(): void {
    const offset = this.spool.size - this.pending.length;
    this.guard = undefined;
    this.pending.shift(this.pending.length);
    const { frame, seconds } = this.packet;
    const scanner = this.scanner as PacketScanner;
    scanner.seek(offset, frame + 1, frame > 0 ? seconds : -1);
    this.reading = new CaptureReading(this.spool, scanner, this.indexer, offset);
    while (this.reading.step());
  }

  private updateInfo(): void {
    if (this.session === undefined || this.scanner === undefined) return;
    this.indexer.updateConnections();
    const info = captureInfo(this.scanner, this.indexer, this.spool.size, this.isGzip);
    if (this.state?.format === 'pcap') info.interfaces[0].packets = this.indexer.packets;
    Object.assign(this.session.info, info);
  }
}
