import type { MessageKind } from '../../protocol';
import type { Job } from '../jobs/model';
import { Code, isPoll, isStart } from './messageClass';
import { PHASES, type PhaseName } from './model';

/**
 * Which step of the workflow each message belongs to; asked for requests, posts and replies without a request, in the
 * order of the capture.
 */
export class PhaseTracker {
  private current: PhaseName = 'connect';
  private readonly loggedIn = new Set<number>();
  private joining = false;
  /** Something was stopped, and nothing new was begun since. */
  private ending = false;
  /** Once the operation runs, its messages are the transfer until it ends; then everything is post-processing. */
  private stage: 'before' | 'running' | 'after' = 'before';

  constructor(private readonly job: Job) {}

  /** Place in {@link PHASES}. */
  next(row: number, code: number, kind: MessageKind, connection: number): number {
    this.current = this.phase(row, code, kind, connection);
    return PHASES.indexOf(this.current);
  }

  private phase(row: number, code: number, kind: MessageKind, connection: number): PhaseName {
    const { job } = this;
    if (code === Code.CLIENT_AUTH) this.loggedIn.add(connection);
    if (this.stage === 'before' && this.runs(row, code)) {
      this.stage = 'running';
      return 'transfer';
    }
    if (this.stage === 'after') return 'post-processing';
    if (this.stage === 'running') {
      const over = job.endRow >= 0 ? row > job.endRow && kind !== 'post' : endsIt(code, kind);
      if (!over) return 'transfer';
      this.stage = 'after';
      return 'post-processing';
    }
    return this.before(code, kind, connection);
  }

  /** Whether the operation runs from this message on, the first one of a capture that begins in its middle. */
  private runs(row: number, code: number): boolean {
    const { job } = this;
    if (job.operation === 'session' || job.operation === 'copy') return false;
    if (job.startRow >= 0) return row >= job.startRow;
    const opening = code === Code.CONNECTION_STATUS || requestPhase(code) === 'connect';
    return isStart(code) || (row === job.firstRow && !job.startSeen && !opening);
  }

  /** Before the operation, and in sessions that run none, the code tells. */
  private before(code: number, kind: MessageKind, connection: number): PhaseName {
    if (isPoll(code)) return this.current;
    if (kind === 'post') return postPhase(code) ?? this.current;
    const phase = requestPhase(code);
    if (phase === 'data connection') this.joining = true;
    if (phase === 'post-processing') [this.joining, this.ending] = [false, true];
    else if (code === Code.TAPE_OPEN || (phase !== 'tape' && phase !== 'changer')) this.ending = false;
    // a tape that is rewound and closed after the mover was stopped
    if (this.ending && phase !== undefined) return 'post-processing';
    if (code === Code.GET_AUTH_ATTR || code === Code.GET_SERVER_INFO) {
      return this.loggedIn.has(connection) ? 'capabilities' : 'connect';
    }
    // v2 and v3 set the window between MOVER_LISTEN and the connection
    if (code === Code.SET_WINDOW && this.joining) return 'data connection';
    return phase ?? this.current;
  }
}

function endsIt(code: number, kind: MessageKind): boolean {
  return kind !== 'post' && requestPhase(code) === 'post-processing';
}

function postPhase(code: number): PhaseName | undefined {
  if (code === Code.CONNECTION_STATUS) return 'connect';
  return code === Code.MOVER_PAUSED || code === Code.DATA_READ ? 'transfer' : undefined;
}

const byCode: ReadonlyMap<number, PhaseName> = new Map<number, PhaseName>([
  [Code.CONNECT_CLOSE, 'post-processing'],
  [Code.CAB_PREPARE, 'data connection'],
  [Code.DATA_LISTEN, 'data connection'],
  [Code.DATA_CONNECT, 'data connection'],
  [Code.MOVER_LISTEN, 'data connection'],
  [Code.MOVER_CONNECT, 'data connection'],
  [Code.SET_WINDOW, 'mover'],
  [Code.SET_RECORD_SIZE, 'mover'],
  [Code.MOVER_CONTINUE, 'transfer'],
  [Code.MOVER_READ, 'transfer'],
  [Code.DATA_ABORT, 'post-processing'],
  [Code.DATA_STOP, 'post-processing'],
  [Code.MOVER_ABORT, 'post-processing'],
  [Code.MOVER_STOP, 'post-processing'],
  [Code.MOVER_CLOSE, 'post-processing'],
]);

const byInterface: ReadonlyMap<number, PhaseName> = new Map<number, PhaseName>([
  [0x1, 'capabilities'],
  [0x2, 'changer'],
  [0x3, 'tape'],
  [0x9, 'connect'],
]);

function requestPhase(code: number): PhaseName | undefined {
  return isStart(code) ? 'transfer' : (byCode.get(code) ?? byInterface.get(code >>> 8));
}
