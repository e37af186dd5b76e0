import { Block } from './block';
import type { ByteSource } from './byteSource';
import type { PacketHandler, PacketScanner } from './packet';
import { PCAP_FILE_HEADER, PcapScanner, parsePcapHeader } from './pcap';
import type { PcapHeader } from './pcap';
import { PcapngScanner } from './pcapng';
import type { PcapngSection } from './pcapng';
import { isPcapng } from './pcapngSearch';

/** What a scanner needs to start anywhere in a file that was read before. Plain data: it crosses to other threads. */
export type ScannerState = { format: 'pcap'; header: PcapHeader } | { format: 'pcapng'; sections: PcapngSection[] };

/** Tells the format of a capture by its first bytes; undefined: it is none that is known. */
export function detectFormat(source: ByteSource): ScannerState | undefined {
  const bytes = new Uint8Array(32);
  const length = source.read(0, bytes.length, bytes);
  const view = new DataView(bytes.buffer, 0, length);
  if (isPcapng(view, 0)) return { format: 'pcapng', sections: [] };
  const header = parsePcapHeader(view, 0);
  return header && { format: 'pcap', header };
}

export function createScanner(state: ScannerState): PacketScanner {
  return state.format === 'pcap' ? new PcapScanner(state.header) : new PcapngScanner(state.sections);
}

/** Position of the first packet record or block. */
export function firstRecordOffset(state: ScannerState): number {
  return state.format === 'pcap' ? PCAP_FILE_HEADER : 0;
}

const DEFAULT_BLOCK = 1024 * 1024;
const MAX_BLOCK = 64 * 1024 * 1024;

/** Goes through a capture block by block; each {@link step} is short, so that a caller can stop or report between. */
export class CaptureReading {
  private readonly block: Block;
  private have = 0;

  constructor(
    private readonly source: ByteSource,
    private readonly scanner: PacketScanner,
    private readonly handler: PacketHandler,
    startOffset: number,
    blockBytes = DEFAULT_BLOCK,
  ) {
    this.block = new Block(blockBytes);
    this.block.fileOffset = startOffset;
  }

  /** Position up to which packets have been read. */
  get position(): number {
    return this.block.fileOffset;
  }

  /** Reads on. @returns false when the source has no more bytes (a live source may have some later). */
  step(): boolean {
    const { block } = this;
    if (this.have === block.bytes.length)
      block.grow(Math.min(MAX_BLOCK, Math.max(this.scanner.needed, block.bytes.length * 2)), this.have);
    const room = block.bytes.length - this.have;
    const read = this.source.read(
      block.fileOffset + this.have,
      room,
      this.have === 0 ? block.bytes : block.bytes.subarray(this.have),
    );
    if (read === 0) return false;
    const filled = this.have + read;
    let consumed = this.scanner.scan(block, 0, filled, this.handler);
    if (consumed === 0 && filled >= MAX_BLOCK) consumed = filled;
    this.have = filled - consumed;
    if (consumed > 0) {
      block.bytes.copyWithin(0, consumed, filled);
      block.fileOffset += consumed;
    }
    return true;
  }

  /** The source is at its end for good: says what is left over. */
  finish(): void {
    this.scanner.finish(this.block, 0, this.have, this.handler);
  }
}
