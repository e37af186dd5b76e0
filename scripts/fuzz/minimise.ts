import { cutUp, join } from './container';

/** Tries that are spent on making a failing input smaller. */
const MAX_TRIES = 400;

/** A smaller input that still fails: packets are left out, half of them at a time, then fewer. */
export async function minimise(bytes: Buffer, fails: (candidate: Buffer) => Promise<boolean>): Promise<Buffer> {
  let best = bytes;
  let tries = 0;
  const cut = cutUp(bytes);
  if (cut === undefined) return best;
  let { items } = cut;
  for (let size = items.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < items.length && tries < MAX_TRIES; tries++) {
      const rest = [...items.slice(0, at), ...items.slice(at + size)];
      const candidate = join({ ...cut, items: rest });
      if (await fails(candidate)) {
        items = rest;
        best = candidate;
      } else at += size;
    }
  }
  return best;
}
