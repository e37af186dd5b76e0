import { encodeHeader, type NdmpVersion } from '../protocol';
import type { RecordBytes } from '../session/recordReader';
import { encodeBody } from './encodeBody';
import type { AssembledMessage } from './messageAssembler';
import type { LogDialect, LogMessage, RawField } from './model';

/** A message as its log lines tell it, and the bytes that they amount to. */
export interface LogRecord {
  message: LogMessage;
  bytes: RecordBytes;
  untold: string[];
  problems: string[];
  /** Fields that the log has and the tables do not. */
  unread: RawField[];
}

/**
 * Reads a message's fields and writes them as a record. The bytes behind the last field that the log tells are named
 * missing.
 * @param version of the connection, where the message does not say its own
 */
export function assembleRecord(assembled: AssembledMessage, dialect: LogDialect, version: NdmpVersion): LogRecord {
  const message = dialect.message(assembled.head, assembled.fields, version);
  const body = encodeBody(message, dialect);
  const header = encodeHeader({
    sequence: message.sequence,
    timeStamp: message.timeStamp,
    messageType: message.kind === 'reply' ? 1 : 0,
    code: message.code,
    replySequence: message.replySequence,
    error: message.headerError,
  });
  const payload = new Uint8Array(header.length + body.bytes.length);
  payload.set(header);
  payload.set(body.bytes, header.length);
  const offset = header.length + body.toldEnd;
  const missing = offset < payload.length ? [{ offset, length: payload.length - offset }] : [];
  return {
    message,
    bytes: { payload, fragments: [payload.length], missing },
    untold: body.untold,
    problems: [...message.problems, ...body.problems],
    unread: body.unread,
  };
}
