import { isKnownCode, isPostCode } from '../protocol';

/** Bytes of a record mark and of an NDMP header (NDMPv4 draft 2.3; RFC 5531 record marking). */
export const MARK_BYTES = 4;
export const HEADER_BYTES = 24;
/** A record mark and a whole header: what is needed to tell NDMP from anything else. */
export const RECORD_HEAD_BYTES = MARK_BYTES + HEADER_BYTES;
/** A longer record is taken for a broken length; real ones stay below some megabytes. */
export const MAX_RECORD_BYTES = 64 * 1024 * 1024;

const LAST_FRAGMENT = 0x80000000;

const KNOWN = 1;
const POST = 2;
/** Traits of the core codes, so that the index pass looks nothing up. */
const coreTraits = new Uint8Array(0x1000);
for (let code = 0; code < coreTraits.length; code++) {
  coreTraits[code] = (isKnownCode(code) ? KNOWN : 0) | (isPostCode(code) ? POST : 0);
}

/** Whether a message of this code is known in any version or extension. */
export function isKnown(code: number): boolean {
  return code < coreTraits.length ? (coreTraits[code] & KNOWN) !== 0 : isKnownCode(code);
}

/** Whether messages of this code are posts: server to DMA, without a reply. */
export function isPost(code: number): boolean {
  return code < coreTraits.length ? (coreTraits[code] & POST) !== 0 : isPostCode(code);
}

/** Errors are core errors or carry an extension class in their upper half. */
function isPlausibleError(error: number): boolean {
  return error < 0x100 || (error >= 0x10000 && error < 0x80000000);
}

/**
 * Whether an NDMP header that nothing speaks against stands at `at`: a known code, and the fields of a request or
 * a reply as they must be. Time stamps are not judged: clocks of real servers are years off.
 */
export function isCleanHeader(view: DataView, at: number): boolean {
  const type = view.getUint32(at + 8);
  if (type > 1 || !isKnown(view.getUint32(at + 12))) return false;
  const replySequence = view.getUint32(at + 16);
  const error = view.getUint32(at + 20);
  return type === 0 ? replySequence === 0 && error === 0 : isPlausibleError(error);
}

/** Whether a record with a clean header begins at `at`. Needs {@link RECORD_HEAD_BYTES} bytes before `end`. */
export function isCleanRecord(view: DataView, at: number, end: number): boolean {
  if (end - at < RECORD_HEAD_BYTES) return false;
  const length = view.getUint32(at) & ~LAST_FRAGMENT;
  return length >= HEADER_BYTES && length <= MAX_RECORD_BYTES && isCleanHeader(view, at + MARK_BYTES);
}

/**
 * Whether the first bytes of a direction are those of a TLS handshake: a record with a hello in it. Fewer than tell it
 * are enough where `isBeginning` says that the direction begins with them: no record of NDMP begins with them.
 */
export function beginsLikeTls(view: DataView, at: number, end: number, isBeginning: boolean): boolean {
  const length = Math.min(end - at, TLS_HELLO.length);
  if (length < (isBeginning ? 1 : TLS_HELLO.length)) return false;
  for (let i = 0; i < length; i++) {
    const [least, most] = TLS_HELLO[i];
    const byte = view.getUint8(at + i);
    if (byte < least || byte > most) return false;
  }
  return true;
}

/** Whether the first bytes of the other side answer a hello in TLS: with a record of any type (RFC 8446, section 5.1). */
export function answersLikeTls(view: DataView, at: number, end: number): boolean {
  const type = at < end ? view.getUint8(at) : 0;
  return type >= 0x14 && type <= 0x18 && (at + 1 >= end || view.getUint8(at + 1) === 3);
}

/** Whether the first bytes are a TLS handshake record with a hello. */
export function looksLikeTls(view: DataView, at: number, end: number): boolean {
  return beginsLikeTls(view, at, end, false);
}

/** Type of the record, its version and length, type of the message: the least and the most that each byte may be. */
const TLS_HELLO: readonly (readonly [number, number])[] = [
  [0x16, 0x16],
  [3, 3],
  [0, 4],
  [0, 0x48],
  [0, 0xff],
  [1, 2],
];
