import type { Block } from './block';

/** Of nearly every packet. */
export const NO_COMMENTS: readonly string[] = [];

/**
 * The packet a scanner stands on. One mutable instance for a whole capture: an object a packet would cost
 * more than everything else the index pass does.
 */
export class Packet {
  /** Packet number from 1, in file order. */
  frame = 0;
  /** Seconds since 1970-01-01 UTC, cut to 32 bits. */
  seconds = 0;
  /** Nanoseconds within the second. */
  nanos = 0;
  /** Decimal digits of the capture's own clock (6 for microseconds). */
  digits = 6;
  /** LINKTYPE_… number of the interface. */
  linkType = 0;
  /** Where the packet's own record (header included) begins in the file. */
  recordOffset = 0;
  /** First captured byte, an index into the block. */
  start = 0;
  /** One past the last captured byte. */
  end = 0;
  /** Length the packet had on the wire. */
  wireLength = 0;
  /** What whoever wrote the capture says of the packet. */
  comments: readonly string[] = NO_COMMENTS;
}

/** What a scanner calls for every packet; both arguments are only valid during the call. */
export interface PacketHandler {
  onPacket(packet: Packet, block: Block): void;
  /** A part of the file that could not be understood. `bytes` 0: unknown how much. */
  onDamage(damage: FileDamage): void;
  /** Secrets of TLS sessions that the file holds, as a key log. */
  onSecrets?(keyLog: Uint8Array): void;
}

/** Something wrong with the capture file itself. */
export interface FileDamage {
  kind: 'truncated' | 'unreadable';
  /** Last good packet before it. */
  frame: number;
  fileOffset: number;
  bytes: number;
  text: string;
}

/** Reads packets out of blocks of bytes; knows one file format. */
export interface PacketScanner {
  readonly format: 'pcap' | 'pcapng';
  /**
   * Walks over `block.bytes[from, to)` and hands every complete packet to `handler`.
   * @returns the index of the first byte not consumed. When that is `from`, more bytes are needed:
   *   {@link needed} of them, counted from there.
   */
  scan(block: Block, from: number, to: number, handler: PacketHandler): number;
  /** How many bytes the item that did not fit wants; the reader grows its block up to a bound. */
  readonly needed: number;
  /** What is said about the bytes that are left when the file ends. */
  finish(block: Block, from: number, to: number, handler: PacketHandler): void;
  /**
   * Puts the scanner at a packet record seen before, so that scanning can start there again.
   * @param seconds time of the packet before it, where that is known
   */
  seek(recordOffset: number, frame: number, seconds?: number): void;
  /** The capture's interfaces as far as they are known. */
  readonly interfaces: readonly CaptureInterface[];
  /** Those of the capture as a whole. */
  readonly comments: readonly string[];
  /** Address to host name, from name resolution blocks. */
  readonly names: ReadonlyMap<string, string>;
}

export interface CaptureInterface {
  linkType: number;
  name?: string;
  /** Decimal digits of its clock. */
  digits: number;
  packets: number;
}

/** Larger packets than this are damage: no link layer carries them and no tool writes them. */
export const MAX_PACKET_BYTES = 16 * 1024 * 1024;
