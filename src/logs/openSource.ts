import type { ByteSource } from '../capture/byteSource';
import { detectFormat } from '../capture/readCapture';
import type { ScannerState } from '../capture/readCapture';
import { SourceCapture } from '../session/capture';
import type { CaptureSession } from '../session/capture';
import { IndexPass } from '../session/indexCapture';
import type { IndexOptions } from '../session/indexer';
import type { CaptureInfo, MessageIndex } from '../session/messageIndex';
import { detectLog } from './detectLog';
import { LogCapture } from './logCapture';
import { LogPass } from './logPass';
import type { LogState } from './model';

/** What is needed to read messages of a file again, whatever kind of file it is. Plain data. */
export type SourceState = ScannerState | LogState;

/** A session whose reading may still be under way. */
export interface GrowingSession extends CaptureSession {
  updateState(state: SourceState): void;
}

/** An index pass over a capture or a log. */
export interface SourcePass {
  readonly index: MessageIndex;
  readonly position: number;
  /** Reads another block. @returns false when there is nothing more to read */
  step(): boolean;
  /** Closes what is open. @returns true when rows had to be moved */
  finish(): boolean;
  updateConnections(): void;
  /** Describes all TCP connections as they are so far; a log has none. */
  updateFlows?(): void;
  info(bytes: number, gzip: boolean): CaptureInfo;
}

/** Tells what a file is by its content; undefined: neither a capture nor a log that is known. A log is tried last. */
export function detectSource(source: ByteSource): SourceState | undefined {
  const capture = detectFormat(source);
  if (capture !== undefined) return capture;
  const format = detectLog(source);
  return format && { format, keys: [] };
}

/** Begins an index pass. @returns it, and the state to read messages with, which grows with the pass */
export function startPass(
  source: ByteSource,
  state: SourceState,
  options: IndexOptions = {},
  onChunk?: (chunk: Uint32Array) => void,
): { pass: SourcePass; state: SourceState } {
  if (!isLogState(state)) return { pass: new IndexPass(source, state, options, onChunk), state };
  const pass = new LogPass(source, state.format, options, onChunk);
  return { pass, state: pass.state };
}

/** A session over an index that was made by a pass. */
export function openSession(
  index: MessageIndex,
  info: CaptureInfo,
  source: ByteSource,
  state: SourceState,
  onClose?: () => void,
): GrowingSession {
  if (!isLogState(state)) {
    const capture = new SourceCapture(index, info, source, state, onClose);
    const update = capture.updateState.bind(capture);
    return Object.assign(capture, { updateState: (next: SourceState) => isLogState(next) || update(next) });
  }
  const capture = new LogCapture(index, info, source, state, onClose);
  const update = capture.updateState.bind(capture);
  return Object.assign(capture, { updateState: (next: SourceState) => !isLogState(next) || update(next) });
}

function isLogState(state: SourceState): state is LogState {
  return state.format === 'ontap-log' || state.format === 'ndmjob-log';
}
