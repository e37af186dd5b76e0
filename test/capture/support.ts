import { Block } from '../../src/capture/block';
import { Packet } from '../../src/capture/packet';
import type { FileDamage } from '../../src/capture/packet';
import { MemorySource } from '../../src/capture/byteSource';
import { CaptureReading, createScanner, detectFormat, firstRecordOffset } from '../../src/capture/readCapture';
import { StreamMode } from '../../src/capture/tcpConnection';
import type { Arrival, StreamSink, TcpConnection, TcpDirection } from '../../src/capture/tcpConnection';
import { TcpStreams } from '../../src/capture/tcpStreams';
import { sourceAndDestination } from '../../src/session/endpoints';

/** A packet as a scanner hands it over, copied. */
export interface SeenPacket {
  frame: number;
  seconds: number;
  nanos: number;
  digits: number;
  linkType: number;
  recordOffset: number;
  wireLength: number;
  bytes: Uint8Array;
}

/** Everything that scanning a capture gives. Small blocks make every item straddle their ends. */
export function scanAll(file: Uint8Array, blockBytes?: number) {
  const source = new MemorySource(file);
  const state = detectFormat(source);
  if (state === undefined) throw new Error('not a capture');
  const scanner = createScanner(state);
  const packets: SeenPacket[] = [];
  const damage: FileDamage[] = [];
  const comments: (readonly string[])[] = [];
  const handler = {
    onPacket(packet: Packet, block: Block): void {
      const { frame, seconds, nanos, digits, linkType, recordOffset, wireLength, start, end } = packet;
      const bytes = block.bytes.slice(start, end);
      comments.push(packet.comments);
      packets.push({ frame, seconds, nanos, digits, linkType, recordOffset, wireLength, bytes });
    },
    onDamage: (each: FileDamage): unknown => damage.push(each),
  };
  const reading = new CaptureReading(source, scanner, handler, firstRecordOffset(state), blockBytes);
  while (reading.step());
  reading.finish();
  return { packets, damage, scanner, comments };
}

/** Walks through Ethernet frames as packets 1, 2, … of a capture; `fileOffset` of a frame is 100 times its number. */
export function eachPacket(
  frames: readonly (Uint8Array | { bytes: Uint8Array; wireLength: number })[],
  visit: (packet: Packet, block: Block) => void,
): void {
  const packet = new Packet();
  packet.linkType = 1;
  frames.forEach((each, at) => {
    const { bytes, wireLength } = each instanceof Uint8Array ? { bytes: each, wireLength: each.length } : each;
    const block = new Block(0);
    block.bytes = new Uint8Array(bytes);
    block.view = new DataView(block.bytes.buffer);
    block.fileOffset = 100 * (at + 1);
    packet.frame = at + 1;
    packet.seconds = at + 1;
    packet.recordOffset = block.fileOffset;
    packet.end = bytes.length;
    packet.wireLength = wireLength;
    visit(packet, block);
  });
}

/**
 * Plays packets to {@link TcpStreams} and writes down what it delivers, an event a line: `c abc @3` are bytes from the
 * client that packet 3 completed, `s gap 5 @4` five lost ones from the server.
 */
export function play(
  frames: readonly (Uint8Array | { bytes: Uint8Array; wireLength: number })[],
  mode: StreamMode = StreamMode.Ordered,
): string[] {
  const events: string[] = [];
  const nameOf = (direction: TcpDirection): string => (direction.sourcePort >= 20_000 ? 'c' : 's');
  const sink: StreamSink = {
    onOpen(connection: TcpConnection): void {
      const { startSeen, opener } = connection;
      events.push(`open${startSeen ? '' : ' without a start'}${opener ? ` by ${nameOf(opener)}` : ''}`);
      for (const direction of connection.directions) direction.mode = mode;
    },
    onBytes(direction: TcpDirection, { bytes, start, end, frame }: Arrival): void {
      events.push(`${nameOf(direction)} ${Buffer.from(bytes.subarray(start, end)).toString('latin1')} @${frame}`);
    },
    onGap(direction: TcpDirection, length: number, { frame }: Arrival): void {
      events.push(`${nameOf(direction)} gap ${length} @${frame}`);
    },
    onClose(connection: TcpConnection): void {
      events.push(`close ${connection.ended}`);
    },
  };
  const streams = new TcpStreams(sink, sourceAndDestination);
  eachPacket(frames, (packet, block) => streams.onPacket(packet, block));
  streams.finish();
  return events;
}

/** The bytes of one side in the events of {@link play}, one after another. */
export function bytesOf(events: readonly string[], side: 'c' | 's'): string {
  return events
    .filter((event) => event.startsWith(`${side} `) && !event.startsWith(`${side} gap`))
    .map((event) => event.slice(2, event.lastIndexOf(' @')))
    .join('');
}
