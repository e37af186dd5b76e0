/** Rows a chunk of the index holds; a power of two. */
export const CHUNK_SHIFT = 14;
export const CHUNK_ROWS = 1 << CHUNK_SHIFT;
export const CHUNK_MASK = CHUNK_ROWS - 1;

/** Bytes a row takes: one 8-byte column and thirteen of four bytes. */
export const ROW_BYTES = 8 + 13 * 4;

/**
 * The columns of {@link CHUNK_ROWS} messages over one buffer, shared between the thread that writes and the ones
 * that read where the platform allows it.
 */
export class RowColumns {
  /** File position of the record mark, or of the first packet's record when the message spans packets. */
  readonly offset: Float64Array;
  /** TCP sequence number of the first byte; meaningful for messages that span packets. */
  readonly startSequence: Uint32Array;
  /** Bytes in the stream, record marks included. */
  readonly wireLength: Uint32Array;
  readonly seconds: Uint32Array;
  readonly nanos: Uint32Array;
  readonly connection: Uint32Array;
  readonly frame: Uint32Array;
  readonly code: Uint32Array;
  readonly sequence: Uint32Array;
  readonly replySequence: Uint32Array;
  readonly headerError: Uint32Array;
  readonly bodyError: Uint32Array;
  /** Row of the request or the reply that belongs to it, plus 1; 0: none. */
  readonly pair: Uint32Array;
  /** Kind, direction, version, … as {@link RowFlag} says. */
  readonly flags: Uint32Array;

  constructor(readonly buffer: ArrayBufferLike = allocate(CHUNK_ROWS * ROW_BYTES)) {
    this.offset = new Float64Array(buffer, 0, CHUNK_ROWS);
    let at = CHUNK_ROWS * 8;
    const column = (): Uint32Array => {
      const words = new Uint32Array(buffer, at, CHUNK_ROWS);
      at += CHUNK_ROWS * 4;
      return words;
    };
    this.startSequence = column();
    this.wireLength = column();
    this.seconds = column();
    this.nanos = column();
    this.connection = column();
    this.frame = column();
    this.code = column();
    this.sequence = column();
    this.replySequence = column();
    this.headerError = column();
    this.bodyError = column();
    this.pair = column();
    this.flags = column();
  }

  /** All columns, for what must touch every one of them. */
  get all(): (Float64Array | Uint32Array)[] {
    return [
      this.offset,
      this.startSequence,
      this.wireLength,
      this.seconds,
      this.nanos,
      this.connection,
      this.frame,
      this.code,
      this.sequence,
      this.replySequence,
      this.headerError,
      this.bodyError,
      this.pair,
      this.flags,
    ];
  }
}

function allocate(bytes: number): ArrayBufferLike {
  return typeof SharedArrayBuffer === 'undefined' ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes);
}

/** Bits of the flags column. */
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
