import { ErrorCode } from '../../protocol';
import { refuse, RequestFailure } from '../failure';
import type { ServerSession } from '../session/session';
import type { OpenTape, SpaceOver, TapeDrive, TapeMode, TapePosition } from './drive';
import { MOVEMENTS, Mtio, tapeDialect } from './movements';
import type { MoveOutcome, TapeReport, TapeService } from './service';

/** The tape service of a control connection (NDMPv4 draft, section 3.4). */
export function createTapeService(session: ServerSession): TapeService {
  return new SessionTape(session);
}

/** Errors after which GET_STATE says that the medium failed. */
const MEDIUM_ERRORS: readonly number[] = [ErrorCode.IO, ErrorCode.NO_TAPE_LOADED];

class SessionTape implements TapeService {
  tape: OpenTape | undefined;
  drive: TapeDrive | undefined;
  /** Where data ends that no file mark follows yet; undefined when there is none. */
  private unmarked: TapePosition | undefined;
  /** The block is not told until a file mark or the beginning makes it sure again. */
  private blockUnknown = false;
  private failed = false;
  /** TAPE_CLOSE could not write what it owed: the next one closes all the same. */
  private closeFailed = false;
  private isDisposed = false;

  constructor(private readonly session: ServerSession) {}

  get busy(): boolean {
    return this.tape !== undefined;
  }

  noteMoverWrote(): void {
    this.noteWritten();
  }

  async open(device: string, mode: TapeMode): Promise<void> {
    const drive = this.session.view.tape(device);
    const tape = await drive.open(mode, this.session.id);
    if (this.isDisposed) {
      await tape.close();
      refuse('ILLEGAL_STATE', 'the control connection is gone');
    }
    this.tape = tape;
    this.drive = drive;
    this.unmarked = undefined;
    this.blockUnknown = false;
    this.failed = false;
    this.closeFailed = false;
    drive.target?.attach?.(this.session.id);
    this.session.log.write('info', `tape ${device} opened for ${mode}`);
  }

  async close(): Promise<void> {
    const tape = this.openTape();
    if (!this.closeFailed) {
      try {
        await this.watch(async () => {
          await this.writeOwedMark(tape);
          await this.leave(tape);
        });
      } catch (error) {
        this.closeFailed = true;
        throw error;
      }
    }
    await this.release();
  }

  report(): TapeReport {
    const status = this.openTape().status();
    return {
      ...status,
      block: this.blockUnknown ? undefined : status.block,
      failed: this.failed,
      onClose: this.drive?.behaviour?.onClose,
    };
  }

  async move(operation: number, count: number): Promise<MoveOutcome> {
    const tape = this.openTape();
    const movement = MOVEMENTS.get(operation);
    if (!movement || movement.since > this.session.version)
      refuse('ILLEGAL_ARGS', `tape operation ${operation} does not exist in NDMPv${this.session.version}`);
    this.closeFailed = false;
    if (movement.counted && count === 0) return { remaining: 0 };
    return this.watch(async () => {
      const { space } = movement;
      if (movement.marks && !(space && this.spacesUnmarked(space.over))) await this.writeOwedMark(tape);
      if (space) return this.space(tape, space.over, space.direction * count);
      return this.perform(tape, operation, count);
    });
  }

  async write(bytes: Uint8Array): Promise<number> {
    const tape = this.openTape();
    this.closeFailed = false;
    const { blockSize } = tape.status();
    if (blockSize > 0 && bytes.length % blockSize !== 0)
      refuse('ILLEGAL_ARGS', `${bytes.length} bytes are not a whole number of blocks of ${blockSize}`);
    const { written, stopped } = await this.watch(() => tape.write(bytes, blockSize || bytes.length));
    if (written > 0) this.noteWritten();
    else if (stopped === 'early-warning') refuse('EOM', 'the early warning point of the tape was passed');
    else if (stopped === 'full') refuse('IO', 'the tape is full');
    return Math.min(bytes.length, written * (blockSize || bytes.length));
  }

  async read(count: number): Promise<Uint8Array> {
    const tape = this.openTape();
    this.closeFailed = false;
    const { tapeRecordBytes } = this.session.limits;
    const { blockSize } = tape.status();
    const room = Math.min(blockSize > 0 ? Math.ceil(count / blockSize) * blockSize : count, tapeRecordBytes);
    const into = new Uint8Array(room);
    return this.watch(async () => {
      if (blockSize > 0) {
        const { lengths, stopped } = await tape.readRecords(into, blockSize);
        const bytes = lengths.reduce((sum, length) => sum + length, 0);
        if (bytes === 0) await this.meet(tape, stopped ?? 'end');
        return into.subarray(0, Math.min(bytes, count));
      }
      const outcome = await tape.read(into);
      if (outcome.kind !== 'record') return this.meet(tape, outcome.kind);
      if (outcome.length > room && count > room)
        refuse(
          'IO',
          `a record of ${outcome.length} bytes is longer than the ${tapeRecordBytes} that this server allows`,
        );
      return into.subarray(0, Math.min(outcome.length, room));
    });
  }

