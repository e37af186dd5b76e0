import type { ByteSource } from '../capture/byteSource';
import type { ScannerState } from '../capture/readCapture';
import { bodyErrorOffset } from '../protocol';
import type { MessageContext, NdmpVersion } from '../protocol';
import { rereadBodyError } from './lateVersions';
import type { CaptureInfo, Connection, MessageIndex } from './messageIndex';
import { ReadAhead } from './readAhead';
import { readRecord } from './recordReader';
import type { RecordBytes } from './recordReader';

/** The text of a log from which a message was read. */
export interface RawText {
  /** The message's lines and those of its session up to the next message, as they stand in the log. */
  text: string;
  /** Number of the first line of the message itself. */
  line: number;
  /** There is more of it than is shown. */
  cut: boolean;
  /** Fields of the log that the tables of messages do not have, in the log's order. */
  unread: { name: string; value: string }[];
}

/** A capture whose messages can be looked at. */
export interface CaptureSession {
  readonly index: MessageIndex;
  readonly info: CaptureInfo;
  /** The bytes of a message, read from the capture now. */
  record(row: number): RecordBytes;
  /** What a decoder must know of a message. */
  context(row: number): MessageContext;
  /** Of a log: the text that a message was read from. */
  rawText?(row: number): RawText;
  /** Of a log: fields of the body that it does not tell, by path (`files[].stats[].mtime`); what stands there is made up. */
  untold?(row: number): readonly string[];
  /** Reads a connection as another version of the protocol; undefined: as the capture says. */
  setVersion(connection: number, version: NdmpVersion | undefined): void;
  /** Gives files and threads back. */
  close(): void;
}

/** A {@link CaptureSession} over any source of bytes. */
export class SourceCapture implements CaptureSession {
  /** Versions as the capture tells them, of connections for which the user chose another. */
  private readonly told = new Map<number, Pick<Connection, 'version' | 'versionSource'>>();
  private readonly source: ByteSource;

  constructor(
    readonly index: MessageIndex,
    readonly info: CaptureInfo,
    source: ByteSource,
    private state: ScannerState,
    private readonly onClose: () => void = () => undefined,
  ) {
    this.source = new ReadAhead(source);
  }

  record(row: number): RecordBytes {
    return readRecord(this.source, this.state, this.index, row);
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

  setVersion(connection: number, version: NdmpVersion | undefined): void {
    const known = this.index.connections[connection];
    if (known === undefined) return;
    const told = this.told.get(connection) ?? { version: known.version, versionSource: known.versionSource };
    this.told.set(connection, told);
    const before = this.errorPlaces(connection);
    this.index.setUserVersion(connection, version);
    Object.assign(known, version === undefined ? told : { version, versionSource: 'user' });
    for (const [row, place] of this.errorPlaces(connection))
      if (place !== before.get(row)) rereadBodyError(this.index, row, (at) => this.record(at));
  }

  /** Takes what a reading that is still under way found out about the file's structure. */
  updateState(state: ScannerState): void {
    this.state = state;
  }

  close(): void {
    this.onClose();
  }

  /** Where the bodies of a connection's replies have their error, as its version says. */
  private errorPlaces(connection: number): Map<number, number> {
    const { index } = this;
    const places = new Map<number, number>();
    for (let row = 0; row < index.count; row++) {
      if (index.connection(row) === connection && index.kind(row) === 'reply')
        places.set(row, bodyErrorOffset(index.code(row), index.version(row), 'reply'));
    }
    return places;
  }
}
