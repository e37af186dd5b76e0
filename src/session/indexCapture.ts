import type { ByteSource } from '../capture/byteSource';
import type { PacketScanner } from '../capture/packet';
import { CaptureReading, createScanner, firstRecordOffset } from '../capture/readCapture';
import type { ScannerState } from '../capture/readCapture';
import { sortRows } from './indexWriter';
import { Indexer } from './indexer';
import type { IndexOptions } from './indexer';
import type { CaptureInfo } from './messageIndex';
import { relabel } from './lateVersions';
import { MessageIndex } from './messageIndex';
import { readRecord } from './recordReader';
import type { RecordBytes } from './recordReader';

/** An index pass in progress: call {@link step} until it says false, then {@link finish}. */
export class IndexPass {
  readonly index = new MessageIndex();
  private readonly scanner: PacketScanner;
  private readonly indexer: Indexer;
  private readonly reading: CaptureReading;

  constructor(
    private readonly source: ByteSource,
    private readonly state: ScannerState,
    options: IndexOptions = {},
    onChunk?: (chunk: Uint32Array) => void,
  ) {
    this.scanner = createScanner(state);
    this.indexer = new Indexer(this.index, options, onChunk);
    this.reading = new CaptureReading(source, this.scanner, this.indexer, firstRecordOffset(state));
  }

  /** Position in the file up to which packets have been read. */
  get position(): number {
    return this.reading.position;
  }

  /** Reads another block. @returns false when there is nothing more to read. */
  step(): boolean {
    this.indexer.refreshKeys();
    return this.reading.step();
  }

  /** Closes what is open. @returns true when rows had to be moved into the order of their packets. */
  finish(): boolean {
    this.reading.finish();
    return settleRows(this.index, this.indexer, (row) => readRecord(this.source, this.state, this.index, row));
  }

  /** Brings the connections' own counts up to date. */
  updateConnections(): void {
    this.indexer.updateConnections();
  }

  /** Describes all TCP connections as they are so far; it takes a while where there are many. */
  updateFlows(): void {
    this.indexer.updateFlows();
  }

  /** What is known of the capture so far. */
  info(bytes: number, gzip: boolean): CaptureInfo {
    return captureInfo(this.scanner, this.indexer, bytes, gzip);
  }
}

/**
 * Ends an index pass: closes what is open, labels rows whose version was learned late and puts rows into the order of
 * their packets.
 * @returns true when rows had to be moved
 */
export function settleRows(index: MessageIndex, indexer: Indexer, read: (row: number) => RecordBytes): boolean {
  indexer.finish();
  if (indexer.lateVersions.size > 0) relabel(index, indexer.lateVersions, read);
  if (!indexer.isUnsorted) return false;
  sortRows(index);
  return true;
}

/** Puts together what a scanner and an indexer found out about a capture. */
export function captureInfo(scanner: PacketScanner, indexer: Indexer, bytes: number, gzip: boolean): CaptureInfo {
  return {
    format: scanner.format,
    gzip,
    bytes,
    packets: indexer.packets,
    interfaces: scanner.interfaces.map(({ linkType, name, digits, packets }) => ({ linkType, name, digits, packets })),
    comments: [...scanner.comments, ...indexer.packetComments],
    names: new Map(scanner.names),
    tcpConnections: indexer.tcpConnections,
    tlsConnections: indexer.tls.count,
    tls: indexer.tls.describe(),
    cutPackets: indexer.cutPackets,
    flows: indexer.flows,
  };
}