  async dispose(): Promise<void> {
    this.isDisposed = true;
    const { tape } = this;
    if (!tape) return;
    try {
      await this.writeOwedMark(tape);
      await this.leave(tape);
    } catch (error) {
      this.session.log.write('warning', `closing the tape of a lost connection: ${(error as Error).message}`);
    }
    await this.release();
  }

  private openTape(): OpenTape {
    return this.tape ?? refuse('DEV_NOT_OPEN', 'no tape device is open on this connection');
  }

  private async perform(tape: OpenTape, operation: number, count: number): Promise<MoveOutcome> {
    switch (operation) {
      case Mtio.REW:
        await tape.rewind();
        this.blockUnknown = false;
        return { remaining: 0 };
      case Mtio.OFF:
        await tape.unload();
        this.blockUnknown = false;
        return { remaining: 0 };
      case Mtio.TUR:
        if (!tape.status().loaded) refuse('NO_TAPE_LOADED', 'no tape is loaded');
        return { remaining: 0 };
      default:
        return this.writeMarks(tape, count);
    }
  }

  private async writeMarks(tape: OpenTape, count: number): Promise<MoveOutcome> {
    if (tape.mode === 'READ') refuse('PERMISSION', 'the tape was opened for reading');
    const { written } = await tape.writeMarks(count);
    if (written > 0) {
      this.unmarked = undefined;
      this.blockUnknown = false;
    }
    return written < count ? { remaining: count - written, error: ErrorCode.IO } : { remaining: 0 };
  }

  private async space(tape: OpenTape, over: SpaceOver, count: number): Promise<MoveOutcome> {
    const { remaining } = await tape.space(over, count);
    const { passesMarks } = tapeDialect(this.session.version);
    if (over === 'marks') {
      if (remaining < Math.abs(count)) this.passedMark(count < 0);
    } else if (remaining > 0 && passesMarks) {
      const past = await tape.space('marks', Math.sign(count));
      if (past.remaining === 0) this.passedMark(count < 0);
    }
    const { block, file } = tape.status();
    if (file === 0 && block === 0) this.blockUnknown = false;
    return { remaining };
  }

  /** A read met something else than a record: what the versions make of it. */
  private async meet(tape: OpenTape, what: 'mark' | 'end'): Promise<never> {
    const dialect = tapeDialect(this.session.version);
    if (what === 'end') refuse(dialect.endOfDataIsEom ? 'EOM' : 'EOF', 'there is nothing more on the tape');
    if (dialect.passesMarks) {
      await tape.space('marks', 1);
      this.passedMark(false);
    }
    if (dialect.forgetsBlockAtMark) this.blockUnknown = true;
    refuse('EOF', 'a file mark was met');
  }

  private passedMark(backwards: boolean): void {
    this.blockUnknown = backwards && tapeDialect(this.session.version).forgetsBlock;
  }

  private spacesUnmarked(over: SpaceOver): boolean {
    if (this.drive?.behaviour?.spacingWithoutMark) return true;
    return over === 'records' && tapeDialect(this.session.version).spacesUnmarked;
  }

  private noteWritten(): void {
    if (!this.tape) return;
    const { file, block } = this.tape.status();
    this.unmarked = { file, block };
  }

  /**
   * Writes the file mark that written data still lacks. When the tape has been moved away from the end of that data by
   * other means, a mark would erase what follows, so none is written.
   */
  private async writeOwedMark(tape: OpenTape): Promise<void> {
    const owed = this.unmarked;
    this.unmarked = undefined;
    if (!owed) return;
    const { file, block, loaded } = tape.status();
    if (file !== owed.file || block !== owed.block) {
      if (loaded) return;
      refuse('NO_TAPE_LOADED', 'the tape is gone, so no file mark could be written');
    }
    const { written } = await tape.writeMarks(1);
    if (written === 0) refuse('IO', 'the tape is full: no file mark could be written');
    this.blockUnknown = false;
  }

  private async leave(tape: OpenTape): Promise<void> {
    const onClose = this.drive?.behaviour?.onClose;
    if (!tape.status().loaded) return;
    if (onClose === 'rewind') await tape.rewind();
    if (onClose === 'unload') await tape.unload();
  }

  private async release(): Promise<void> {
    const { tape, drive } = this;
    this.tape = undefined;
    this.drive = undefined;
    this.unmarked = undefined;
    drive?.target?.detach?.(this.session.id);
    await tape?.close();
  }

  /** Runs a tape operation and remembers whether the medium failed. */
  private async watch<T>(work: () => Promise<T>): Promise<T> {
    this.failed = false;
    try {
      return await work();
    } catch (error) {
      this.failed = error instanceof RequestFailure && MEDIUM_ERRORS.includes(error.error);
      throw error;
    }
  }
}
