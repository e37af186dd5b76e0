import type { SessionService } from '../session/services';
import type { OpenTape } from './drive';

/** The tape service of one control connection. */
export interface TapeService extends SessionService {
  /** The open tape, which the mover writes and reads. */
  readonly tape: OpenTape | undefined;
  /** Data was written behind the last file mark by the mover: TAPE_CLOSE and MTIO owe a file mark (draft, section 3.4). */
  noteMoverWrote(): void;
}
