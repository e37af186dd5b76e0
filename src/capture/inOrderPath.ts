import type { Block } from './block';
import { LinkType } from './linkLayer';
import type { Packet } from './packet';
import { StreamMode } from './tcpConnection';
import type { TcpDirection } from './tcpConnection';
import { TCP_FIN, TCP_RST, TCP_SYN } from './tcpSegment';

const ETHERNET = 14;
const IPV4 = 20;
const MIN_BYTES = ETHERNET + IPV4 + 20;
/** EtherType IPv4, then version 4 with a header of five words and no type of service. */
const PLAIN_IPV4 = 0x08004500;
const PROTOCOL_TCP = 6;
const UNUSUAL_FLAGS = TCP_SYN | TCP_FIN | TCP_RST;

/** What a direction looks like in a plain packet. */
class Known {
  source = 0;
  destination = 0;
  ports = 0;
  direction: TcpDirection | null = null;
}

/**
 * The short way for the packets that most captures consist of: Ethernet, plain IPv4, TCP, the next bytes of the
 * connection that the packet before belonged to. It looks at a dozen words and nothing else; whatever is unusual in any way
 * goes the long way through {@link TcpSegment} and {@link TcpStreams}. Both ways give the same.
 */
export class InOrderPath {
  /** Payload found by {@link matches}: [start, end) of the block. */
  start = 0;
  end = 0;
  /** The receive window that the packet announces. */
  window = 0;
  private readonly known = [new Known(), new Known()];

  /** The long way found a direction in this packet: the next packets of both its directions may come the short way. */
  learn(direction: TcpDirection, packet: Packet, block: Block): void {
    const { view } = block;
    const at = packet.start;
    const [forward, back] = this.known;
    forward.direction = null;
    back.direction = null;
    if (packet.linkType !== LinkType.ETHERNET || packet.end - at < MIN_BYTES) return;
    if (view.getUint32(at + 12) !== PLAIN_IPV4) return;
    forward.source = back.destination = view.getInt32(at + 26);
    forward.destination = back.source = view.getInt32(at + 30);
    forward.ports = view.getInt32(at + 34);
    back.ports = (forward.ports << 16) | (forward.ports >>> 16);
    forward.direction = direction;
    back.direction = direction.peer;
  }

  /** Forgets what was learned: a connection came or went. */
  forget(): void {
    this.known[0].direction = null;
    this.known[1].direction = null;
  }

  /**
   * The direction whose next bytes this packet holds, with its payload in {@link start} and {@link end} (empty for a
   * mere acknowledgement); null: the packet must go the long way.
   */
  matches(packet: Packet, block: Block): TcpDirection | null {
    const { view } = block;
    const at = packet.start;
    if (packet.linkType !== LinkType.ETHERNET || packet.end - at < MIN_BYTES) return null;
    if (view.getUint32(at + 12) !== PLAIN_IPV4) return null;
    const ports = view.getInt32(at + 34);
    let known = this.known[0];
    if (known.ports !== ports) {
      known = this.known[1];
      if (known.ports !== ports) return null;
    }
    const { direction } = known;
    if (direction === null) return null;
    if (view.getInt32(at + 26) !== known.source || view.getInt32(at + 30) !== known.destination) return null;
    if ((view.getUint16(at + 20) & 0x3fff) !== 0 || view.getUint8(at + 23) !== PROTOCOL_TCP) return null;
    const offsetAndFlags = view.getUint16(at + 46);
    if ((offsetAndFlags & UNUSUAL_FLAGS) !== 0 || direction.connection.waiting !== 0) return null;
    const start = at + ETHERNET + IPV4 + (offsetAndFlags >>> 12) * 4;
    const end = at + ETHERNET + view.getUint16(at + 16);
    if (end > packet.end || start > end || start < at + MIN_BYTES) return null;
    if (start < end) {
      if (direction.mode !== StreamMode.Ordered || !direction.placed) return null;
      if (view.getUint32(at + 38) !== direction.nextSequence) return null;
    }
    this.start = start;
    this.end = end;
    this.window = view.getUint16(at + 48);
    return direction;
  }
}
