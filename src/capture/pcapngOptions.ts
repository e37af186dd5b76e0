import { formatIPv4, formatIPv6 } from './addresses';

/** One option of a pcapng block: code, and its bytes as a range of the block's view. */
export type OptionVisitor = (code: number, start: number, length: number) => void;

const MAX_OPTIONS = 1000;

/** Walks over the options in `[from, to)`; stops silently where they are broken. */
export function visitOptions(view: DataView, from: number, to: number, little: boolean, visit: OptionVisitor): void {
  let at = from;
  for (let count = 0; at + 4 <= to && count < MAX_OPTIONS; count++) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    at += 4;
    if (code === 0 || at + length > to) return;
    visit(code, at, length);
    at += (length + 3) & ~3;
  }
}

const utf8 = new TextDecoder('utf-8');

/** Text of an option or record, at most 4096 bytes of it. */
export function optionText(bytes: Uint8Array, start: number, length: number): string {
  return utf8.decode(bytes.slice(start, start + Math.min(length, 4096)));
}

const NRES_IPV4 = 1;
const NRES_IPV6 = 2;

/** Reads the records of a name resolution block into `names`, at most `limit` of them. */
export function readNameRecords(
  bytes: Uint8Array,
  view: DataView,
  from: number,
  to: number,
  little: boolean,
  names: Map<string, string>,
  limit: number,
): void {
  let at = from;
  while (at + 4 <= to && names.size < limit) {
    const type = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    at += 4;
    if (type === 0 || at + length > to) return;
    const addressLength = type === NRES_IPV4 ? 4 : type === NRES_IPV6 ? 16 : 0;
    if (addressLength > 0 && length > addressLength) {
      const address = type === NRES_IPV4 ? formatIPv4(view.getUint32(at)) : formatIPv6(view, at);
      const name = optionText(bytes, at + addressLength, length - addressLength).split('\0')[0];
      if (name && !names.has(address)) names.set(address, name);
    }
    at += (length + 3) & ~3;
  }
}
