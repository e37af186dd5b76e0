import { INFINITE } from '../../protocol';
import type { RecoverStep } from '../archive/model';
import { DataConnectionLost } from '../dataConnection/model';
import type { RecoverJob } from './engine/jobs';
import { tell, type DataTask, type TaskContext } from './task';

/** Bytes that may be on their way to the thread. */
const MOST_AHEAD = 2 * 1024 * 1024;

/** Carries a stream from the data connection to the thread that recovers from it, and what that tells to the DMA. */
export class RecoverTask implements DataTask {
  private isStopped = false;
  private isDone = false;
  private ahead = 0;
  private letGo: (() => void) | undefined;
  private steps: Promise<void> = Promise.resolve();
  private finish: { resolve(): void; reject(error: Error): void } | undefined;

  /** @param fileDone is told of wanted files that are recovered or could not be */
  constructor(
    private readonly context: TaskContext,
    private readonly job: RecoverJob,
    private readonly fileDone: (result: RecoverStep['files'][number]) => void,
  ) {}

  async run(): Promise<void> {
    const finished = new Promise<void>((resolve, reject) => (this.finish = { resolve, reject }));
    this.context.release();
    this.follow(this.job.start());
    void this.receive();
    await finished;
    if (this.isStopped) return;
    await this.context.end.end();
    await this.job.close();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.context.end.destroy();
    this.letGo?.();
    this.finish?.resolve();
    await this.job.close();
  }

  private async receive(): Promise<void> {
    const { end } = this.context;
    try {
      for (let bytes = await end.read(); bytes; bytes = await end.read()) {
        if (this.isDone || this.isStopped) continue;
        this.context.moved(bytes.length);
        await this.pass(bytes);
      }
      if (!this.isDone && !this.isStopped) this.follow(this.job.endOfStream(), 0, true);
    } catch (error) {
      if (!this.isDone) this.finish?.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private async pass(bytes: Uint8Array): Promise<void> {
    const { length } = bytes;
    while (this.ahead > 0 && this.ahead + length > MOST_AHEAD && !this.isDone && !this.isStopped)
      await new Promise<void>((resolve) => (this.letGo = resolve));
    this.ahead += length;
    // A copy: the bytes may lie in a buffer that others use, and the thread's get a new owner.
    this.follow(this.job.push(new Uint8Array(bytes)), length);
  }

  /** Handles the steps of the thread one behind the other; a slow DMA holds them back, and so the stream. */
  private follow(step: Promise<RecoverStep>, length = 0, isCut = false): void {
    step.catch(() => undefined);
    this.steps = this.steps
      .then(() => step)
      .then((taken) => this.take(taken, isCut))
      .then(() => {
        this.ahead -= length;
        this.letGo?.();
      })
      .catch((error: unknown) => this.finish?.reject(error instanceof Error ? error : new Error(String(error))));
  }

  private async take(step: RecoverStep, isCut: boolean): Promise<void> {
    if (this.isStopped || this.isDone) return;
    tell(this.context, step.posts, step.messages);
    for (const file of step.files) this.fileDone(file);
    if (step.want) this.ask(step.want.offset, step.want.length ?? INFINITE);
    if (isCut || step.done) {
      this.isDone = true;
      if (isCut) this.finish?.reject(new DataConnectionLost('it was closed before the end of the backup stream'));
      else this.finish?.resolve();
    } else await this.context.session.caughtUp();
  }

  /** Asks for a part of the stream: the mover itself where it is in this server, else the DMA, which asks the mover. */
  private ask(offset: bigint, length: bigint): void {
    const { session, end } = this.context;
    this.context.wanted(offset, length);
    if (end.address.kind !== 'local') session.post('NDMP_NOTIFY_DATA_READ', { offset, length });
    else if (session.services.local.reader) session.services.local.reader.requestRead(offset, length);
    else throw new Error('The mover of this connection does not read the tape (mode WRITE).');
  }
}
