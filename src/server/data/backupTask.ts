import type { BackupJob } from './engine/jobs';
import { tell, type DataTask, type TaskContext } from './task';
import { messageOf } from '../../transport/messageOf';

/** Carries a backup's stream from its thread to the data connection, and its posts to the DMA. */
export class BackupTask implements DataTask {
  private isStopped = false;

  constructor(
    private readonly context: TaskContext,
    private readonly job: BackupJob,
  ) {}

  async run(): Promise<void> {
    const { session, end } = this.context;
    for (let done = false; !done && !this.isStopped;) {
      // Whoever is slow, the DMA or the tape, holds the backup back: pieces wait in the thread, which then makes no more.
      await session.caughtUp();
      const piece = await this.job.next();
      if (this.isStopped) return;
      tell(this.context, piece.posts, piece.messages);
      if (piece.bytes.length > 0) {
        await end.write(piece.bytes, () => this.job.reuse(piece.bytes));
        this.context.moved(piece.bytes.length);
      }
      this.context.estimated(piece.done ? 0 : piece.remaining);
      if (piece.environment) this.context.added(piece.environment);
      done = piece.done;
    }
    if (this.isStopped) return;
    this.context.release();
    await end.end();
  }

  async finish(): Promise<void> {
    await this.commit();
    await this.job.close();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.context.end.destroy();
    await this.job.close();
  }

  private async commit(): Promise<void> {
    try {
      await this.job.commit();
    } catch (error) {
      const why = messageOf(error);
      const text = `The backup is complete, but what the next level needs to know of it could not be kept: ${why}`;
      this.context.log.message({ type: 'warning', text });
    }
  }
}
