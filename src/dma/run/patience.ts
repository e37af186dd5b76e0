/** How long a run waits for what may come yet, in seconds. */
export interface Patience {
  /** A drive that is busy or not ready. */
  busy: number;
  /** An empty drive after somebody was to put a tape in. */
  threading: number;
  /** Between two tries to open a drive. */
  retry: number;
  /** One side goes on after the other has ended, though nothing moves any more. */
  linger: number;
  /** Both sides halt after an abort. */
  abort: number;
  /** Nothing moves: people are told. */
  stalled: number;
  /** No byte comes of a read that is not of whole records, from a mover of v2, which cannot say what it is. */
  oddRead: number;
}

const USUAL: Patience = { busy: 60, threading: 30, retry: 2, linger: 120, abort: 30, stalled: 600, oddRead: 15 };

/** The usual patience, but for what the surroundings of a run say. */
export function patienceOf({ patience }: { patience?: Partial<Patience> }): Patience {
  return { ...USUAL, ...patience };
}
