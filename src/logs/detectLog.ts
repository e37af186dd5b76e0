import type { ByteSource } from '../capture/byteSource';
import type { LogFormat } from './model';

/** How much of a file is looked at: what stands above the first message (banners, other lines) is shorter. */
const HEAD_BYTES = 256 * 1024;

/** What only ndmjob writes. */
const NDMJOB = /^(?:[\d:.]+\s+)?(?:\d+\s+)?#\w\s+(?:C>|>C|R>|>R)\s+(?:NDMP\d_|\?0x)/m;
/** What only ONTAP writes: its message heads, the field lines of a message, its prefixes, and its connection log. */
const ONTAP = [
  /\bDMA\s*(?:>>|<<|>|<)\s*S\s+V\d\s+sequence\s*=/,
  /^.{0,200}?\bmessage_code\s*=\s*(?:0x[0-9a-f]+|\d+)\s*\(NDMP\d?_/m,
  /\[kern_ndmpd:\w+:\d+\]\s*\[[\w.:-]+\]/,
  /\[ndmpd:[\w.:-]+\]/,
  /ndmpd?\.access\s+\w+\s+for\s+version\s*=.{0,80}sessionId\s*=/,
];

/** Tells a server's NDMP log by what stands in its first lines; undefined: it is none that is known. */
export function detectLog(source: ByteSource): LogFormat | undefined {
  const bytes = new Uint8Array(Math.min(HEAD_BYTES, source.size));
  const length = source.read(0, bytes.length, bytes);
  const text = latin1(bytes.subarray(0, length));
  if (NDMJOB.test(text)) return 'ndmjob-log';
  return ONTAP.some((pattern) => pattern.test(text)) ? 'ontap-log' : undefined;
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
