/** Blocks of the pcapng format (draft-ietf-opsawg-pcapng), little-endian, as this product writes them. */

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const LINKTYPE_ETHERNET = 1;
const OPT_COMMENT = 1;
const SHB_USERAPPL = 4;
const IF_TSRESOL = 9;
/** Type, two lengths, and an option's code and length. */
const BLOCK_FRAME = 12;
const OPTION_HEAD = 4;
/** Characters of a comment: an option's length has 16 bits, and a character takes up to three bytes. */
const MAX_COMMENT = 20_000;

interface Option {
  code: number;
  value: Uint8Array;
}

const utf8 = new TextEncoder();

/** The block that begins a file. @param comment what readers of the capture shall know of it */
export function sectionHeader(application: string, comment?: string): Uint8Array {
  const body = new Uint8Array(16);
  const view = new DataView(body.buffer);
  view.setUint32(0, BYTE_ORDER_MAGIC, true);
  view.setUint16(4, 1, true);
  view.setBigInt64(8, -1n, true); // the section's length is not told
  return block(SECTION_HEADER, body, [
    ...(comment === undefined ? [] : [commentOption(comment)]),
    { code: SHB_USERAPPL, value: utf8.encode(application) },
  ]);
}

/** An Ethernet interface whose clock counts in units of 10^-digits seconds. */
export function interfaceDescription(digits: number): Uint8Array {
  const body = new Uint8Array(8);
  new DataView(body.buffer).setUint16(0, LINKTYPE_ETHERNET, true);
  return block(INTERFACE_DESCRIPTION, body, [{ code: IF_TSRESOL, value: Uint8Array.of(digits) }]);
}

/** A moment as the index has it. */
export interface PacketTime {
  /** Seconds since 1970-01-01 UTC. */
  seconds: number;
  nanos: number;
  /** Decimal digits of the capture's clock, 0 to 9. */
  digits: number;
}

/**
 * A packet.
 * @param number of its interface in the file, from 0
 * @param wireLength bytes that the packet had on the wire; more than there are in `frame` when it was cut
 * @param comments what readers shall know of the packet
 */
export function enhancedPacket(
  number: number,
  { seconds, nanos, digits }: PacketTime,
  frame: Uint8Array,
  wireLength = frame.length,
  comments: readonly string[] = [],
): Uint8Array {
  const padded = (frame.length + 3) & ~3;
  const body = new Uint8Array(20 + padded);
  const view = new DataView(body.buffer);
  const ticks = BigInt(seconds) * 10n ** BigInt(digits) + BigInt(Math.floor(nanos / 10 ** (9 - digits)));
  view.setUint32(0, number, true);
  view.setUint32(4, Number(ticks >> 32n), true);
  view.setUint32(8, Number(ticks & 0xffffffffn), true);
  view.setUint32(12, frame.length, true);
  view.setUint32(16, wireLength, true);
  body.set(frame, 20);
  return block(ENHANCED_PACKET, body, comments.map(commentOption));
}

function commentOption(text: string): Option {
  return { code: OPT_COMMENT, value: utf8.encode(text.slice(0, MAX_COMMENT)) };
}

function block(type: number, body: Uint8Array, options: readonly Option[]): Uint8Array {
  const optionBytes = options.reduce((sum, { value }) => sum + OPTION_HEAD + ((value.length + 3) & ~3), 0);
  // the option that ends the list
  const length = BLOCK_FRAME + body.length + (options.length === 0 ? 0 : optionBytes + OPTION_HEAD);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  bytes.set(body, 8);
  let at = 8 + body.length;
  for (const { code, value } of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    bytes.set(value, at + OPTION_HEAD);
    at += OPTION_HEAD + ((value.length + 3) & ~3);
  }
  view.setUint32(length - 4, length, true);
  return bytes;
}
