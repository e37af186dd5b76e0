import type { ByteSource } from '../capture/byteSource';
import type { ScannerState } from '../capture/readCapture';
import { bodyErrorOffset } from '../protocol';
import type { MessageContext, NdmpVersion } from '../protocol';
import type { CaptureInfo, Connection, MessageIndex } from './messageIndex';
import { HEADER_BYTES } from './recordShape';
import { readRecord } from './recordReader';
import type { RecordBytes } from './recordReader';
import { RowFlag, Word } from './rowChunk';

/** A capture whose messages can be looked at. */
export interface CaptureSession {
  readonly index: MessageIndex;
  readonly info: CaptureInfo;
  /** The bytes of a message, read from the capture now. */
  record(row: number): RecordBytes;
  /** What a decoder must know of a message. */
  context(row: number): MessageContext;
  /** Reads a connection as another version of the protocol; undefined: as the capture says. */
  setVersion(connection: number, version: NdmpVersion | undefined): void;
  /** Gives files and threads back. */
  close(): void;
}

/** A {@link CaptureSession} over any source of bytes. */
export class SourceCapture implements CaptureSession {
  /** Versions as the capture tells them, of connections for which the user chose another. */
  private readonly told = new Map<number, Pick<Connection, 'version' | 'versionSource'>>();

  constructor(
    readonly index: MessageIndex,
    readonly info: CaptureInfo,
    private readonly source: ByteSource,
    private state: ScannerState,
    private readonly onClose: () => void = () => undefined,
  ) {}

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
    this.index.setUserVersion(connection, version);
    Object.assign(known, version === undefined ? told : { version, versionSource: 'user' });
    for (let row = 0; row < this.index.count; row++) {
      if (this.index.connection(row) === connection) this.rereadBodyError(row);
    }
  }

  /** Takes what a reading that is still under way found out about the file's structure. */
  updateState(state: ScannerState): void {
    this.state = state;
  }

  close(): void {
    this.onClose();
  }

  /** The place of the error word in a reply depends on the version. */
  private rereadBodyError(row: number): void {
    const { index } = this;
    if (index.kind(row) !== 'reply' || index.headerError(row) !== 0) return;
    const word = bodyErrorOffset(index.code(row), index.version(row), 'reply');
    index.setWord(row, Word.FLAGS, index.flags(row) & ~RowFlag.HAS_BODY_ERROR);
    if (word < 0) return;
    const { payload } = this.record(row);
    if (payload.length < HEADER_BYTES + word + 4) return;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    index.setWord(row, Word.BODY_ERROR, view.getUint32(HEADER_BYTES + word));
    index.setWord(row, Word.FLAGS, index.flags(row) | RowFlag.HAS_BODY_ERROR);
  }
}
