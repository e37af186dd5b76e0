import type { TlsCrypto } from './crypto';
import { expandLabel, joinBytes } from './keySchedule';
import type { CipherSuite, Protection } from './suites';

/** What a record holds. */
export const ContentType = { CHANGE_CIPHER_SPEC: 20, ALERT: 21, HANDSHAKE: 22, APPLICATION: 23 } as const;

export const TLS10 = 0x0301;
export const TLS11 = 0x0302;
export const TLS12 = 0x0303;
export const TLS13 = 0x0304;

/** Type, version and length before a record's fragment. */
export const RECORD_HEADER = 5;

/** A record as it was sent. */
export interface SealedRecord {
  type: number;
  /** Version in the record's header. */
  version: number;
  fragment: Uint8Array;
}

export interface PlainRecord {
  type: number;
  content: Uint8Array;
}

/** One direction's keys. */
export interface RecordKeys {
  macKey: Uint8Array;
  key: Uint8Array;
  iv: Uint8Array;
}

/** Opens the records of one direction under one set of keys. */
export interface RecordCipher {
  /** Opens a record as the one with this number; undefined: it is not that one, or not under these keys. */
  open(record: SealedRecord, sequence: number): PlainRecord | undefined;
  /** Bytes that protection adds to a record, header included; undefined: they depend on the content. */
  readonly overhead: number | undefined;
  /** A record went by that was not opened; the one behind it may depend on it. */
  passed?(record: SealedRecord): void;
}

function sequenceBytes(sequence: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(sequence / 0x100000000));
  view.setUint32(4, sequence >>> 0);
  return bytes;
}

/** The nonce of TLS 1.3 and of ChaCha20 in TLS 1.2: the number of the record over the fixed part (RFC 8446, section 5.3). */
function mixedNonce(iv: Uint8Array, sequence: number): Uint8Array {
  const nonce = new Uint8Array(iv);
  const number = sequenceBytes(sequence);
  for (let i = 0; i < 8; i++) nonce[nonce.length - 8 + i] ^= number[i];
  return nonce;
}

/** Records of TLS 1.3 (RFC 8446, section 5.2). */
export function tls13Cipher(crypto: TlsCrypto, suite: CipherSuite, secret: Uint8Array): RecordCipher | undefined {
  const { protection } = suite;
  if (protection.kind !== 'aead') return undefined;
  const { cipher, keyBytes, tagBytes } = protection;
  const key = expandLabel(crypto, suite.prf, secret, 'key', keyBytes);
  const iv = expandLabel(crypto, suite.prf, secret, 'iv', 12);
  return {
    overhead: RECORD_HEADER + tagBytes + 1,
    open({ type, version, fragment }, sequence) {
      if (type !== ContentType.APPLICATION || fragment.length <= tagBytes) return undefined;
      const end = fragment.length - tagBytes;
      const header = recordHeader(type, version, fragment.length);
      const [sealed, tag] = [fragment.subarray(0, end), fragment.subarray(end)];
      const inner = crypto.openAead(cipher, key, mixedNonce(iv, sequence), header, sealed, tag);
      if (inner === undefined) return undefined;
      let last = inner.length - 1;
      while (last >= 0 && inner[last] === 0) last--;
      return last < 0 ? undefined : { type: inner[last], content: inner.subarray(0, last) };
    },
  };
}

function recordHeader(type: number, version: number, length: number): Uint8Array {
  return new Uint8Array([type, version >> 8, version & 0xff, length >> 8, length & 0xff]);
}

/** What AEAD and MAC cover beside the content (RFC 5246, sections 6.2.3.1 and 6.2.3.3). */
function covered(sequence: number, record: SealedRecord, length: number): Uint8Array {
  return joinBytes(sequenceBytes(sequence), recordHeader(record.type, record.version, length));
}

/** Bytes of key material that a direction needs in TLS 1.2 and before: MAC key, key, fixed initialisation vector. */
export function keySizes(protection: Protection, version: number): { mac: number; key: number; iv: number } {
  switch (protection.kind) {
    case 'aead':
      return { mac: 0, key: protection.keyBytes, iv: protection.nonce === 'explicit' ? 4 : 12 };
    case 'cbc':
      return {
        mac: protection.macBytes,
        key: protection.keyBytes,
        iv: version === TLS10 ? protection.blockBytes : 0,
      };
    case 'null':
      return { mac: protection.macBytes, key: 0, iv: 0 };
  }
}

