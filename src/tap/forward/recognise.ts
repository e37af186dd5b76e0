import { isCleanRecord, looksLikeTls, RECORD_HEAD_BYTES } from '../../session/recordShape';

/** What the first bytes of a stream say that it is. */
export type StreamKind = 'ndmp' | 'tls' | 'other';

const MAX_FIRST_LENGTH = 0x04000000;
const TLS_HANDSHAKE = 0x16;

/** Tells from the first bytes of a stream what it carries; undefined while more of them are needed. */
export function recognised(first: Uint8Array): StreamKind | undefined {
  if (first.length === 0) return undefined;
  const view = new DataView(first.buffer, first.byteOffset, first.length);
  if (first[0] === TLS_HANDSHAKE) {
    if (first.length < 6) return undefined;
    return looksLikeTls(view, 0, first.length) ? 'tls' : 'other';
  }
  // lengths of real records leave most of the first byte empty, and texts do not
  if ((first[0] & 0x7f) * 0x1000000 >= MAX_FIRST_LENGTH) return 'other';
  if (first.length < RECORD_HEAD_BYTES) return undefined;
  return isCleanRecord(view, 0, first.length) ? 'ndmp' : 'other';
}
