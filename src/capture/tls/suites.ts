import type { HashName } from './crypto';

/** How records of a suite are protected. */
export type Protection =
  | { kind: 'aead'; cipher: AeadCipher; keyBytes: number; tagBytes: number; nonce: 'explicit' | 'implicit' }
  | { kind: 'cbc'; cipher: CbcCipher; keyBytes: number; blockBytes: number; mac: HashName; macBytes: number }
  | { kind: 'null'; mac: HashName; macBytes: number };

export type AeadCipher =
  'aes-128-gcm' | 'aes-256-gcm' | 'aes-128-ccm' | 'aes-256-ccm' | 'aria-128-gcm' | 'aria-256-gcm' | 'chacha20-poly1305';
export type CbcCipher = 'aes-128-cbc' | 'aes-256-cbc' | 'camellia-128-cbc' | 'camellia-256-cbc' | 'des-ede3-cbc';

/** A cipher suite as the ServerHello names it. */
export interface CipherSuite {
  id: number;
  /** IANA's name. */
  name: string;
  /** Hash of the key derivation in TLS 1.2 and 1.3. */
  prf: HashName;
  protection: Protection;
}

/** Cipher suites by what protects their records, and how keys are agreed upon (IANA TLS cipher suites registry). */
const SUITES: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  '3DES_EDE_CBC_SHA': {
    0x000a: 'RSA',
    0x0013: 'DHE_DSS',
    0x0016: 'DHE_RSA',
    0xc008: 'ECDHE_ECDSA',
    0xc012: 'ECDHE_RSA',
  },
  AES_128_CBC_SHA: {
    0x002f: 'RSA',
    0x0032: 'DHE_DSS',
    0x0033: 'DHE_RSA',
    0x0034: 'DH_anon',
    0x008c: 'PSK',
    0x0090: 'DHE_PSK',
    0x0094: 'RSA_PSK',
    0xc004: 'ECDH_ECDSA',
    0xc009: 'ECDHE_ECDSA',
    0xc00e: 'ECDH_RSA',
    0xc013: 'ECDHE_RSA',
    0xc018: 'ECDH_anon',
    0xc01d: 'SRP_SHA',
    0xc01e: 'SRP_SHA_RSA',
    0xc01f: 'SRP_SHA_DSS',
    0xc035: 'ECDHE_PSK',
  },
  AES_128_CBC_SHA256: {
    0x003c: 'RSA',
    0x0040: 'DHE_DSS',
    0x0067: 'DHE_RSA',
    0x006c: 'DH_anon',
    0x00ae: 'PSK',
    0x00b2: 'DHE_PSK',
    0x00b6: 'RSA_PSK',
    0xc023: 'ECDHE_ECDSA',
    0xc027: 'ECDHE_RSA',
    0xc037: 'ECDHE_PSK',
  },
  AES_128_CCM: { 0xc09c: 'RSA', 0xc09e: 'DHE_RSA', 0xc0a4: 'PSK', 0xc0a6: 'DHE_PSK', 0xc0ac: 'ECDHE_ECDSA' },
  AES_128_CCM_8: { 0xc0a0: 'RSA', 0xc0a2: 'DHE_RSA', 0xc0a8: 'PSK', 0xc0aa: 'DHE_PSK', 0xc0ae: 'ECDHE_ECDSA' },
  AES_128_CCM_8_SHA256: { 0x1305: '' },
  AES_128_CCM_SHA256: { 0x1304: '' },
  AES_128_GCM_SHA256: {
    0x009c: 'RSA',
    0x009e: 'DHE_RSA',
    0x00a2: 'DHE_DSS',
    0x00a6: 'DH_anon',
    0x00a8: 'PSK',
    0x00aa: 'DHE_PSK',
    0x00ac: 'RSA_PSK',
    0x1301: '',
    0xc02b: 'ECDHE_ECDSA',
    0xc02d: 'ECDH_ECDSA',
    0xc02f: 'ECDHE_RSA',
    0xc031: 'ECDH_RSA',
  },
  AES_256_CBC_SHA: {
    0x0035: 'RSA',
    0x0038: 'DHE_DSS',
    0x0039: 'DHE_RSA',
    0x003a: 'DH_anon',
    0x008d: 'PSK',
    0x0091: 'DHE_PSK',
    0x0095: 'RSA_PSK',
    0xc005: 'ECDH_ECDSA',
    0xc00a: 'ECDHE_ECDSA',
    0xc00f: 'ECDH_RSA',
    0xc014: 'ECDHE_RSA',
    0xc019: 'ECDH_anon',
    0xc020: 'SRP_SHA',
    0xc021: 'SRP_SHA_RSA',
    0xc022: 'SRP_SHA_DSS',
    0xc036: 'ECDHE_PSK',
  },
  AES_256_CBC_SHA256: { 0x003d: 'RSA', 0x006a: 'DHE_DSS', 0x006b: 'DHE_RSA', 0x006d: 'DH_anon' },
  AES_256_CBC_SHA384: {
    0x00af: 'PSK',
    0x00b3: 'DHE_PSK',
    0x00b7: 'RSA_PSK',
    0xc024: 'ECDHE_ECDSA',
    0xc028: 'ECDHE_RSA',
    0xc038: 'ECDHE_PSK',
  },
  AES_256_CCM: { 0xc09d: 'RSA', 0xc09f: 'DHE_RSA', 0xc0a5: 'PSK', 0xc0a7: 'DHE_PSK', 0xc0ad: 'ECDHE_ECDSA' },
  AES_256_CCM_8: { 0xc0a1: 'RSA', 0xc0a3: 'DHE_RSA', 0xc0a9: 'PSK', 0xc0ab: 'DHE_PSK', 0xc0af: 'ECDHE_ECDSA' },
  AES_256_GCM_SHA384: {
    0x009d: 'RSA',
    0x009f: 'DHE_RSA',
    0x00a3: 'DHE_DSS',
    0x00a7: 'DH_anon',
    0x00a9: 'PSK',
    0x00ab: 'DHE_PSK',
    0x00ad: 'RSA_PSK',
    0x1302: '',
    0xc02c: 'ECDHE_ECDSA',
    0xc02e: 'ECDH_ECDSA',
    0xc030: 'ECDHE_RSA',
    0xc032: 'ECDH_RSA',
  },
  ARIA_128_GCM_SHA256: {
    0xc050: 'RSA',
    0xc052: 'DHE_RSA',
    0xc056: 'DHE_DSS',
    0xc05c: 'ECDHE_ECDSA',
    0xc060: 'ECDHE_RSA',
    0xc06a: 'PSK',
    0xc06c: 'DHE_PSK',
    0xc06e: 'RSA_PSK',
  },
  ARIA_256_GCM_SHA384: {
    0xc051: 'RSA',
    0xc053: 'DHE_RSA',
    0xc057: 'DHE_DSS',
    0xc05d: 'ECDHE_ECDSA',
    0xc061: 'ECDHE_RSA',
    0xc06b: 'PSK',
    0xc06d: 'DHE_PSK',
    0xc06f: 'RSA_PSK',
  },
  CAMELLIA_128_CBC_SHA: { 0x0041: 'RSA', 0x0044: 'DHE_DSS', 0x0045: 'DHE_RSA', 0x0046: 'DH_anon' },
  CAMELLIA_128_CBC_SHA256: {
    0x00ba: 'RSA',
    0x00bd: 'DHE_DSS',
    0x00be: 'DHE_RSA',
    0x00bf: 'DH_anon',
    0xc072: 'ECDHE_ECDSA',
    0xc076: 'ECDHE_RSA',
    0xc094: 'PSK',
    0xc096: 'DHE_PSK',
    0xc098: 'RSA_PSK',
    0xc09a: 'ECDHE_PSK',
  },
  CAMELLIA_256_CBC_SHA: { 0x0084: 'RSA', 0x0087: 'DHE_DSS', 0x0088: 'DHE_RSA', 0x0089: 'DH_anon' },
  CAMELLIA_256_CBC_SHA256: { 0x00c0: 'RSA', 0x00c3: 'DHE_DSS', 0x00c4: 'DHE_RSA', 0x00c5: 'DH_anon' },
  CAMELLIA_256_CBC_SHA384: {
    0xc073: 'ECDHE_ECDSA',
    0xc077: 'ECDHE_RSA',
    0xc095: 'PSK',
    0xc097: 'DHE_PSK',
    0xc099: 'RSA_PSK',
    0xc09b: 'ECDHE_PSK',
  },
  CHACHA20_POLY1305_SHA256: {
    0x1303: '',
    0xcca8: 'ECDHE_RSA',
    0xcca9: 'ECDHE_ECDSA',
    0xccaa: 'DHE_RSA',
    0xccab: 'PSK',
    0xccac: 'ECDHE_PSK',
    0xccad: 'DHE_PSK',
    0xccae: 'RSA_PSK',
  },
  NULL_MD5: { 0x0001: 'RSA' },
  NULL_SHA: {
    0x0002: 'RSA',
    0x002c: 'PSK',
    0x002d: 'DHE_PSK',
    0x002e: 'RSA_PSK',
    0xc006: 'ECDHE_ECDSA',
    0xc010: 'ECDHE_RSA',
    0xc015: 'ECDH_anon',
    0xc039: 'ECDHE_PSK',
  },
  NULL_SHA256: { 0x003b: 'RSA', 0x00b0: 'PSK', 0x00b4: 'DHE_PSK', 0x00b8: 'RSA_PSK', 0xc03a: 'ECDHE_PSK' },
  NULL_SHA384: { 0x00b1: 'PSK', 0x00b5: 'DHE_PSK', 0x00b9: 'RSA_PSK', 0xc03b: 'ECDHE_PSK' },
};

