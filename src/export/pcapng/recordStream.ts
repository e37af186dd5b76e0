import type { RecordBytes } from '../../session/recordReader';
import type { StreamPart } from '../../capture/write/conversation';

const LAST_FRAGMENT = 0x80000000;
const MARK_BYTES = 4;

/**
 * A message as it goes over the wire (RFC 5531, section 11): its fragments, each behind its record mark. What the capture
 * does not hold stays missing.
 * @param length bytes of the message as its record marks promise them; more than the payload when its end is missing
 */
export function recordStream({ payload, fragments, missing }: RecordBytes, length: number): StreamPart[] {
  const sizes = fragments.length === 0 ? [payload.length] : [...fragments];
  const promised = sizes.reduce((sum, size) => sum + size, 0);
  const rest = Math.max(0, length - promised);
  const wire = new Uint8Array(payload.length + MARK_BYTES * sizes.length);
  const view = new DataView(wire.buffer);
  const holes: { from: number; to: number }[] = [];
  let at = 0;
  let from = 0;
  for (const [i, size] of sizes.entries()) {
    const isLast = i === sizes.length - 1;
    view.setUint32(at, (isLast ? LAST_FRAGMENT : 0) + size + (isLast ? rest : 0));
    at += MARK_BYTES;
    wire.set(payload.subarray(from, from + size), at);
    for (const hole of missing) {
      const start = Math.max(hole.offset, from);
      const end = Math.min(hole.offset + hole.length, from + size);
      if (start < end) holes.push({ from: at + start - from, to: at + end - from });
    }
    at += size;
    from += size;
  }
  const parts: StreamPart[] = [];
  let position = 0;
  for (const hole of holes) {
    if (hole.from > position) parts.push({ bytes: wire.subarray(position, hole.from) });
    parts.push({ missing: hole.to - hole.from });
    position = hole.to;
  }
  if (position < wire.length) parts.push({ bytes: wire.subarray(position) });
  if (rest > 0) parts.push({ missing: rest });
  return parts;
}
