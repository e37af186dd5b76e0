import { ErrorCode, type DataStateName } from '../../protocol';
import type { LogText } from '../archive/model';
import type { DataAddress } from '../../transport/dataAddress';
import { DataConnectionLost } from '../dataConnection/model';
import { refuse, RequestFailure } from '../failure';
import type { ServerSession } from '../session/session';
import type { EnvironmentPair } from '../system';
import type { BackupTypeName } from './backupTypes';
import { DataLink } from './dataLink';
import type { DataEngine } from './engine/engine';
import { merged } from './environment';
import { OperationLog } from './logPosts';
import { prepareBackup, prepareRecover, type Operation } from './operation';
import { Progress } from './progress';
import { DataHaltReason, DataOperation } from './service';
import type { DataHaltReasonName, DataOperationValue, DataProgress, DataService, RecoverRequest } from './service';
import type { DataTask } from './task';
import { messageOf } from '../../transport/messageOf';

/** The data server of a connection. `engine` is the server's own, which all connections share. */
export function createDataServer(session: ServerSession, engine: DataEngine): DataService {
  return new DataServer(session, engine);
}

class DataServer implements DataService {
  private current: DataStateName = 'IDLE';
  private operation: DataOperationValue = DataOperation.NOACTION;
  private haltReason: DataHaltReasonName = 'NA';
  private variables: EnvironmentPair[] = [];
  private progressOf: Progress | undefined;
  private log: OperationLog | undefined;
  private task: DataTask | undefined;
  /** What a successful operation still does. */
  private finishing: Promise<void> | undefined;
  private isDisposed = false;
  private readonly link: DataLink;

  constructor(
    private readonly session: ServerSession,
    private readonly engine: DataEngine,
  ) {
    this.link = new DataLink(session, {
      connected: () => {
        if (this.current === 'LISTEN') this.current = 'CONNECTED';
      },
      // A data server that sent us a whole tree may be gone before the recovery of it begins.
      lost: (why, isOrderly) => {
        if (this.current !== 'CONNECTED' || !isOrderly) this.halt('CONNECT_ERROR', why);
      },
    });
  }

  get state(): DataStateName {
    return this.current;
  }

  get busy(): boolean {
    return this.current !== 'IDLE' && this.current !== 'HALTED';
  }

  progress(): DataProgress {
    const { progressOf: progress, current: state, operation, haltReason } = this;
    const isOver = progress === undefined || haltReason === 'SUCCESSFUL';
    return {
      operation,
      state,
      haltReason,
      bytesProcessed: BigInt(progress?.bytes ?? 0),
      bytesRemaining: isOver ? 0n : asBigInt(progress.remaining),
      secondsRemaining: isOver ? 0 : progress.secondsRemaining,
      address: this.link.address,
      read: progress?.read ?? { offset: 0n, length: 0n },
    };
  }

  environment(): EnvironmentPair[] {
    return this.variables;
  }

  async listen(addressType: number): Promise<DataAddress> {
    const address = await this.link.listen(addressType);
    this.checkAlive();
    this.current = this.link.end ? 'CONNECTED' : 'LISTEN';
    return address;
  }

  async connect(to: DataAddress): Promise<void> {
    await this.link.connect(to);
    this.checkAlive();
    this.current = 'CONNECTED';
  }

  async backup(type: BackupTypeName, environment: EnvironmentPair[], mover?: DataAddress): Promise<void> {
    const operation = await prepareBackup(this.session, this.engine, { type, environment });
    await this.start(operation, environment, mover);
  }

  async recover(request: RecoverRequest, mover?: DataAddress): Promise<void> {
    await this.start(prepareRecover(this.session, this.engine, request), request.environment, mover);
  }

  abort(): void {
    this.halt('ABORTED', 'the client aborted the operation');
  }

  async stop(): Promise<void> {
    // the next dump of the same tree needs what this one writes down
    await this.finishing;
    this.finishing = undefined;
    this.link.reset();
    this.task = undefined;
    this.log = undefined;
    this.progressOf = undefined;
    this.variables = [];
    this.operation = DataOperation.NOACTION;
    this.haltReason = 'NA';
    this.current = 'IDLE';
  }

  async dispose(): Promise<void> {
    this.isDisposed = true;
    this.link.drop();
    if (this.busy) this.current = 'HALTED';
    await this.task?.stop();
  }

