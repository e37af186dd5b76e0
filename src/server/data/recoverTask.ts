import { INFINITE } from '../../protocol';
import type { RecoverStep } from '../archive/model';
import { DataConnectionLost } from '../dataConnection/model';
import type { RecoverJob, StepTaken } from './engine/jobs';
import { tell, type DataTask, type TaskContext } from './task';

/** Buffers that go back and forth between the data connection and the thread, and the bytes of one. */
const BUFFERS = 6;
const BUFFER_BYTES = 256 * 1024;

/** Carries a stream from the data connection to the thread that recovers from it, and what that tells to the DMA. */
export class RecoverTask implements DataTask {
  private isStopped = false;
  private isDone = false;
  private readonly buffers: ArrayBuffer[] = [];
  private made = 0;
  private bufferCame: (() => void) | undefined;
  private steps: Promise<void> = Promise.resolve();
  private outcome: { resolve: () => void; reject: (error: Error) => void } | undefined;

  private received = 0;

  /**
   * @param fileDone is told of wanted files that are recovered or could not be
   * @param total bytes that will come when the whole stream is read; undefined: not known
   */
  constructor(
    private readonly context: TaskContext,
    private readonly job: RecoverJob,
    private readonly fileDone: (result: RecoverStep['files'][number]) => void,
    private readonly total?: number,
  ) {}

  async run(): Promise<void> {
    const finished = new Promise<void>((resolve, reject) => (this.outcome = { resolve, reject }));
    this.context.release();
    this.follow(this.job.start());
    void this.receive();
    await finished;
  }

  async finish(): Promise<void> {
    await this.context.end.end();
    await this.job.close();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.context.end.destroy();
    this.bufferCame?.();
    this.outcome?.resolve();
    await this.job.close();
  }

  private get isOver(): boolean {
    return this.isDone || this.isStopped;
  }

  private async receive(): Promise<void> {
    const { end } = this.context;
    try {
      for (;;) {
        const buffer = await this.buffer();
        if (this.isOver) return;
        const length = await end.readInto(new Uint8Array(buffer));
        if (this.isOver) return;
        if (length === 0) return this.follow(this.job.endOfStream(), true);
        this.received += length;
        if (this.total !== undefined) this.context.estimated(Math.max(0, this.total - this.received));
        this.context.moved(length);
        this.follow(this.job.push(new Uint8Array(buffer, 0, length)));
      }
    } catch (error) {
      if (!this.isDone) this.outcome?.reject(asError(error));
    }
  }

  /** A buffer to fill; waits for one to come back when all are on their way. */
  private async buffer(): Promise<ArrayBuffer> {
    while (this.buffers.length === 0 && this.made === BUFFERS && !this.isOver)
      await new Promise<void>((resolve) => (this.bufferCame = resolve));
    const free = this.buffers.pop();
    if (free) return free;
    this.made++;
    return new ArrayBuffer(BUFFER_BYTES);
  }

  /** Handles the steps of the thread one behind the other; a slow DMA holds them back, and so the stream. */
  private follow(taken: Promise<StepTaken>, isCut = false): void {
    taken.catch(() => undefined);
    this.steps = this.steps
      .then(() => taken)
      .then(({ step, buffer }) => this.take(step, buffer, isCut))
      .catch((error: unknown) => this.outcome?.reject(asError(error)));
  }

  private async take(step: RecoverStep, buffer: ArrayBuffer | undefined, isCut: boolean): Promise<void> {
    if (this.isOver) return;
    tell(this.context, step.posts, step.messages);
    for (const file of step.files) this.fileDone(file);
    if (step.want) this.ask(step.want.offset, step.want.length ?? INFINITE);
    if (isCut || step.done) {
      this.isDone = true;
      if (isCut) this.outcome?.reject(new DataConnectionLost('it was closed before the end of the backup stream'));
      else this.outcome?.resolve();
    } else await this.context.session.caughtUp();
    if (buffer) this.buffers.push(buffer);
    this.bufferCame?.();
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

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
