import type { FileStat } from '../walk/fileStat';
import { PaxKey } from '../paxKeys';
import type { RawName } from '../walk/rawName';
import { BLOCK, type StreamOutput } from './output';
import type { OwnerNames } from './owners';
import { PaxRecords } from './paxRecords';
import { FIELD, GNU, MAX_ID, MAX_LONG, putChecksum, putOctal, putText, USTAR, type TarType } from './tarFields';

/** An extended attribute: its whole name, such as user.comment, and its value. */
export interface Attribute {
  name: RawName;
  value: Uint8Array;
}

/** What an entry's header tells beside the stat of the file. */
export interface EntryHeader {
  type: TarType;
  /** Path relative to the backup root, '' for the root itself. */
  path: RawName;
  stat: FileStat;
  /** Bytes that follow the header. */
  size: number;
  /** Target of a symbolic link as it is; path (relative to the backup root, as in the stream) of what a hard link links to. */
  link?: RawName;
  /** Where the entry begins that a hard link links to. */
  linkOffset?: number;
  /** Size of a sparse file, whose data begin with a map (GNU's format 1.0). */
  sparseSize?: number;
  /** Names that a directory no longer has, each followed by NUL. */
  removed?: RawName;
  attributes?: readonly Attribute[];
}

const SECOND = 1_000_000_000n;
/** Header blocks of extended headers that are kept to be copied: one for each length, up to this many. */
const MAX_TEMPLATES = 200;
/** Extended headers longer than this are written in parts instead of in place. */
const IN_PLACE = 6 * BLOCK;

/** Writes the headers of entries: a pax extended header with whatever the plain one cannot say, and the plain one. */
export class EntryWriter {
  private readonly pax = new PaxRecords();
  private lastTemplate: { type: TarType; stat: FileStat; header: Uint8Array } | undefined;
  private readonly paxHeaders = new Map<number, Uint8Array>();

  constructor(
    private readonly output: StreamOutput,
    private readonly owners: OwnerNames,
  ) {}

  /** Writes the headers; returns the offset of the first of them, which is the entry's position for direct access. */
  write(entry: EntryHeader): number {
    const position = this.output.length;
    const name = memberName(entry.path, entry.type === '5' || entry.type === 'D');
    const link = entry.type === '1' ? memberName(entry.link ?? '', false) : (entry.link ?? '');
    this.collect(entry, name, link);
    const records = Math.ceil(this.pax.length / BLOCK) * BLOCK;
    if (records <= IN_PLACE) {
      const blocks = this.output.claim(BLOCK + records + BLOCK);
      blocks.set(this.paxHeader(this.pax.length));
      blocks.set(this.pax.content, BLOCK);
      this.fill(blocks.subarray(BLOCK + records), entry, name, link);
    } else {
      this.output.claim(BLOCK).set(this.paxHeader(this.pax.length));
      this.output.bytes(this.pax.content);
      this.output.pad();
      this.fill(this.output.claim(BLOCK), entry, name, link);
    }
    return position;
  }

  private collect(entry: EntryHeader, name: RawName, link: RawName): void {
    const { pax } = this;
    const { stat } = entry;
    pax.clear();
    if (entry.sparseSize !== undefined) {
      pax.text('GNU.sparse.major', '1');
      pax.text('GNU.sparse.minor', '0');
      pax.text('GNU.sparse.name', name);
      pax.text('GNU.sparse.realsize', String(entry.sparseSize));
    } else if (name.length > FIELD.name[1]) {
      pax.text('path', name);
    }
    if (link.length > FIELD.linkname[1]) pax.text('linkpath', link);
    if (entry.size > MAX_LONG) pax.text('size', String(entry.size));
    pax.time('mtime', stat.mtimeNs);
    pax.time('atime', stat.atimeNs);
    pax.time('ctime', stat.ctimeNs);
    if (stat.uid > MAX_ID) pax.text('uid', String(stat.uid));
    if (stat.gid > MAX_ID) pax.text('gid', String(stat.gid));
    pax.remark(PaxKey.INODE, String(stat.ino));
    if (entry.type !== '5' && entry.type !== 'D' && stat.nlink > 1n) pax.remark(PaxKey.LINKS, String(stat.nlink));
    if (entry.linkOffset !== undefined) pax.remark(PaxKey.LINK_OFFSET, String(entry.linkOffset));
    if (entry.removed) pax.remark(PaxKey.REMOVED, Buffer.from(entry.removed, 'latin1').toString('base64'));
    for (const { name: key, value } of entry.attributes ?? []) pax.value(PaxKey.XATTR + keyPart(key), value);
  }

