import type { ByteSource } from '../capture/byteSource';
import type { MessageContext, NdmpVersion } from '../protocol';
import type { CaptureSession, RawText } from '../session/capture';
import type { CaptureInfo, Connection, MessageIndex } from '../session/messageIndex';
import { ReadAhead } from '../session/readAhead';
import type { RecordBytes } from '../session/recordReader';
import { RowFlag } from '../session/rowChunk';
import { decodeByteString } from '../xdr';
import { assembleRecord, type LogRecord } from './assembleRecord';
import { dialectOf } from './dialects';
import { LineReader } from './lineReader';
import { MessageAssembler, type AssembledMessage } from './messageAssembler';
import { LogLine } from './model';
import type { LogDialect, LogState } from './model';

/** Of longer text beside a message only the beginning is shown. */
const MAX_RAW_BYTES = 256 * 1024;
const NEWLINE = 10;

/** The messages of a log: each is read from its lines, and encoded, when somebody looks at it. */
export class LogCapture implements CaptureSession {
  private readonly source: ByteSource;
  private readonly told = new Map<number, Pick<Connection, 'version' | 'versionSource'>>();
  private last: { row: number; record: LogRecord } | undefined;

  constructor(
    readonly index: MessageIndex,
    readonly info: CaptureInfo,
    source: ByteSource,
    private state: LogState,
    private readonly onClose: () => void = () => undefined,
  ) {
    this.source = new ReadAhead(source);
  }

  record(row: number): RecordBytes {
    return this.read(row).bytes;
  }

  context(row: number): MessageContext {
    const { index } = this;
    return {
      code: index.code(row),
      kind: index.kind(row),
      version: index.version(row),
      headerError: index.headerError(row),
    };
  }

  rawText(row: number): RawText {
    const { index } = this;
    const key = this.keyOf(row);
    const length = index.startSequence(row);
    const lines: string[] = [];
    let bytes = 0;
    const dialect = dialectOf(this.state.format);
    // a reader of its own says whose line each is: other sessions' lines may stand between
    const owner = new LineOwner(key);
    const reader = new LineReader(
      this.source,
      (text, from, to) => {
        if (bytes > MAX_RAW_BYTES || !owner.owns(dialect, text)) return;
        bytes += to - from;
        lines.push(this.wholeLine(text, from, to));
      },
      index.offset(row),
      index.offset(row) + Math.min(length, 4 * MAX_RAW_BYTES),
    );
    while (bytes <= MAX_RAW_BYTES && reader.step());
    reader.finish();
    return {
      text: lines.join('\n'),
      line: index.frame(row),
      cut: length > 4 * MAX_RAW_BYTES || bytes > MAX_RAW_BYTES,
      unread: this.read(row).unread,
    };
  }

  untold(row: number): readonly string[] {
    return this.read(row).untold;
  }

  setVersion(connection: number, version: NdmpVersion | undefined): void {
    const known = this.index.connections[connection];
    if (known === undefined) return;
    const told = this.told.get(connection) ?? { version: known.version, versionSource: known.versionSource };
    this.told.set(connection, told);
    this.index.setUserVersion(connection, version);
    Object.assign(known, version === undefined ? told : { version, versionSource: 'user' });
  }

  /** Takes what a reading that is still under way found out. */
  updateState(state: LogState): void {
    this.state = state;
  }

  close(): void {
    this.onClose();
  }

  private keyOf(row: number): string {
    return this.state.keys[this.index.connection(row)] ?? '';
  }

  private read(row: number): LogRecord {
    if (this.last?.row === row) return this.last.record;
    const { index } = this;
    const dialect = dialectOf(this.state.format);
    let found: AssembledMessage | undefined;
    const sink = {
      onMessage: (message: AssembledMessage) => void (found ??= message),
      onAccept: () => undefined,
      onEnd: () => undefined,
      onLoose: () => undefined,
    };
    const assembler = new MessageAssembler(dialect, sink, this.keyOf(row));
    const from = index.offset(row);
    const to = from + index.startSequence(row);
    const reader = new LineReader(this.source, (text, start, next) => assembler.push(text, start, next), from, to);
    while (found === undefined && reader.step());
    reader.finish();
    assembler.finish();
    // the version as the log tells it, whatever the user reads it as
    const version = ((index.flags(row) >> RowFlag.VERSION_SHIFT) & RowFlag.VERSION_MASK) as NdmpVersion;
    const record = assembleRecord(found ?? nothing(from), dialect, version);
    this.last = { row, record };
    return record;
  }

  /** The text of a line, of which the reader has only the beginning when it is very long. */
  private wholeLine(text: string, from: number, to: number): string {
    if (to - from <= text.length + 2) return text;
    const bytes = new Uint8Array(Math.min(to - from, MAX_RAW_BYTES));
    const read = this.source.read(from, bytes.length, bytes);
    const end = bytes[read - 1] === NEWLINE ? read - 1 : read;
    return decodeByteString(bytes, 0, end);
  }
}

/** Tells which lines belong to a session; a line that does not say belongs to that of the line before. */
class LineOwner {
  private current: string;
  private readonly line = new LogLine();

  constructor(private readonly key: string) {
    this.current = key;
  }

  owns(dialect: LogDialect, text: string): boolean {
    dialect.read(text, this.line);
    this.current = this.line.session ?? this.current;
    return this.current === this.key;
  }
}

/** A file that has changed under us may have no message there any more. */
function nothing(from: number): AssembledMessage {
  return { session: '', head: undefined, fields: [], from, to: from, line: 0, seconds: 0, nanos: 0, digits: 0 };
}
