/** Rows a chunk of the index holds; a power of two. */
export const CHUNK_SHIFT = 14;
export const CHUNK_ROWS = 1 << CHUNK_SHIFT;
export const CHUNK_MASK = CHUNK_ROWS - 1;

/**
 * The 32-bit words of a row. All of a row lies together: the index pass writes one cache line a message, and that
 * is most of what it costs.
 */
export const Word = {
  /** File position of the record mark, or of the first packet's record when the message spans packets: 48 bits. */
  OFFSET_LOW: 0,
  /** The position's upper 16 bits; above them the {@link SPAN_UNIT}s up to the last packet of a message that spans packets. */
  OFFSET_HIGH: 1,
  /** TCP sequence number of the first byte, for messages that span packets. */
  START_SEQUENCE: 2,
  /** Bytes in the stream, record marks included. */
  WIRE_LENGTH: 3,
  SECONDS: 4,
  NANOS: 5,
  CONNECTION: 6,
  FRAME: 7,
  CODE: 8,
  SEQUENCE: 9,
  REPLY_SEQUENCE: 10,
  HEADER_ERROR: 11,
  BODY_ERROR: 12,
  /** Row of the request or the reply that belongs to it, plus 1; 0: none. */
  PAIR: 13,
  /** Kind, direction, version, … as {@link RowFlag} says. */
  FLAGS: 14,
} as const;

export const SPAN_UNIT = 4096;
/** So many units or more. */
export const MAX_SPAN = 0xffff;

/** Words a row takes. */
export const ROW_WORDS = 15;

/** Bits of the flags word. */
export const RowFlag = {
  /** 0 request, 1 reply, 2 post. */
  KIND_MASK: 0x3,
  FROM_SERVER: 0x4,
  VERSION_SHIFT: 3,
  VERSION_MASK: 0x7,
  DIGITS_SHIFT: 6,
  DIGITS_MASK: 0xf,
  /** Something is wrong with the message; its texts are in the problem list. */
  PROBLEM: 0x400,
  /** The message's bytes do not lie in the file in one piece. */
  SPANS: 0x800,
  HAS_BODY_ERROR: 0x1000,
  /** Some of its bytes are not in the capture. */
  INCOMPLETE: 0x2000,
  /** Number of record-marking fragments, cut to 16 bits. */
  FRAGMENTS_SHIFT: 16,
} as const;

/** Room for {@link CHUNK_ROWS} rows, shared between the thread that writes and those that read where that is possible. */
export function allocateChunk(): Uint32Array {
  const bytes = CHUNK_ROWS * ROW_WORDS * 4;
  return new Uint32Array(
    typeof SharedArrayBuffer === 'undefined' ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes),
  );
}
