import { isIPv6 } from 'node:net';

/** One end of a TCP connection. */
export interface End {
  address: string;
  port: number;
}

const FIN = 1;
const SYN = 2;
const PSH = 8;
const ACK = 16;

/** A recording in the making: packets in order, with microseconds. */
export class Recording {
  private readonly packets: { microseconds: bigint; frame: Buffer }[] = [];

  /** Number of packets so far; also the number of the last one, as readers count from 1. */
  get frames(): number {
    return this.packets.length;
  }

  /** Adds an Ethernet frame; `microseconds` since 1970. */
  add(microseconds: bigint, frame: Buffer): void {
    this.packets.push({ microseconds, frame });
  }

  /** The recording as a classic pcap. */
  toPcap(): Buffer {
    const head = Buffer.alloc(24);
    head.writeUInt32LE(0xa1b2c3d4, 0);
    head.writeUInt16LE(2, 4);
    head.writeUInt16LE(4, 6);
    head.writeUInt32LE(262_144, 16);
    head.writeUInt32LE(1, 20);
    const records = this.packets.map(({ microseconds, frame }) => {
      const words = [microseconds / 1_000_000n, microseconds % 1_000_000n, frame.length, frame.length];
      return Buffer.concat([...words.map((each) => little(Number(each))), frame]);
    });
    return Buffer.concat([head, ...records]);
  }

  /** The recording as a pcapng: one section with a comment, one interface, and names for addresses. */
  toPcapng(comment: string, names: Readonly<Record<string, string>> = {}): Buffer {
    const section = Buffer.concat([little(0x1a2b3c4d), halves(1, 0), Buffer.alloc(8, 0xff), option(1, comment), END]);
    const records = Object.entries(names).map(([address, name]) => {
      const value = Buffer.concat([ipv4Bytes(address), Buffer.from(`${name}\0`)]);
      return Buffer.concat([halves(1, value.length), filled(value)]);
    });
    const blocks = [
      block(0x0a0d0d0a, section),
      block(1, Buffer.concat([halves(1, 0), little(262_144)])),
      block(4, Buffer.concat([...records, END])),
      ...this.packets.map(({ microseconds, frame }) => {
        const stamp = [Number(microseconds >> 32n), Number(microseconds & 0xffffffffn)];
        const words = [0, ...stamp, frame.length, frame.length].map(little);
        return block(6, Buffer.concat([...words, filled(frame)]));
      }),
    ];
    return Buffer.concat(blocks);
  }
}

const END = Buffer.alloc(4);

