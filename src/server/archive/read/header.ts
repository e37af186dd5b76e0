import { decodeByteString } from '../../../xdr';
import { PaxKey } from '../paxKeys';
import { pathOfName, type EntryKind, type TarEntry } from './entry';
import { numberField, textField } from './fields';
import { paxNumber, paxTime, type PaxRecord } from './paxRecords';
import { paxSparse } from './sparse';

/** What stood before a header and belongs to it. */
export interface Extended {
  /** Records of global and own extended headers, later ones prevail. */
  records: readonly PaxRecord[];
  /** Of GNU's 'L' and 'K' entries. */
  longName: string | undefined;
  longLink: string | undefined;
}

const KINDS: Record<string, EntryKind> = {
  '\0': 'file',
  '0': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
  D: 'directory',
  S: 'file',
};
const NANOSECONDS = 1_000_000_000n;

/** Whether the header's own magic is GNU's, whose blocks have other things where POSIX has a prefix of the name. */
const isGnu = (block: Uint8Array) => textField(block, 257, 8) === 'ustar  ';
const isPosix = (block: Uint8Array) => textField(block, 257, 6) === 'ustar' && !isGnu(block);
/** Star keeps times behind a shorter prefix and says so at the very end. */
const isStar = (block: Uint8Array) => textField(block, 508, 4) === 'tar';

/** Type of the entry: one character. */
export function typeOf(block: Uint8Array): string {
  return String.fromCharCode(block[156]);
}

/**
 * The entry that a header with its extended headers describes. `sparse` pieces that stand behind the header are left to
 * the caller.
 * @param start offset of the first of these headers
 * @returns why it cannot be understood, else the entry
 */
export function readEntry(block: Uint8Array, start: number, extended: Extended): TarEntry | string {
  const records = lastValues(extended.records);
  const sparse = paxSparse(extended.records);
  if (sparse === 'broken') return 'its map of a sparse file is broken';
  const record = (key: string) => records.get(key);
  const text = (key: string) => textOf(record(key));
  const stored = numberOr(record('size'), numberField(block, 124, 12));
  if (stored === undefined || stored < 0) return 'its size is no number';
  const type = typeOf(block);
  const name = (sparse && textOf(sparse.name)) ?? text('path') ?? extended.longName ?? headerName(block);
  const kind = kindOf(type, name);
  if (!kind) return `its type ${JSON.stringify(type)} is not known`;
  const linkName = text('linkpath') ?? extended.longLink ?? textField(block, 157, 100);
  const hasData = kind === 'file' || kind === 'directory';
  // POSIX: the size of a directory's own type is no length of data.
  const length = hasData && type !== '5' ? stored : 0;
  return {
    start,
    kind,
    name,
    path: pathOfName(name),
    linkName: kind === 'link' ? (pathOfName(linkName) ?? '') : linkName,
    mode: (numberField(block, 100, 8) ?? 0) & 0o7777,
    uid: numberOr(record('uid'), numberField(block, 108, 8)) ?? 0,
    gid: numberOr(record('gid'), numberField(block, 116, 8)) ?? 0,
    size: kind === 'file' ? (sparse?.size ?? stored) : 0,
    stored: length,
    mtimeNs: timeOf(record('mtime')) ?? BigInt(numberField(block, 136, 12) ?? 0) * NANOSECONDS,
    atimeNs: timeOf(record('atime')) ?? (isGnu(block) ? gnuTime(block, 345) : undefined),
    ctimeNs: timeOf(record('ctime')) ?? (isGnu(block) ? gnuTime(block, 357) : undefined),
    major: numberField(block, 329, 8) ?? 0,
    minor: numberField(block, 337, 8) ?? 0,
    attributes: attributesOf(records),
    sparse: sparse ? (sparse.pieces ?? []) : undefined,
    inode: bigOf(record(PaxKey.INODE)),
    links: numberOr(record(PaxKey.LINKS), undefined),
    linkOffset: numberOr(record(PaxKey.LINK_OFFSET), undefined),
    removed: kind === 'directory' ? removedOf(record(PaxKey.REMOVED)) : [],
  };
}

