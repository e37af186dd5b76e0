const LAST_FRAGMENT = 0x80000000;
const MAX_FRAGMENT = 0x7fffffff;

/** What a four-byte record mark says (RFC 5531, section 11). */
export interface RecordMark {
  last: boolean;
  /** Payload bytes of this fragment, 0 to 2^31 - 1. */
  length: number;
}

/** Reads the record mark at `offset`; the caller has checked that four bytes are there. */
export function decodeRecordMark(bytes: Uint8Array, offset = 0): RecordMark {
  const high = bytes[offset];
  const length = ((high & 0x7f) << 24) | (bytes[offset + 1] << 16) | (bytes[offset + 2] << 8) | bytes[offset + 3];
  return { last: high >= 0x80, length };
}

/**
 * Puts record marks before `payload`: one last fragment, or several fragments of at most `fragmentSize` bytes.
 * An empty payload is one empty last fragment.
 */
export function encodeRecord(payload: Uint8Array, fragmentSize = MAX_FRAGMENT): Uint8Array {
  const size = Math.min(MAX_FRAGMENT, Math.max(1, Math.floor(fragmentSize)));
  const fragments = Math.max(1, Math.ceil(payload.length / size));
  const record = new Uint8Array(payload.length + 4 * fragments);
  const view = new DataView(record.buffer);
  let at = 0;
  for (let i = 0; i < fragments; i++) {
    const part = payload.subarray(i * size, (i + 1) * size);
    view.setUint32(at, (i === fragments - 1 ? LAST_FRAGMENT : 0) + part.length);
    record.set(part, at + 4);
    at += 4 + part.length;
  }
  return record;
}
