/** Block types by which a reader that is out of step finds back: section, interface, and the blocks with packets. */
export const SECTION_HEADER = 0x0a0d0d0a;
export const INTERFACE_DESCRIPTION = 1;
export const PACKET_OBSOLETE = 2;
export const SIMPLE_PACKET = 3;
export const ENHANCED_PACKET = 6;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const SWAPPED_MAGIC = 0x4d3c2b1a;
/** Bytes around a block's body: type, length, and the length again. */
export const BLOCK_FRAME = 12;
/** None of the blocks above is shorter than this. */
const MIN_FOUND = 16;

/** True when a section header block begins at `at`. */
export function isPcapng(view: DataView, at: number): boolean {
  if (view.byteLength - at < BLOCK_FRAME) return false;
  if (view.getUint32(at) !== SECTION_HEADER) return false;
  const magic = view.getUint32(at + 8);
  return magic === BYTE_ORDER_MAGIC || magic === SWAPPED_MAGIC;
}

/**
 * The length that the header of a block at `at` gives, when it may be the header of one by which to find back; else 0.
 * Needs {@link BLOCK_FRAME} bytes.
 */
export function believableLength(view: DataView, at: number, sectionIsLittle: boolean, maxLength: number): number {
  let little = sectionIsLittle;
  if (view.getUint32(at) === SECTION_HEADER) {
    if (!isPcapng(view, at)) return 0;
    little = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
  } else {
    const type = view.getUint32(at, little);
    const isPacket = type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === PACKET_OBSOLETE;
    if (!isPacket && type !== INTERFACE_DESCRIPTION) return 0;
  }
  const length = view.getUint32(at + 4, little);
  return length < MIN_FOUND || length % 4 !== 0 || length > maxLength ? 0 : length;
}

/** What {@link BlockSearch.run} found out. */
export class BlockSearch {
  /** Up to where it has looked, when it found nothing. */
  searched = 0;
  /** Bytes it must see from there to go on. */
  needed = BLOCK_FRAME;

  /**
   * Looks for a block whose two lengths agree.
   * @param isEnd the file ends at `to`
   * @returns its place or -1
   */
  run(view: DataView, from: number, to: number, little: boolean, maxLength: number, isEnd: boolean): number {
    this.needed = BLOCK_FRAME;
    this.searched = Math.max(from, to - BLOCK_FRAME + 1);
    for (let at = from; at + BLOCK_FRAME <= to; at++) {
      const length = believableLength(view, at, little, maxLength);
      if (length === 0) continue;
      if (at + length > to) {
        if (isEnd) continue;
        this.searched = at;
        this.needed = length;
        return -1;
      }
      // the two lengths are the same bytes, whatever their order
      if (view.getUint32(at + length - 4) === view.getUint32(at + 4)) return at;
    }
    return -1;
  }
}
