/** Who wrote a tape that is not ours, told from its first block. */
export interface Writer {
  by: string;
  /** The name it gives the tape, as it stands there. */
  volume: string | undefined;
}

interface Sign extends Pick<Writer, 'by'> {
  /** Where the sign stands, and the bytes of it. */
  at: number;
  bytes: string;
  volume?: (block: Uint8Array) => string | undefined;
}

const VOLUME_LENGTH = 80;

/** What others begin a tape with; the first that fits. Bytes are written as Latin-1 text. */
const SIGNS: readonly Sign[] = [
  // LTFS keeps its name in the implementation identifier of an ANSI label
  { by: 'LTFS', at: 24, bytes: 'LTFS', volume: (block) => (textAt(block, 0, 4) === 'VOL1' ? ansiVolume(block) : '') },
  { by: 'ANSI', at: 0, bytes: 'VOL1', volume: ansiVolume },
  { by: 'IBM (EBCDIC)', at: 0, bytes: '\xe5\xd6\xd3\xf1' },
  { by: 'ndmjob', at: 0, bytes: '##ndmjob -', volume: (block) => /^##ndmjob -\S+ ([^\n\0]*)/.exec(lineOf(block))?.[1] },
  {
    by: 'Amanda',
    at: 0,
    bytes: 'AMANDA: TAPESTART',
    volume: (block) => / TAPE ([^\s\0]+)/.exec(lineOf(block))?.[1],
  },
  { by: 'Amanda', at: 0, bytes: 'AMANDA: ' },
  { by: 'Bacula', at: 12, bytes: 'BB0' },
  { by: 'Microsoft Tape Format', at: 0, bytes: 'TAPE' },
  { by: 'tar', at: 257, bytes: 'ustar', volume: (block) => firstName(block) },
  { by: 'cpio', at: 0, bytes: '070701' },
  { by: 'cpio', at: 0, bytes: '070702' },
  { by: 'cpio', at: 0, bytes: '070707' },
  { by: 'cpio', at: 0, bytes: '\xc7\x71' },
  // the magic number of a dump header, 60011 or 60012, in either byte order
  { by: 'dump', at: 24, bytes: '\x6b\xea\x00\x00' },
  { by: 'dump', at: 24, bytes: '\x6c\xea\x00\x00' },
  { by: 'dump', at: 24, bytes: '\x00\x00\xea\x6b' },
  { by: 'dump', at: 24, bytes: '\x00\x00\xea\x6c' },
];

/** @returns 'unknown' where nothing tells */
export function writerOf(block: Uint8Array): Writer {
  const sign = SIGNS.find(
    ({ at, bytes, volume }) => textAt(block, at, bytes.length) === bytes && (volume?.(block) ?? '-') !== '',
  );
  if (!sign) return { by: 'unknown', volume: undefined };
  return { by: sign.by, volume: sign.volume?.(block)?.slice(0, VOLUME_LENGTH) };
}

function textAt(block: Uint8Array, at: number, length: number): string {
  return Buffer.from(block.subarray(at, at + length)).toString('latin1');
}

function lineOf(block: Uint8Array): string {
  return textAt(block, 0, 512).split('\n')[0];
}

/** Volume identifier of VOL1: the six characters behind it. */
function ansiVolume(block: Uint8Array): string {
  return textAt(block, 4, 6).trim() || '(no name)';
}

/** The name in a tar header, which says as much of the tape as there is. */
function firstName(block: Uint8Array): string | undefined {
  return textAt(block, 0, 100).split('\0')[0] || undefined;
}
