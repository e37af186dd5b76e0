import { DIRECTORY, FileSystem } from './historyEntry';
import type { Attributes } from './fileTree';

const TYPES = [
  'directory',
  'fifo',
  'character device',
  'block device',
  'file',
  'symbolic link',
  'socket',
  'registry',
  'other',
] as const;
const TYPE_LETTERS = 'dpcb-ls--';

/** A file type in words (`ftype` of the file history messages). */
export function typeText(type: number): string {
  return TYPES[type] ?? `type ${type}`;
}

/** `drwxr-xr-x` of a UNIX file, `0x20` of a Windows one. */
export function modeText({ type, mode, system }: Attributes): string {
  if (system !== FileSystem.UNIX) return `0x${mode.toString(16)}`;
  const bits = [8, 7, 6, 5, 4, 3, 2, 1, 0].map((bit) => ((mode >>> bit) & 1 ? 'rwx'[2 - (bit % 3)] : '-'));
  if (mode & 0o4000) bits[2] = bits[2] === 'x' ? 's' : 'S';
  if (mode & 0o2000) bits[5] = bits[5] === 'x' ? 's' : 'S';
  if (mode & 0o1000) bits[8] = bits[8] === 'x' ? 't' : 'T';
  return (TYPE_LETTERS[type] ?? '?') + bits.join('');
}

/** Mode bits in octal, Windows attributes in hexadecimal. */
export function modeNumber({ mode, system }: Attributes): string {
  return system === FileSystem.UNIX ? `0${(mode & 0o7777).toString(8)}` : `0x${mode.toString(16)}`;
}

/** `0:100`, user and group; the group is left out where it means nothing. */
export function ownerText({ owner, group }: Attributes): string {
  return group === undefined ? String(owner) : `${owner}:${group}`;
}

/** A time of file history as calendar time in UTC: `2024-01-05 00:07:23`. */
export function mtimeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Whether a type is that of a directory. */
export function isDirectoryType(type: number): boolean {
  return type === DIRECTORY;
}