const MAC_BYTES: Readonly<Record<string, number>> = { md5: 16, sha1: 20, sha256: 32, sha384: 48 };

const names = new Map<number, { name: string; cipher: string }>();
for (const [cipher, ids] of Object.entries(SUITES)) {
  for (const [id, exchange] of Object.entries(ids))
    names.set(Number(id), { name: exchange === '' ? `TLS_${cipher}` : `TLS_${exchange}_WITH_${cipher}`, cipher });
}

/** The name of a cipher suite, or its number where none is known. */
export function suiteName(id: number): string {
  return names.get(id)?.name ?? `cipher suite 0x${id.toString(16).padStart(4, '0')}`;
}

/** What must be known of a cipher suite to read its records; undefined: it is not known here. */
export function cipherSuite(id: number): CipherSuite | undefined {
  const known = names.get(id);
  if (known === undefined) return undefined;
  const words = known.cipher.split('_');
  const last = words[words.length - 1];
  // CCM suites name no hash: theirs is SHA-256 (RFC 6655)
  const named = /^(?:SHA|MD5)/.test(last) ? hashName(last) : 'sha256';
  const prf = named === 'sha384' ? 'sha384' : 'sha256';
  return { id, name: known.name, prf, protection: protectionOf(words, named) };
}

function hashName(word: string): HashName {
  return word === 'SHA' ? 'sha1' : (word.toLowerCase() as HashName);
}

function protectionOf(words: readonly string[], mac: HashName): Protection {
  const macBytes = MAC_BYTES[mac];
  const [family, bits, mode, tag] = words;
  if (family === 'NULL') return { kind: 'null', mac, macBytes };
  if (family === 'CHACHA20')
    return { kind: 'aead', cipher: 'chacha20-poly1305', keyBytes: 32, tagBytes: 16, nonce: 'implicit' };
  if (family === '3DES') return { kind: 'cbc', cipher: 'des-ede3-cbc', keyBytes: 24, blockBytes: 8, mac, macBytes };
  const keyBytes = Number(bits) / 8;
  const name = `${family}-${bits}-${mode}`.toLowerCase();
  if (mode === 'CBC') return { kind: 'cbc', cipher: name as CbcCipher, keyBytes, blockBytes: 16, mac, macBytes };
  return { kind: 'aead', cipher: name as AeadCipher, keyBytes, tagBytes: tag === '8' ? 8 : 16, nonce: 'explicit' };
}
