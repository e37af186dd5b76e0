/** A packet for a capture file: its bytes, and what differs from the usual. */
export interface FilePacket {
  bytes: Uint8Array;
  seconds?: number;
  /** Micro- or nanoseconds, as the file counts. */
  fraction?: number;
  /** Length on the wire, where the capture cut the packet. */
  wireLength?: number;
}

export interface PcapOptions {
  little?: boolean;
  nanoseconds?: boolean;
  linkType?: number;
  snapLength?: number;
}

/** 2026-11-21 06:00:00 UTC: packets without a time are a millisecond apart from here on. */
export const START = 1_795_240_800;

/** A classic pcap file. */
export function pcap(packets: readonly (FilePacket | Uint8Array)[], options: PcapOptions = {}): Buffer {
  const { little = true, nanoseconds = false, linkType = 1, snapLength = 262_144 } = options;
  const words = wordsOf(little);
  const head = [
    words(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4),
    little ? Buffer.of(2, 0, 4, 0) : Buffer.of(0, 2, 0, 4),
    words(0, 0, snapLength, linkType),
  ];
  const unit = nanoseconds ? 1_000_000 : 1_000;
  const items = packets.map((packet, at) => {
    const { bytes, seconds, fraction, wireLength } =
      packet instanceof Uint8Array ? ({ bytes: packet } as FilePacket) : packet;
    const time = [seconds ?? START + Math.floor(at / 1000), fraction ?? (at % 1000) * unit];
    return Buffer.concat([words(...time, bytes.length, wireLength ?? bytes.length), bytes]);
  });
  return Buffer.concat([...head, ...items]);
}

/** 32-bit words in a byte order. */
export function wordsOf(little: boolean): (...values: number[]) => Buffer {
  return (...values) => {
    const bytes = Buffer.alloc(4 * values.length);
    values.forEach((value, at) =>
      little ? bytes.writeUInt32LE(value >>> 0, 4 * at) : bytes.writeUInt32BE(value >>> 0, 4 * at),
    );
    return bytes;
  };
}

/** An option of a pcapng block: its code and its value. */
export type Option = readonly [code: number, value: Uint8Array];

/** Writes the blocks of a pcapng file in one byte order. */
export class PcapngBlocks {
  private readonly words: (...values: number[]) => Buffer;

  constructor(readonly little = true) {
    this.words = wordsOf(little);
  }

  /** Any block: its body is padded, and framed by type and lengths. */
  block(type: number, body: Uint8Array): Buffer {
    const padded = pad(body);
    const length = this.words(12 + padded.length);
    return Buffer.concat([this.words(type), length, padded, length]);
  }

  section(options: readonly Option[] = []): Buffer {
    const rest = this.little ? Buffer.of(1, 0, 0, 0) : Buffer.of(0, 1, 0, 0);
    const body = [this.words(0x1a2b3c4d), rest, this.words(0xffffffff, 0xffffffff), this.options(options)];
    return this.block(0x0a0d0d0a, Buffer.concat(body));
  }

  interface(linkType = 1, options: readonly Option[] = [], snapLength = 262_144): Buffer {
    const body = [this.short(linkType), this.short(0), this.words(snapLength), this.options(options)];
    return this.block(1, Buffer.concat(body));
  }

  /** An enhanced packet block. `ticks` is the time stamp in the interface's resolution. */
  packet(
    bytes: Uint8Array,
    ticks: bigint,
    more: { interface?: number; wireLength?: number; options?: Option[] } = {},
  ): Buffer {
    const time = [Number(ticks >> 32n), Number(ticks & 0xffffffffn)];
    const head = this.words(more.interface ?? 0, ...time, bytes.length, more.wireLength ?? bytes.length);
    return this.block(6, Buffer.concat([head, pad(bytes), this.options(more.options ?? [])]));
  }

  simplePacket(bytes: Uint8Array, wireLength = bytes.length): Buffer {
    return this.block(3, Buffer.concat([this.words(wireLength), bytes]));
  }

  /** The packet block of early drafts of the format. */
  obsoletePacket(bytes: Uint8Array, ticks: bigint): Buffer {
    const time = this.words(Number(ticks >> 32n), Number(ticks & 0xffffffffn), bytes.length, bytes.length);
    return this.block(2, Buffer.concat([this.short(0), this.short(0), time, bytes]));
  }

  /** A name resolution block: address bytes and name. */
  names(records: readonly [address: Uint8Array, name: string][]): Buffer {
    const parts = records.map(([address, name]) => {
      const value = Buffer.concat([address, Buffer.from(`${name}\0`)]);
      return Buffer.concat([this.short(address.length === 4 ? 1 : 2), this.short(value.length), pad(value)]);
    });
    return this.block(4, Buffer.concat([...parts, Buffer.alloc(4)]));
  }

  /** A decryption secrets block with a key log. */
  secrets(keyLog: Uint8Array): Buffer {
    return this.block(10, Buffer.concat([this.words(0x544c534b, keyLog.length), pad(keyLog)]));
  }

  private options(options: readonly Option[]): Buffer {
    if (options.length === 0) return Buffer.alloc(0);
    const parts = options.map(([code, value]) =>
      Buffer.concat([this.short(code), this.short(value.length), pad(value)]),
    );
    return Buffer.concat([...parts, Buffer.alloc(4)]);
  }

  private short(value: number): Buffer {
    return this.little ? Buffer.of(value & 0xff, value >> 8) : Buffer.of(value >> 8, value & 0xff);
  }
}

function pad(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

/** A pcapng file with one section and one Ethernet interface with microseconds, packets a millisecond apart. */
export function pcapng(packets: readonly Uint8Array[], little = true): Buffer {
  const blocks = new PcapngBlocks(little);
  const start = BigInt(START) * 1_000_000n;
  const items = packets.map((bytes, at) => blocks.packet(bytes, start + BigInt(at) * 1000n));
  return Buffer.concat([blocks.section(), blocks.interface(), ...items]);
}
