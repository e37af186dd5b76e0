import { hmac } from '@noble/hashes/hmac';
import { sha256 } from '@noble/hashes/sha2';

const utf8 = new TextEncoder();

/** SHA-256 of bytes for one purpose: the same bytes give other results for other purposes. */
export function digestOf(purpose: string, bytes: Uint8Array): Uint8Array {
  return hmac(sha256, utf8.encode(purpose), bytes);
}

type Keyed = ReturnType<typeof hmac.create>;

/**
 * HMAC-SHA-256 of many pieces of bytes with one key: nobody without the key can tell what a digest was made of, or try.
 * The state behind key and purpose is kept, so that a digest takes half the work and next to no memory.
 */
export class KeyedDigests {
  private readonly states = new Map<string, Keyed>();
  private readonly scratch: Keyed;

  constructor(private readonly key: Uint8Array) {
    this.scratch = hmac.create(sha256, key);
  }

  /** @param purpose one of few: the same bytes give other results for other purposes */
  of(purpose: string, bytes: Uint8Array): Uint8Array {
    let state = this.states.get(purpose);
    if (state === undefined) {
      state = hmac.create(sha256, this.key).update(utf8.encode(`${purpose}\0`));
      this.states.set(purpose, state);
    }
    return state._cloneInto(this.scratch).update(bytes).digest();
  }
}