function little(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function halves(first: number, second: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(first, 0);
  bytes.writeUInt16LE(second, 2);
  return bytes;
}

/** Bytes filled up to whole words, as pcapng wants them. */
function filled(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

function option(code: number, text: string): Buffer {
  const value = Buffer.from(text, 'utf8');
  return Buffer.concat([halves(code, value.length), filled(value)]);
}

function block(type: number, body: Buffer): Buffer {
  const length = little(body.length + 12);
  return Buffer.concat([little(type), length, body, length]);
}

/** One TCP connection whose packets go into a recording. */
export class TcpConnection {
  /** Next sequence number of the client and of the server. */
  private readonly next = { client: 1_000_001, server: 5_000_001 };

  constructor(
    private readonly recording: Recording,
    readonly client: End,
    readonly server: End,
    private readonly segmentBytes = 1448,
  ) {}

  open(microseconds: bigint): void {
    this.segment('client', microseconds, SYN);
    this.segment('server', microseconds + 20n, SYN | ACK);
    this.segment('client', microseconds + 40n, ACK);
  }

  /** Sends bytes, in several segments when they do not fit one; 10 µs between segments, then an empty acknowledgement. */
  send(from: 'client' | 'server', microseconds: bigint, bytes: Uint8Array): { frame: number; time: bigint } {
    let time = microseconds;
    for (let start = 0; start < bytes.length; start += this.segmentBytes) {
      if (start > 0) time += 10n;
      this.segment(from, time, PSH | ACK, bytes.subarray(start, start + this.segmentBytes));
    }
    const end = { frame: this.recording.frames, time };
    this.segment(from === 'client' ? 'server' : 'client', time + 5n, ACK);
    return end;
  }

  close(microseconds: bigint): void {
    this.segment('client', microseconds, FIN | ACK);
    this.segment('server', microseconds + 20n, FIN | ACK);
    this.segment('client', microseconds + 40n, ACK);
  }

  private segment(
    from: 'client' | 'server',
    microseconds: bigint,
    flags: number,
    payload: Uint8Array = Buffer.alloc(0),
  ): void {
    const to = from === 'client' ? 'server' : 'client';
    const tcp = Buffer.alloc(20);
    tcp.writeUInt16BE(this[from].port, 0);
    tcp.writeUInt16BE(this[to].port, 2);
    tcp.writeUInt32BE(flags & SYN ? this.next[from] - 1 : this.next[from], 4);
    if (flags & ACK) tcp.writeUInt32BE(this.next[to], 8);
    tcp.writeUInt8(5 << 4, 12);
    tcp.writeUInt8(flags, 13);
    tcp.writeUInt16BE(65_535, 14);
    this.next[from] += payload.length + (flags & FIN ? 1 : 0);
    const segment = Buffer.concat([tcp, payload]);
    this.recording.add(microseconds, ethernet(this[from].address, this[to].address, segment));
  }
}

function ethernet(source: string, destination: string, tcp: Buffer): Buffer {
  const macs = Buffer.from('020000000002020000000001', 'hex');
  const packet = isIPv6(source) ? ipv6(source, destination, tcp) : ipv4(source, destination, tcp);
  return Buffer.concat([macs, Buffer.from(isIPv6(source) ? '86dd' : '0800', 'hex'), packet]);
}

function ipv4(source: string, destination: string, tcp: Buffer): Buffer {
  const addresses = Buffer.concat([ipv4Bytes(source), ipv4Bytes(destination)]);
  const head = Buffer.alloc(20);
  head.writeUInt8(0x45, 0);
  head.writeUInt16BE(20 + tcp.length, 2);
  head.writeUInt16BE(0x4000, 6);
  head.writeUInt8(64, 8);
  head.writeUInt8(6, 9);
  addresses.copy(head, 12);
  head.writeUInt16BE(checksum(head), 10);
  const pseudo = Buffer.concat([addresses, Buffer.from([0, 6, tcp.length >> 8, tcp.length & 255])]);
  tcp.writeUInt16BE(checksum(Buffer.concat([pseudo, tcp])), 16);
  return Buffer.concat([head, tcp]);
}

function ipv6(source: string, destination: string, tcp: Buffer): Buffer {
  const addresses = Buffer.concat([ipv6Bytes(source), ipv6Bytes(destination)]);
  const head = Buffer.alloc(8);
  head.writeUInt8(0x60, 0);
  head.writeUInt16BE(tcp.length, 4);
  head.writeUInt8(6, 6);
  head.writeUInt8(64, 7);
  const length = Buffer.alloc(8);
  length.writeUInt32BE(tcp.length, 0);
  length.writeUInt8(6, 7);
  tcp.writeUInt16BE(checksum(Buffer.concat([addresses, length, tcp])), 16);
  return Buffer.concat([head, addresses, tcp]);
}

export function ipv4Bytes(text: string): Buffer {
  return Buffer.from(text.split('.').map(Number));
}

/** Bytes of an IPv6 address with at most one '::' and no embedded IPv4. */
export function ipv6Bytes(text: string): Buffer {
  const [left, right] = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const zeros = Array<string>(8 - left.length - (right?.length ?? 0)).fill('0');
  const groups = [...left, ...(right ? [...zeros, ...right] : [])];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at] << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