/** Records of TLS 1.0 to 1.2. @param encryptThenMac as RFC 7366 says */
export function tls12Cipher(
  crypto: TlsCrypto,
  protection: Protection,
  version: number,
  keys: RecordKeys,
  encryptThenMac: boolean,
): RecordCipher {
  switch (protection.kind) {
    case 'aead':
      return aeadCipher(crypto, protection, keys);
    case 'cbc':
      return cbcCipher(crypto, protection, version, keys, encryptThenMac);
    case 'null': {
      const { mac, macBytes } = protection;
      return {
        overhead: RECORD_HEADER + macBytes,
        open: (record, sequence) => {
          const content = withoutMac(crypto, mac, macBytes, keys.macKey, record, record.fragment, sequence);
          return content && { type: record.type, content };
        },
      };
    }
  }
}

function aeadCipher(
  crypto: TlsCrypto,
  { cipher, tagBytes, nonce }: Extract<Protection, { kind: 'aead' }>,
  { key, iv }: RecordKeys,
): RecordCipher {
  const explicit = nonce === 'explicit' ? 8 : 0;
  return {
    overhead: RECORD_HEADER + explicit + tagBytes,
    open(record, sequence) {
      const { type, fragment } = record;
      const end = fragment.length - tagBytes;
      if (end < explicit) return undefined;
      const number = explicit === 0 ? mixedNonce(iv, sequence) : joinBytes(iv, fragment.subarray(0, explicit));
      const sealed = fragment.subarray(explicit, end);
      const additional = covered(sequence, record, sealed.length);
      const content = crypto.openAead(cipher, key, number, additional, sealed, fragment.subarray(end));
      return content && { type, content };
    },
  };
}

function cbcCipher(
  crypto: TlsCrypto,
  { cipher, blockBytes, mac, macBytes }: Extract<Protection, { kind: 'cbc' }>,
  version: number,
  { key, iv, macKey }: RecordKeys,
  encryptThenMac: boolean,
): RecordCipher {
  const isChained = version === TLS10;
  /** In TLS 1.0 the last block of a record begins the next one; `number` is that of the next one where that is certain. */
  let chain: { block: Uint8Array; number: number | undefined } = { block: iv, number: 0 };
  const chainTo = (fragment: Uint8Array, number: number | undefined): void => {
    const end = fragment.length - (encryptThenMac ? macBytes : 0);
    if (isChained && end >= blockBytes)
      chain = { block: new Uint8Array(fragment.subarray(end - blockBytes, end)), number };
  };
  return {
    overhead: undefined,
    // where the MAC covers what is sealed, a wrong first block would go unnoticed
    passed: ({ fragment }) => encryptThenMac || chainTo(fragment, undefined),
    open(record, sequence) {
      const { type, fragment } = record;
      let body: Uint8Array | undefined = fragment;
      if (encryptThenMac) body = withoutMac(crypto, mac, macBytes, macKey, record, fragment, sequence);
      if (body === undefined) return undefined;
      const isInStep = !isChained || !encryptThenMac || chain.number === sequence;
      const first = isChained ? chain.block : body.subarray(0, blockBytes);
      if (encryptThenMac) chainTo(fragment, sequence + 1);
      const blocks = body.subarray(isChained ? 0 : blockBytes);
      if (!isInStep || blocks.length < blockBytes || blocks.length % blockBytes !== 0) return undefined;
      const plain = crypto.decryptCbc(cipher, key, first, blocks);
      const unpadded = plain && withoutPadding(plain);
      const content =
        unpadded === undefined || encryptThenMac
          ? unpadded
          : withoutMac(crypto, mac, macBytes, macKey, record, unpadded, sequence);
      if (content === undefined) return undefined;
      chainTo(fragment, sequence + 1);
      return { type, content };
    },
  };
}

function withoutPadding(plain: Uint8Array): Uint8Array | undefined {
  const padding = plain[plain.length - 1];
  const end = plain.length - 1 - padding;
  if (end < 0) return undefined;
  for (let at = end; at < plain.length; at++) if (plain[at] !== padding) return undefined;
  return plain.subarray(0, end);
}

/** What stands before the MAC when that is right for the record's number. */
function withoutMac(
  crypto: TlsCrypto,
  hash: 'md5' | 'sha1' | 'sha256' | 'sha384',
  macBytes: number,
  key: Uint8Array,
  record: SealedRecord,
  bytes: Uint8Array,
  sequence: number,
): Uint8Array | undefined {
  const end = bytes.length - macBytes;
  if (end < 0) return undefined;
  const content = bytes.subarray(0, end);
  const mac = crypto.hmac(hash, key, joinBytes(covered(sequence, record, end), content));
  for (let i = 0; i < macBytes; i++) if (mac[i] !== bytes[end + i]) return undefined;
  return content;
}