/** Whether the sparse map of this entry stands before its data (GNU.sparse 1.0). */
export function mapBeforeData(extended: Extended): boolean {
  const sparse = paxSparse(extended.records);
  return sparse !== undefined && sparse !== 'broken' && sparse.pieces === undefined;
}

/**
 * Our own records stand in comments ("comment=KEY=VALUE"), which no other reader warns of; several count side by side.
 */
const OWN_COMMENT = /^(?:SCHILY|NDMPWB)\.[a-z]+$/;

function lastValues(records: readonly PaxRecord[]): Map<string, Uint8Array> {
  const values = new Map<string, Uint8Array>();
  for (const { key, value } of records) {
    const equals = key === 'comment' ? value.indexOf(0x3d) : -1;
    const own = equals > 0 && equals < 64 ? decodeByteString(value, 0, equals) : '';
    if (OWN_COMMENT.test(own)) values.set(own, value.subarray(equals + 1));
    else values.set(key, value);
  }
  return values;
}

function headerName(block: Uint8Array): string {
  const name = textField(block, 0, 100);
  if (!isPosix(block)) return name;
  const prefix = textField(block, 345, isStar(block) ? 131 : 155);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function kindOf(type: string, name: string): EntryKind | undefined {
  if (type === '0' || type === '\0') return name.endsWith('/') ? 'directory' : 'file';
  const known = KINDS[type];
  // POSIX: types that are not known are files, except those that vendors took for themselves.
  return known ?? (/[89]/.test(type) ? 'file' : undefined);
}

function textOf(value: Uint8Array | undefined): string | undefined {
  return value && value.length > 0 ? decodeByteString(value) : undefined;
}

function numberOr(value: Uint8Array | undefined, other: number | undefined): number | undefined {
  return value && value.length > 0 ? paxNumber(value) : other;
}

function bigOf(value: Uint8Array | undefined): bigint | undefined {
  const text = value && value.length <= 20 ? decodeByteString(value) : '';
  return /^\d+$/.test(text) ? BigInt(text) : undefined;
}

function timeOf(value: Uint8Array | undefined): bigint | undefined {
  return value && paxTime(value);
}

function gnuTime(block: Uint8Array, at: number): bigint | undefined {
  const seconds = numberField(block, at, 12);
  return seconds ? BigInt(seconds) * NANOSECONDS : undefined;
}

const MOST_ATTRIBUTES = 1000;

function attributesOf(records: Map<string, Uint8Array>): TarEntry['attributes'] {
  let found: { name: string; value: Uint8Array }[] | undefined;
  for (const [key, value] of records) {
    if (!key.startsWith(PaxKey.XATTR) || key.length > 255 + PaxKey.XATTR.length) continue;
    found ??= [];
    // The reader's buffer is used again.
    if (found.length < MOST_ATTRIBUTES) found.push({ name: attributeName(key), value: value.slice() });
  }
  return found ?? [];
}

/** '=' and '%' of a name stand encoded in its key, as GNU tar writes them: a key ends at its first '='. */
function attributeName(key: string): string {
  return key.slice(PaxKey.XATTR.length).replace(/%(25|3D)/g, (_, code) => (code === '25' ? '%' : '='));
}

function removedOf(value: Uint8Array | undefined): string[] {
  if (!value) return [];
  const bytes = Buffer.from(decodeByteString(value), 'base64');
  const names: string[] = [];
  for (let at = 0, end = bytes.indexOf(0); end >= 0; at = end + 1, end = bytes.indexOf(0, at)) {
    const name = decodeByteString(bytes, at, end);
    if (name !== '' && name !== '.' && name !== '..' && !name.includes('/')) names.push(name);
  }
  return names;
}
