import { clip, ErrorCode, escapeText } from '../../protocol';
import type { FileResult, LogText, LogType } from '../archive/model';
import type { ServerSession } from '../session/session';

/** LOG_MESSAGE types of the wire. */
const LogTypeNumber: Record<LogType, number> = { normal: 0, debug: 1, error: 2, warning: 3 };
/** LOG_DEBUG level of v2: user detail. */
const USER_DETAIL = 2;
const LONGEST = 4096;
/** Lines of one operation; whoever has more files in trouble gets their number instead. */
const MOST_LINES = 10_000;

/** v4 recovery statuses by position, as the error codes that v2 and v3 answer. */
const STATUS_AS_ERROR = [
  ErrorCode.NO_ERR,
  ErrorCode.PERMISSION,
  ErrorCode.FILE_NOT_FOUND,
  ErrorCode.BAD_FILE,
  ErrorCode.NO_MEM,
  ErrorCode.IO,
] as const;

/** Tells the DMA in LOG posts how an operation goes, in the words of the connection's version. */
export class OperationLog {
  private lines = 0;
  private held = 0;
  private messageId = 0;

  constructor(private readonly session: ServerSession) {}

  message({ type, text }: LogText): void {
    if (++this.lines > MOST_LINES) this.held++;
    else this.send(type, text);
  }

  /** How the recovery of a wanted file went. */
  file({ name, status }: FileResult, saveSet = 0): void {
    this.session.post('NDMP_LOG_FILE', {
      name,
      ssid: saveSet,
      error: STATUS_AS_ERROR[status] ?? ErrorCode.UNDEFINED,
      recovery_status: status,
    });
  }

  /** Says how many lines were left out, and how it ended, which is told in any case; called once, last. */
  close(summary?: LogText): void {
    if (this.held > 0) this.send('warning', `${this.held} more messages of this operation were left out.`);
    if (summary) this.send(summary.type, summary.text);
  }

  private send(type: LogType, text: string): void {
    const entry = clip(escapeText(text), LONGEST);
    if (this.session.version > 2)
      this.session.post('NDMP_LOG_MESSAGE', { log_type: LogTypeNumber[type], message_id: ++this.messageId, entry });
    else if (type === 'debug') this.session.post('NDMP_LOG_DEBUG', { level: USER_DETAIL, message: entry });
    else this.session.post('NDMP_LOG_LOG', { entry });
  }
}
