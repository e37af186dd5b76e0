import { NdmpFailure } from '../connection/failures';
import type { AlignedReads } from '../ownMover/alignedReads';
import type { Patience } from '../run/patience';
import type { MoverService } from '../services/mover';
import type { WantedRange } from '../services/notifyBox';
import type { Stretch } from './model';
import { stretchAt } from './stretches';

/** Lengths from here on mean "to the end": servers say it with 63 or 64 ones. */
const ENDLESS = 2n ** 63n - 1n;
/** Seconds without a byte after which a mover counts as one that waits for ever behind a read which is not of whole records. */
const STALLED = 300;

export interface ReadsOrder {
  mover: MoverService;
  stretches: readonly Stretch[];
  /** Data server and mover are one server and need nobody to pass on what is wanted. */
  isLocal: boolean;
  /** What of whole records goes on to the data server; undefined: it gets what the mover sends. */
  aligned: AlignedReads | undefined;
  patience: Pick<Patience, 'oddRead'>;
}

/** Passes on to the mover what the data server wants to read, one range at a time. */
export class Reads {
  private readonly waiting: WantedRange[] = [];
  /** The last range was no whole number of records. */
  private isOdd = false;

  constructor(private readonly order: ReadsOrder) {}

  get isWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** Seconds without a byte after which the mover may be one that sends whole records only; undefined: it is not asked to. */
  get patience(): number | undefined {
    if (!this.isOdd) return undefined;
    return this.order.mover.connection.version === 2 ? this.order.patience.oddRead : STALLED;
  }

  /** @returns whether it is a read of whole records */
  take(read: WantedRange): boolean {
    const { isLocal, aligned } = this.order;
    const { start, record } = this.gridAt(read.offset);
    const isWhole = (read.offset - start) % record === 0n && (read.length >= ENDLESS || read.length % record === 0n);
    this.isOdd = !isLocal && !aligned && !isWhole;
    this.waiting.push(read);
    return isWhole;
  }

  /** The next range; a mover that is still busy, or paused, is asked again. */
  async pass(): Promise<void> {
    const [read] = this.waiting;
    if (!read) return;
    const { mover, isLocal, aligned } = this.order;
    const { offset, length } = aligned?.expect(read, this.gridAt(read.offset), ENDLESS) ?? read;
    try {
      await mover.read(offset, length);
    } catch (error) {
      aligned?.takeBack();
      // over a LOCAL connection the data server reads by itself
      const isLater = error instanceof NdmpFailure && ['ILLEGAL_STATE', 'READ_IN_PROGRESS'].includes(error.error);
      if (!isLater) throw error;
      if (!isLocal) return;
    }
    this.waiting.shift();
  }

  /** Where records begin on the tape that has this offset, and their length. */
  private gridAt(offset: bigint): { start: bigint; record: bigint } {
    const { stretches } = this.order;
    const stretch = stretches.at(stretchAt(stretches, offset) ?? -1);
    const start = stretch && stretch.offset <= offset ? stretch.offset : 0n;
    return { start, record: BigInt(Math.max(1, stretch?.part.recordSize ?? 1)) };
  }
}
