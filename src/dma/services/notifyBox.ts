import type { Post } from '../connection/model';
import { wide } from './fields';

/** A range of the stream that the data server wants to read. */
export interface WantedRange {
  offset: bigint;
  length: bigint;
}

/** More ranges at a time are kept for nobody: a server waits for one before it asks for the next. */
const MAX_READS = 1024;

const WAKING = new Set(['NDMP_NOTIFY_DATA_HALTED', 'NDMP_NOTIFY_MOVER_HALTED', 'NDMP_NOTIFY_CONNECTION_STATUS']);

/**
 * What the posts of an operation said that no state says: ranges wanted, and the offset that a pause is about. What was
 * told by a state first is not told again when its post comes late.
 */
export class NotifyBox {
  private readonly reads: WantedRange[] = [];
  private lastRead: WantedRange | undefined;
  /** A range that was told without its post. */
  private unposted: WantedRange | undefined;
  private pause: bigint | undefined;
  /** A pause was told without its post, which may still come. */
  private isPauseOwed = false;

  constructor(private readonly wake: () => void) {}

  put(post: Post): void {
    if (post.name === 'NDMP_NOTIFY_DATA_READ') {
      const body = post.body();
      this.putRead({ offset: wide(body.offset), length: wide(body.length) });
    } else if (post.name === 'NDMP_NOTIFY_MOVER_PAUSED') {
      if (this.isPauseOwed) this.isPauseOwed = false;
      else this.pause = wide(post.body().seek_position);
    } else if (!WAKING.has(post.name)) return;
    this.wake();
  }

  get hasPause(): boolean {
    return this.pause !== undefined;
  }

  /** Offset of the pause that is going on; undefined when no post has told of it. */
  takePause(): bigint | undefined {
    const { pause } = this;
    this.pause = undefined;
    this.isPauseOwed = pause === undefined;
    return pause;
  }

  takeRead(): WantedRange | undefined {
    return this.reads.shift();
  }

  /** @param state what the data server says that it wanted last; the range, when no post has told of it */
  missedRead(state: WantedRange): WantedRange | undefined {
    if (state.length === 0n || isSame(state, this.lastRead)) return undefined;
    this.lastRead = state;
    this.unposted = state;
    return state;
  }

  private putRead(range: WantedRange): void {
    const wasTold = isSame(range, this.unposted);
    this.unposted = undefined;
    if (wasTold) return;
    this.lastRead = range;
    if (this.reads.length < MAX_READS) this.reads.push(range);
  }
}

function isSame(a: WantedRange, b: WantedRange | undefined): boolean {
  return b !== undefined && a.offset === b.offset && a.length === b.length;
}
