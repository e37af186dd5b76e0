import { INFINITE, type MoverFacts, type MoverStateName } from '../../protocol';
import type { DataAddress } from '../../transport/dataAddress';
import type { DataEnd, DataListener } from '../dataConnection/model';
import { pendingConnections } from '../dataConnection/tcp';
import { refuse, RequestFailure } from '../failure';
import type { ServerSession } from '../session/session';
import type { OpenTape } from '../tape/drive';
import { connectTo, listenFor } from './connecting';
import {
  HaltReason,
  MoverMode,
  PauseReason,
  type HaltReasonName,
  type PauseReasonName,
  type Progress,
  type Window,
} from './model';
import type { MoverReport, MoverService } from './service';
import type { TapeReader } from './tapeReader';
import { Work, type WorkEvent } from './work';
import { messageOf } from '../../transport/messageOf';

/** Record size of v2 and v3 movers before one was set; v4 demands that it is set. */
const OLD_RECORD_SIZE = 20 * 512;
const LOCAL: DataAddress = { kind: 'local' };

/** The mover of a control connection. */
export function createMover(session: ServerSession): MoverService {
  return new Mover(session);
}

/** The state machine of the mover (NDMPv4 draft, section 3.6); an engine does the moving. */
class Mover implements MoverService {
  state: MoverStateName = 'IDLE';
  private mode: number = MoverMode.NOACTION;
  private pauseReason: PauseReasonName = 'NA';
  private haltReason: HaltReasonName = 'NA';
  private seekPosition = 0n;
  private window: Window | undefined;
  private windowIsNew = false;
  private address = LOCAL;
  private readonly progress: Progress;
  private listener: DataListener | undefined;
  private work: Work | undefined;
  private isDisposed = false;

  constructor(private readonly session: ServerSession) {
    this.progress = { recordSize: 0, recordNum: 0n, bytesMoved: 0n };
  }

  get busy(): boolean {
    return this.state !== 'IDLE' && this.state !== 'HALTED';
  }

  facts(): MoverFacts {
    return {
      state: this.state,
      recordSize: this.progress.recordSize,
      window: this.window ?? null,
      windowSincePause: this.windowIsNew,
      pauseReason: this.pauseReason,
      mode: this.mode,
      tape: this.session.services.tape.tape?.mode ?? 'closed',
      reading: (this.work?.reader?.left ?? 0n) > 0n,
    };
  }

  report(): MoverReport {
    const { mode, state, pauseReason, haltReason, seekPosition, window, address } = this;
    const bytesLeftToRead = this.work?.reader?.left ?? 0n;
    return { mode, state, pauseReason, haltReason, seekPosition, window, address, bytesLeftToRead, ...this.progress };
  }

  setRecordSize(bytes: number): void {
    this.progress.recordSize = bytes;
    // below v4 a window may come first, and stays
    if (this.isOld) return;
    this.window = undefined;
    this.windowIsNew = false;
  }

  setWindow(window: Window): void {
    if (this.isOld) this.progress.recordSize ||= OLD_RECORD_SIZE;
    this.window = window;
    this.windowIsNew = true;
    this.progress.recordNum = window.offset / BigInt(this.progress.recordSize);
  }

  async listen(mode: number, addressType: number): Promise<DataAddress> {
    const listener = await listenFor(this.session, addressType);
    if (this.isDisposed) {
      listener.close();
      refuse('ILLEGAL_STATE', 'the connection is closed');
    }
    this.prepare(mode, listener.address);
    this.listener = listener;
    this.enter('LISTEN');
    listener.accepted.then(
      (end) => this.onAccepted(listener, end),
      (error: unknown) => this.onNobodyCame(listener, error),
    );
    return listener.address;
  }

  async connect(mode: number, address: DataAddress): Promise<void> {
    const end = await connectTo(this.session, address);
    if (this.isDisposed) {
      end.destroy();
      refuse('ILLEGAL_STATE', 'the connection is closed');
    }
    this.prepare(mode, end.address);
    this.start(end);
  }

  read(offset: bigint, length: bigint): void {
    if (this.address.kind === 'local')
      refuse('ILLEGAL_STATE', 'over a LOCAL connection the data server reads by itself');
    const { work } = this;
    if (!work?.reader) refuse('ILLEGAL_STATE', 'the mover writes the tape (mode READ)');
    if (work.reader.left > 0n) refuse(this.isOld ? 'ILLEGAL_STATE' : 'READ_IN_PROGRESS', 'the read before is not done');
    this.requestRead(work, work.reader, offset, length);
  }

  continue(): void {
    const { work, window } = this;
    if (!work || !window) refuse('PRECONDITION', 'no window is set');
    this.openTape();
    this.pauseReason = 'NA';
    this.enter('ACTIVE');
    work.resume(this.windowIsNew ? window : undefined);
    this.windowIsNew = false;
  }

  close(): Promise<void> {
    return this.finish('CONNECT_CLOSED', 'closed by the DMA', this.work?.isMoving ?? false);
  }

  abort(): Promise<void> {
    return this.finish('ABORTED', 'aborted by the DMA', true);
  }

