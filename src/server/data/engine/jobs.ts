import type { BackupOrder, BackupPiece, RecoverOrder, RecoverStep } from '../../archive/model';
import type { FromWorker, ToWorker } from './messages';

/** Bytes of stream that a thread makes at a time. */
const PIECE_BYTES = 256 * 1024;
/** Pieces that a thread makes ahead. */
const PIECES_AHEAD = 4;

/** The way of a job to where it is done. */
export interface JobPort {
  send(message: ToWorker, give?: ArrayBuffer[]): void;
  /** The job is over and uses nothing any more. */
  over(): void;
}

interface Waiting<T> {
  resolve: (value: T) => void;
  reject: (error: Error) => void;
}

/** One data operation in a worker thread, seen from the server's. Everything rejects once the job has failed or is closed. */
abstract class Job {
  protected failure: Error | undefined;
  private closing: { settled: Promise<void>; settle: () => void } | undefined;
  private isOver = false;

  constructor(
    protected readonly job: number,
    protected readonly port: JobPort,
  ) {}

  /** Takes an answer of the thread. */
  receive(message: FromWorker): void {
    if (message.type === 'failed') this.fail(message.message);
    else if (message.type === 'closed') this.end();
    else this.answered(message);
  }

  /** The job cannot go on. */
  fail(why: string): void {
    this.failure ??= new Error(why);
    this.rejectAll(this.failure);
    this.end();
  }

  /** Lets go of everything that the job holds; settles when that is done. Idempotent. */
  close(): Promise<void> {
    if (this.closing) return this.closing.settled;
    let settle = (): void => undefined;
    const settled = new Promise<void>((resolve) => (settle = resolve));
    this.closing = { settled, settle };
    this.failure ??= new Error('The operation is over.');
    this.rejectAll(this.failure);
    if (this.isOver) settle();
    else this.port.send({ type: 'close', job: this.job });
    return settled;
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.port.over();
    this.closing?.settle();
  }

  protected abstract answered(message: FromWorker): void;
  protected abstract rejectAll(error: Error): void;
}

/** A backup, piece by piece. */
export class BackupJob extends Job {
  private readonly pieces: BackupPiece[] = [];
  private spare: ArrayBuffer[] = [];
  private waitingPiece: Waiting<BackupPiece> | undefined;
  private waitingCommit: Waiting<void> | undefined;

  constructor(job: number, order: BackupOrder, port: JobPort) {
    super(job, port);
    port.send({ type: 'backup', job, order, credits: PIECES_AHEAD, pieceBytes: PIECE_BYTES });
  }

  /** The next piece; one call at a time. Pieces made before a failure still come. */
  next(): Promise<BackupPiece> {
    const piece = this.pieces.shift();
    if (piece) {
      if (!this.failure) this.askForMore();
      return Promise.resolve(piece);
    }
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => (this.waitingPiece = { resolve, reject }));
  }

  /** Gives back the buffer of a piece. Fresh buffers for everything would keep the garbage collector busy. */
  reuse(bytes: Uint8Array): void {
    if (bytes.length > 0) this.spare.push(bytes.buffer as ArrayBuffer);
  }

  /** The stream is where it belongs: what the backup has to remember is written down. */
  commit(): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.waitingCommit = { resolve, reject };
      this.port.send({ type: 'commit', job: this.job });
    });
  }

  private askForMore(): void {
    const { spare } = this;
    this.spare = [];
    this.port.send({ type: 'credit', job: this.job, spare }, spare);
  }

  protected answered(message: FromWorker): void {
    if (message.type === 'piece') {
      const waiting = this.waitingPiece;
      this.waitingPiece = undefined;
      if (!waiting) return void this.pieces.push(message.piece);
      if (!message.piece.done) this.askForMore();
      waiting.resolve(message.piece);
    } else if (message.type === 'committed') this.waitingCommit?.resolve();
  }

  protected rejectAll(error: Error): void {
    this.waitingPiece?.reject(error);
    this.waitingCommit?.reject(error);
    this.waitingPiece = undefined;
    this.waitingCommit = undefined;
  }
}

/** A step of a recovery, and the buffer of the bytes that it took, given back. */
export interface StepTaken {
  step: RecoverStep;
  buffer?: ArrayBuffer;
}

/** A recovery, which is fed and tells by steps. Steps come in the order of what was given. */
export class RecoverJob extends Job {
  private readonly waiting: Waiting<StepTaken>[] = [];
  private readonly first: Promise<StepTaken>;

  constructor(job: number, order: RecoverOrder, port: JobPort) {
    super(job, port);
    this.first = this.ask({ type: 'recover', job, order });
    this.first.catch(() => undefined);
  }

  /** The first step. */
  start(): Promise<StepTaken> {
    return this.first;
  }

  /** Gives the next bytes of the stream. Their buffer is gone until it comes back with the step. */
  push(bytes: Uint8Array): Promise<StepTaken> {
    return this.ask({ type: 'push', job: this.job, bytes }, [bytes.buffer as ArrayBuffer]);
  }

  /** No more bytes come. */
  endOfStream(): Promise<StepTaken> {
    return this.ask({ type: 'end', job: this.job });
  }

  protected answered(message: FromWorker): void {
    if (message.type === 'step') this.waiting.shift()?.resolve({ step: message.step, buffer: message.buffer });
  }

  protected rejectAll(error: Error): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }

  private ask(message: ToWorker, give?: ArrayBuffer[]): Promise<StepTaken> {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.port.send(message, give);
    });
  }
}