  /** Becomes ACTIVE; in v2, where the request names the mover, the data connection is made first. */
  private async start(operation: Operation, environment: EnvironmentPair[], mover?: DataAddress): Promise<void> {
    const failure = mover ? await this.connectForStart(mover) : undefined;
    this.checkAlive();
    const log = new OperationLog(this.session);
    const progress = new Progress(operation.title, log, () => this.session.now());
    const task = failure ? undefined : this.begin(operation, log, progress);
    this.operation = operation.kind;
    this.variables = merged(environment, operation.added);
    this.log = log;
    this.progressOf = progress;
    this.task = task;
    this.current = 'ACTIVE';
    this.session.log.write('info', `${operation.title} (${operation.type}) begins`);
    log.message({ type: 'normal', text: `${operation.title} (${operation.type}) has started.` });
    // The reply goes out first: what happens from now on is told by posts.
    const isGone = operation.kind === DataOperation.BACKUP && this.link.isClosed;
    const why = failure ?? (isGone ? 'the peer had closed the data connection' : undefined);
    setImmediate(() => (task && why === undefined ? void this.follow(task) : this.halt('CONNECT_ERROR', why ?? '')));
  }

  /** In v2 the connection was made for this request and goes with it when it is refused. */
  private begin(operation: Operation, log: OperationLog, progress: Progress): DataTask {
    const { end } = this.link;
    if (!end) return refuse('ILLEGAL_STATE', 'the data connection is gone');
    try {
      return operation.begin({
        session: this.session,
        end,
        log,
        moved: (bytes) => progress.moved(bytes),
        estimated: (remaining) => (progress.remaining = remaining),
        added: (changes) => (this.variables = merged(this.variables, changes)),
        wanted: (offset, length) => (progress.read = { offset, length }),
        release: () => this.link.release(),
      });
    } catch (error) {
      if (this.current === 'IDLE') this.link.reset();
      throw error;
    }
  }

  /** Why the mover of a v2 request could not be reached: v2 has no error for it, the operation begins and halts. */
  private async connectForStart(mover: DataAddress): Promise<string | undefined> {
    try {
      await this.link.connect(mover);
      return undefined;
    } catch (error) {
      if (!(error instanceof RequestFailure) || error.error !== ErrorCode.CONNECT) throw error;
      if (mover.kind === 'local') return refuse('ILLEGAL_STATE', error.message);
      return error.message;
    }
  }

  private async follow(task: DataTask): Promise<void> {
    const isPast = (): boolean => this.task !== task || this.current !== 'ACTIVE';
    try {
      await task.run();
      if (isPast()) return;
      this.halt('SUCCESSFUL', '');
      this.finishing = task.finish();
    } catch (error) {
      if (isPast()) return;
      const why = messageOf(error);
      if (error instanceof DataConnectionLost) this.halt('CONNECT_ERROR', `the data connection broke: ${why}`);
      else this.halt('INTERNAL_ERROR', why);
    }
  }

  /** Becomes HALTED, once, and tells. */
  private halt(reason: DataHaltReasonName, why: string): void {
    if (!this.busy) return;
    this.current = 'HALTED';
    this.haltReason = reason;
    this.link.drop();
    const isWell = reason === 'SUCCESSFUL';
    if (!isWell) void this.task?.stop();
    this.session.log.write(isWell ? 'info' : 'warning', `data server halted: ${reason}${why === '' ? '' : `, ${why}`}`);
    this.log?.close(this.ending(isWell, why));
    this.session.post('NDMP_NOTIFY_DATA_HALTED', { reason: DataHaltReason[reason], text_reason: why });
  }

  /** The last message of an operation; undefined when none was begun. */
  private ending(isWell: boolean, why: string): LogText | undefined {
    const { progressOf: progress } = this;
    if (!progress) return undefined;
    if (isWell) return { type: 'normal', text: progress.summary('is complete') };
    return { type: 'error', text: `${progress.summary('has failed')} ${why}` };
  }

  private checkAlive(): void {
    if (!this.isDisposed) return;
    this.link.drop();
    refuse('ILLEGAL_STATE', 'the control connection is gone');
  }
}

function asBigInt(value: number | undefined): bigint | undefined {
  return value === undefined ? undefined : BigInt(Math.max(0, Math.round(value)));
}
