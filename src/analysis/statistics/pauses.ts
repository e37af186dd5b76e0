import { bodyOf } from '../connections';
import { Code } from './codes';
import type { JobTime } from './times';

/** A stretch in which the mover waited for the DMA. */
export interface MoverPause {
  /** The post that told it, and the reply to the request that ended it; -1 when it lasted to the end. */
  fromRow: number;
  toRow: number;
  from: number;
  to: number;
  reason: string;
  /** A tape was closed, opened or moved meanwhile. */
  tapeChanged: boolean;
}

const reasons = ['NA', 'EOM', 'EOF', 'SEEK', 'MEDIA_ERROR', 'EOW'];
const enders = new Set<number>([Code.MOVER_CONTINUE, Code.MOVER_ABORT, Code.MOVER_CLOSE, Code.MOVER_STOP]);
const changers = new Set<number>([Code.SCSI_EXECUTE_CDB, Code.TAPE_CLOSE, Code.TAPE_OPEN]);

/** The pauses of a job's mover that were posted. */
export function moverPauses({ source, rows, at, to }: JobTime): MoverPause[] {
  const { index } = source;
  const pauses: MoverPause[] = [];
  let open: MoverPause | undefined;
  for (const row of rows) {
    const code = index.code(row);
    const kind = index.kind(row);
    if (code === Code.NOTIFY_MOVER_PAUSED && kind === 'post') {
      if (open !== undefined) open.to = at(row);
      const reason = reasons[Number(bodyOf(source, row).reason)] ?? 'unknown reason';
      open = { fromRow: row, toRow: -1, from: at(row), to, reason, tapeChanged: false };
      pauses.push(open);
    } else if (open !== undefined && kind === 'reply' && enders.has(code)) {
      open.toRow = row;
      open.to = at(row);
      open = undefined;
    } else if (open !== undefined && kind === 'request' && changers.has(code)) open.tapeChanged = true;
  }
  return pauses;
}

/** Finds pauses by time, so that a job of thousands of them is not gone through for each of its messages. */
export class PauseLookup {
  private readonly sorted: readonly MoverPause[];
  /** For each pause the latest end of it and those before: clocks that were set back make pauses overlap. */
  private readonly latestEnd: Float64Array;

  constructor(pauses: readonly MoverPause[]) {
    this.sorted = [...pauses].sort((a, b) => a.from - b.from);
    this.latestEnd = new Float64Array(pauses.length);
    let latest = -Infinity;
    this.sorted.forEach(({ to }, i) => (this.latestEnd[i] = latest = Math.max(latest, to)));
  }

  /** Pauses with a part between two times, in their order. */
  between(from: number, to: number): MoverPause[] {
    const found: MoverPause[] = [];
    for (let i = this.firstFrom(to) - 1; i >= 0 && this.latestEnd[i] > from; i--)
      if (this.sorted[i].to > from) found.push(this.sorted[i]);
    return found.reverse();
  }

  /** How many pauses begin before a time. */
  private firstFrom(time: number): number {
    let [low, high] = [0, this.sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sorted[middle].from < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