  stop(): void {
    this.mode = MoverMode.NOACTION;
    this.haltReason = 'NA';
    this.seekPosition = 0n;
    // entering IDLE makes the window (0, 0), which is the one that conformance tests set once and listen with again
    if (this.window?.length !== 0n) this.window = undefined;
    this.windowIsNew = false;
    this.address = LOCAL;
    this.progress.recordNum = 0n;
    this.progress.bytesMoved = 0n;
    this.enter('IDLE');
  }

  upToDate(): Promise<void> {
    return this.state === 'LISTEN' ? pendingConnections() : Promise.resolve();
  }

  async dispose(): Promise<void> {
    this.isDisposed = true;
    await this.abort();
  }

  /** Waits until the tape is left alone. `atOnce`: without waiting for the peer. */
  private async finish(reason: HaltReasonName, why: string, atOnce: boolean): Promise<void> {
    await this.work?.stop(atOnce);
    if (this.busy) this.halt(reason, why);
  }

  private get isOld(): boolean {
    return this.session.version < 4;
  }

  private prepare(mode: number, address: DataAddress): void {
    this.mode = mode;
    this.address = address;
    this.progress.bytesMoved = 0n;
    if (!this.isOld) return;
    this.progress.recordSize ||= OLD_RECORD_SIZE;
    this.window ??= { offset: 0n, length: INFINITE };
  }

  private onAccepted(listener: DataListener, end: DataEnd): void {
    if (this.listener !== listener) return end.destroy();
    this.listener = undefined;
    this.start(end);
  }

  private onNobodyCame(listener: DataListener, error: unknown): void {
    if (this.listener === listener) this.halt('CONNECT_ERROR', messageOf(error));
  }

  /** The data connection is there. */
  private start(end: DataEnd): void {
    const { progress, session, mode } = this;
    const work = new Work({
      mode,
      end,
      context: { progress, tape: () => this.openTape() },
      noteWrote: () => session.services.tape.noteMoverWrote(),
      told: (event) => this.onEvent(event),
    });
    this.work = work;
    if (this.window) work.enter(this.window);
    this.windowIsNew = false;
    this.enter('ACTIVE');
    if (work.reader && work.isLocal) this.serveLocally(work, work.reader);
    work.go();
  }

  /** The data server in the same process asks for what it wants without the DMA. */
  private serveLocally(work: Work, reader: TapeReader): void {
    this.session.services.local.reader = {
      requestRead: (offset, length) => {
        if (this.work === work) this.requestRead(work, reader, offset, length);
      },
    };
  }

  private requestRead(work: Work, reader: TapeReader, offset: bigint, length: bigint): void {
    this.seekPosition = offset;
    reader.request(offset, length);
    if (this.state === 'ACTIVE') work.go();
  }

  private onEvent(event: WorkEvent): void {
    switch (event.kind) {
      case 'closed':
        return this.halt('CONNECT_CLOSED', 'the data server has closed the data connection');
      case 'lost':
        return this.halt('CONNECT_ERROR', event.why);
      case 'pause':
        // v2 has no reason of its own for the end of the window
        return this.pause(this.session.version === 2 && event.reason === 'EOW' ? 'EOF' : event.reason, event.why);
      case 'failed':
        return this.onFailure(event.error);
    }
  }

  private onFailure(error: unknown): void {
    if (!(error instanceof RequestFailure)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.session.log.write('error', `mover: ${text}`);
      this.halt('INTERNAL_ERROR', 'the server failed');
    } else if (this.isOld) this.pause('MEDIA_ERROR', error.message);
    else this.halt('MEDIA_ERROR', error.message);
  }

  private pause(reason: PauseReasonName, why: string): void {
    this.pauseReason = reason;
    this.windowIsNew = false;
    this.enter('PAUSED', `${reason}: ${why}`);
    this.session.post('NDMP_NOTIFY_MOVER_PAUSED', {
      reason: PauseReason[reason],
      seek_position: this.work?.wanted ?? 0n,
    });
  }

  private halt(reason: HaltReasonName, why: string): void {
    this.haltReason = reason;
    this.pauseReason = 'NA';
    this.release(reason === 'CONNECT_CLOSED');
    this.enter('HALTED', `${reason}: ${why}`);
    this.session.post('NDMP_NOTIFY_MOVER_HALTED', { reason: HaltReason[reason], text_reason: why });
  }

  private release(inOrder: boolean): void {
    const { work, listener } = this;
    listener?.close();
    this.listener = undefined;
    work?.release(inOrder);
    if (work?.reader && work.isLocal) this.session.services.local.reader = undefined;
    this.work = undefined;
  }

  private enter(state: MoverStateName, why?: string): void {
    this.state = state;
    this.session.log.write('debug', `mover ${state}${why === undefined ? '' : ` (${why})`}`);
  }

  private openTape(): OpenTape {
    const { tape } = this.session.services.tape;
    if (!tape) refuse('DEV_NOT_OPEN', 'no tape is open on this connection');
    if (this.mode === MoverMode.READ && tape.mode === 'READ')
      refuse('PERMISSION', 'the tape was opened for reading only');
    return tape;
  }
}
