import type { FileEntry, SetRecord } from '../../dma/catalog/model';
import { byteSize } from '../terminal/text';

/** Minutes of a time, in UTC; '' where there is none. */
export function minute(milliseconds: number | undefined): string {
  if (milliseconds === undefined || Number.isNaN(new Date(milliseconds).getTime())) return '';
  return new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ');
}

export function sizeText(bytes: bigint): string {
  return byteSize(Number(bytes));
}

export function sourceText({ server, path }: SetRecord): string {
  return `${server}:${path}`;
}

/** Until when a set is kept. */
export function keptText({ expires }: SetRecord, now: number): string {
  if (expires === undefined) return 'for ever';
  return expires <= now ? 'expired' : `until ${minute(expires).slice(0, 10)}`;
}

const KIND_LETTERS: Readonly<Record<FileEntry['kind'], string>> = { directory: 'd', file: '-', link: 'l', other: '?' };

/** Permissions as ls shows them. */
export function modeText({ kind, mode, inSet }: FileEntry): string {
  if (!inSet) return `${KIND_LETTERS[kind]}---------`;
  const bits = [...'rwxrwxrwx'].map((letter, i) => ((mode >> (8 - i)) & 1 ? letter : '-'));
  return KIND_LETTERS[kind] + bits.join('');
}