  private fill(header: Uint8Array, entry: EntryHeader, name: RawName, link: RawName): void {
    header.set(this.template(entry));
    putText(header, FIELD.name, entry.sparseSize === undefined ? name : sparseMemberName(name));
    if (link !== '') putText(header, FIELD.linkname, link);
    if (entry.size > 0) putOctal(header, FIELD.size, entry.size);
    putOctal(header, FIELD.mtime, Number(entry.stat.mtimeNs / SECOND));
    putChecksum(header);
  }

  /** The header block of an entry as far as it is the same for many: neighbours mostly differ in name, size and time only. */
  private template({ type, stat }: EntryHeader): Uint8Array {
    const last = this.lastTemplate;
    if (
      last?.type === type &&
      last.stat.mode === stat.mode &&
      last.stat.uid === stat.uid &&
      last.stat.gid === stat.gid &&
      last.stat.rdev === stat.rdev
    )
      return last.header;
    const mode = Number(stat.mode);
    const device = type === '3' || type === '4' ? Number(stat.rdev) : 0;
    const header = new Uint8Array(BLOCK);
    const [uid, gid] = [Number(stat.uid), Number(stat.gid)];
    putOctal(header, FIELD.mode, mode & 0o7777);
    putOctal(header, FIELD.uid, uid);
    putOctal(header, FIELD.gid, gid);
    putOctal(header, FIELD.size, 0);
    putText(header, FIELD.type, type);
    putText(header, FIELD.magic, type === 'D' ? GNU : USTAR);
    putText(header, FIELD.uname, this.owners.user(uid));
    putText(header, FIELD.gname, this.owners.group(gid));
    putOctal(header, FIELD.devmajor, majorOf(device));
    putOctal(header, FIELD.devminor, minorOf(device));
    this.lastTemplate = { type, stat, header };
    return header;
  }

  /** The header block of an extended header with `length` bytes of records. */
  private paxHeader(length: number): Uint8Array {
    const known = this.paxHeaders.get(length);
    if (known) return known;
    const header = new Uint8Array(BLOCK);
    putText(header, FIELD.name, './PaxHeaders');
    putOctal(header, FIELD.mode, 0o644);
    putOctal(header, FIELD.uid, 0);
    putOctal(header, FIELD.gid, 0);
    putOctal(header, FIELD.size, length);
    putOctal(header, FIELD.mtime, 0);
    putText(header, FIELD.type, 'x');
    putText(header, FIELD.magic, USTAR);
    putChecksum(header);
    if (this.paxHeaders.size >= MAX_TEMPLATES) this.paxHeaders.clear();
    this.paxHeaders.set(length, header);
    return header;
  }
}

/** How GNU tar calls members of an archive made by `tar -c .`. */
export function memberName(path: RawName, isDirectory: boolean): RawName {
  if (path === '') return './';
  return isDirectory ? `./${path}/` : `./${path}`;
}

/** What readers that do not know sparse files call it. */
function sparseMemberName(name: RawName): RawName {
  const slash = name.lastIndexOf('/') + 1;
  return `${name.slice(0, slash)}GNUSparseFile.0/${name.slice(slash)}`;
}

/** glibc's layout of device numbers. */
function majorOf(device: number): number {
  return ((device >>> 8) & 0xfff) + Math.floor(device / 2 ** 32 / 0x1000) * 0x1000;
}

function minorOf(device: number): number {
  const low = device % 2 ** 32;
  return (low & 0xff) + (Math.floor(low / 0x100000) & 0xfff) * 0x100;
}

/** A pax key ends at its first '=': GNU tar writes that, and '%', as in addresses of the web. */
function keyPart(name: RawName): RawName {
  return name.replace(/[%=]/g, (character) => (character === '%' ? '%25' : '%3D'));
}
