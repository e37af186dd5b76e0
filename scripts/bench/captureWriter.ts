import { closeSync, openSync, writeSync } from 'node:fs';

const LARGEST_PAYLOAD = 1448;
const START_SECONDS = 1_700_000_000;
const FRAMES = 14 + 20 + 20;

/** One end of a TCP connection. */
export interface End {
  ip: number;
  port: number;
  sequence: number;
}

/** Writes a pcap file of Ethernet, IPv4 and TCP, in large pieces, with a clock that ticks 7 µs a packet. */
export class CaptureWriter {
  bytes = 0;
  private readonly descriptor: number;
  private readonly buffer = Buffer.alloc(8 << 20);
  private used = 0;
  private micros = 0;

  constructor(path: string) {
    this.descriptor = openSync(path, 'w');
    this.buffer.writeUInt32LE(0xa1b2c3d4, 0);
    this.buffer.writeUInt16LE(2, 4);
    this.buffer.writeUInt16LE(4, 6);
    this.buffer.writeUInt32LE(262144, 16);
    this.buffer.writeUInt32LE(1, 20);
    this.used = this.bytes = 24;
  }

  /** One segment with the given TCP flags. */
  segment(from: End, to: End, flags: number, payload: Uint8Array = new Uint8Array(0)): void {
    const length = FRAMES + payload.length;
    if (this.used + 16 + length > this.buffer.length) this.flush();
    const { buffer: b, used: at } = this;
    b.fill(0, at, at + 16 + FRAMES);
    b.writeUInt32LE(START_SECONDS + Math.floor(this.micros / 1e6), at);
    b.writeUInt32LE(this.micros % 1e6, at + 4);
    b.writeUInt32LE(length, at + 8);
    b.writeUInt32LE(length, at + 12);
    b.writeUInt16BE(0x0800, at + 28);
    b[at + 30] = 0x45;
    b.writeUInt16BE(40 + payload.length, at + 32);
    b[at + 38] = 64;
    b[at + 39] = 6;
    b.writeUInt32BE(from.ip, at + 42);
    b.writeUInt32BE(to.ip, at + 46);
    b.writeUInt16BE(from.port, at + 50);
    b.writeUInt16BE(to.port, at + 52);
    b.writeUInt32BE(from.sequence, at + 54);
    b.writeUInt32BE(to.sequence, at + 58);
    b[at + 62] = 0x50;
    b[at + 63] = flags;
    b.writeUInt16BE(65535, at + 64);
    b.set(payload, at + 70);
    this.used += 16 + length;
    this.bytes += 16 + length;
    const synOrFin = (flags & 3) !== 0 ? 1 : 0;
    from.sequence = (from.sequence + payload.length + synOrFin) >>> 0;
    this.micros += 7;
  }

  /** Bytes of a stream in segments as Ethernet carries them; the peer acknowledges every second one. */
  stream(from: End, to: End, payload: Uint8Array): void {
    for (let at = 0, n = 0; at < payload.length; at += LARGEST_PAYLOAD, n++) {
      this.segment(from, to, 0x18, payload.subarray(at, at + LARGEST_PAYLOAD));
      if (n % 2 === 1) this.segment(to, from, 0x10);
    }
  }

  close(): void {
    this.flush();
    closeSync(this.descriptor);
  }

  private flush(): void {
    writeSync(this.descriptor, this.buffer, 0, this.used);
    this.used = 0;
  }
}
