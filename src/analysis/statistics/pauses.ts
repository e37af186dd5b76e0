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
