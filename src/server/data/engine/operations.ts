import type { BackupOrder, BackupRun, EncodedPost, RecoverOrder, RecoverRun, RecoverStep } from '../../archive/model';
import type { Answer, ToWorker } from './messages';
import { messageOf } from '../../../transport/messageOf';

/** What the jobs are made of. */
export interface Starters {
  startBackup(order: BackupOrder): BackupRun;
  startRecover(order: RecoverOrder): RecoverRun;
}

interface Backup {
  kind: 'backup';
  run: BackupRun;
  /** Pieces that may still be made before the server asks for more. */
  credits: number;
  pieceBytes: number;
  done: boolean;
}

interface Recover {
  kind: 'recover';
  run: RecoverRun;
}

/**
 * The jobs of one thread. Backups are made piece by piece, one job after the other, and messages are taken in between,
 * so that an abort never waits for more than a piece.
 */
export class Operations {
  private readonly jobs = new Map<number, Backup | Recover>();
  private turning = false;

  /** @param later runs its argument when messages that wait have been taken */
  constructor(
    private readonly starters: Starters,
    private readonly answer: Answer,
    private readonly later: (work: () => void) => void,
  ) {}

  take(message: ToWorker): void {
    const { job } = message;
    try {
      this.perform(message);
    } catch (error) {
      this.fail(job, error);
    }
  }

  private perform(message: ToWorker): void {
    const { job } = message;
    if (message.type === 'backup') {
      const { order, credits, pieceBytes } = message;
      this.jobs.set(job, { kind: 'backup', run: this.starters.startBackup(order), credits, pieceBytes, done: false });
      return this.turn();
    }
    if (message.type === 'recover') {
      const run = this.starters.startRecover(message.order);
      this.jobs.set(job, { kind: 'recover', run });
      return this.step(job, () => run.start());
    }
    const found = this.jobs.get(job);
    if (!found) {
      if (message.type === 'close') this.answer({ type: 'closed', job });
      return;
    }
    if (message.type === 'close') {
      this.close(job);
      this.answer({ type: 'closed', job });
    } else if (found.kind === 'backup') this.goOn(found, message);
    else if (message.type === 'push')
      this.step(job, () => found.run.push(message.bytes), message.bytes.buffer as ArrayBuffer);
    else if (message.type === 'end') this.step(job, () => found.run.end());
  }

  private goOn(backup: Backup, message: ToWorker): void {
    if (message.type === 'commit') {
      backup.run.commit();
      this.answer({ type: 'committed', job: message.job });
    } else if (message.type === 'credit') {
      for (const buffer of message.spare) backup.run.reuse?.(buffer);
      backup.credits++;
      this.turn();
    }
  }

  private step(job: number, work: () => RecoverStep, buffer?: ArrayBuffer): void {
    const step = work();
    step.posts = step.posts.map(ownBody);
    this.answer({ type: 'step', job, step, buffer }, [...buffersOf(step.posts), ...(buffer ? [buffer] : [])]);
  }

  /** Goes round the backups that may go on until none is left. */
  private turn(): void {
    if (this.turning) return;
    this.turning = true;
    this.later(() => {
      this.turning = false;
      const ready = [...this.jobs].filter(([, job]) => job.kind === 'backup' && !job.done && job.credits > 0);
      for (const [number, job] of ready) {
        try {
          this.makePiece(number, job as Backup);
        } catch (error) {
          this.fail(number, error);
        }
      }
      if (ready.length > 0) this.turn();
    });
  }

  private makePiece(job: number, backup: Backup): void {
    const piece = backup.run.next(backup.pieceBytes);
    backup.credits--;
    backup.done = piece.done;
    piece.bytes = ownBytes(piece.bytes);
    piece.posts = piece.posts.map(ownBody);
    this.answer({ type: 'piece', job, piece }, [piece.bytes.buffer as ArrayBuffer, ...buffersOf(piece.posts)]);
  }

  private fail(job: number, error: unknown): void {
    this.close(job);
    this.answer({ type: 'failed', job, message: messageOf(error) });
  }

  private close(job: number): void {
    const found = this.jobs.get(job);
    this.jobs.delete(job);
    try {
      found?.run.close();
    } catch {
      // What could not be closed is gone with the thread; the job has had its answer.
    }
  }
}

/** A copy where a much larger buffer would travel along. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  const { buffer, byteLength } = bytes;
  if (byteLength === 0) return new Uint8Array(0);
  return buffer instanceof ArrayBuffer && buffer.byteLength <= 2 * byteLength + 65_536 ? bytes : new Uint8Array(bytes);
}

function ownBody({ code, body }: EncodedPost): EncodedPost {
  return { code, body: body.byteLength === body.buffer.byteLength ? body : new Uint8Array(body) };
}

function buffersOf(posts: readonly EncodedPost[]): ArrayBuffer[] {
  return posts.map(({ body }) => body.buffer as ArrayBuffer);
}
