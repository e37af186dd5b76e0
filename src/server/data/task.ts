import type { EncodedPost, LogText } from '../archive/model';
import type { DataEnd } from '../dataConnection/model';
import type { ServerSession } from '../session/session';
import type { EnvironmentPair } from '../system';
import type { OperationLog } from './logPosts';

/** What an operation tells the data server that it belongs to, and takes from it. */
export interface TaskContext {
  session: ServerSession;
  /** The data connection; the task ends it in order when all is well. */
  end: DataEnd;
  log: OperationLog;
  /** So many bytes of the stream went by. */
  moved(bytes: number): void;
  /** Bytes that are still to come; undefined: not known. */
  estimated(remaining: number | undefined): void;
  /** Variables that the operation adds to the environment. */
  added(environment: readonly EnvironmentPair[]): void;
  /** A part of the stream is asked for. */
  wanted(offset: bigint, length: bigint): void;
  /** From now on the task alone minds what becomes of the data connection. */
  release(): void;
}

/** A backup or recovery under way. */
export interface DataTask {
  /**
   * Settles when all is done. Rejects with DataConnectionLost when the data connection broke, with any other error when
   * the operation cannot go on. Nothing of interest after {@link stop}.
   */
  run(): Promise<void>;
  /**
   * What is left to do when the DMA has been told of the success: a mover in this server that is HALTED before the data
   * server is would look to DMAs in use like a failure. Never rejects.
   */
  finish(): Promise<void>;
  /** Gives everything back, at once. Never rejects. Idempotent. */
  stop(): Promise<void>;
}

/** Sends what goes with a piece of work, in its order. */
export function tell(context: TaskContext, posts: readonly EncodedPost[], messages: readonly LogText[]): void {
  for (const { code, body } of posts) context.session.postEncoded(code, body);
  for (const message of messages) context.log.message(message);
}
