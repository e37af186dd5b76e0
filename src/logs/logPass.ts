import type { ByteSource } from '../capture/byteSource';
import type { NdmpVersion } from '../protocol';
import { sortRows } from '../session/indexWriter';
import { MessageIndex } from '../session/messageIndex';
import type { CaptureInfo } from '../session/messageIndex';
import { dialectOf } from './dialects';
import { LineReader } from './lineReader';
import { LogIndexer } from './logIndexer';
import { MessageAssembler } from './messageAssembler';
import type { LogClock, LogDialect, LogFormat, LogState } from './model';

/** What a reader of a log must know of its times. */
const CLOCKS: Readonly<Record<LogClock, string | undefined>> = {
  log: undefined,
  peer: 'The lines of this log have no times: shown are the time stamps in the messages, by the clock of the peer.',
  'time of day': 'This log tells the time of day and no date: days are counted from 1970-01-01.',
  none: 'This log tells no times.',
};
const SIZES = 'Bodies are encoded again from what the log tells of them; sizes are those of the result.';
const NO_STAMPS = 'This log does not tell the time stamps in message headers: they read 0.';

/** An index pass over a log in progress: call {@link step} until it says false, then {@link finish}. */
export class LogPass {
  readonly index = new MessageIndex();
  readonly state: LogState;
  private readonly dialect: LogDialect;
  private readonly indexer: LogIndexer;
  private readonly assembler: MessageAssembler;
  private readonly reader: LineReader;

  constructor(
    source: ByteSource,
    format: LogFormat,
    options: { version?: NdmpVersion } = {},
    onChunk: (chunk: Uint32Array) => void = () => undefined,
  ) {
    this.dialect = dialectOf(format);
    this.indexer = new LogIndexer(this.index, this.dialect, options.version, onChunk);
    this.assembler = new MessageAssembler(this.dialect, this.indexer);
    this.reader = new LineReader(source, (text, from, to) => this.assembler.push(text, from, to));
    this.state = { format, keys: this.indexer.keys };
  }

  get position(): number {
    return this.reader.position;
  }

  step(): boolean {
    return this.reader.step();
  }

  /** Closes what is open. @returns true when rows had to be moved into the order of their lines */
  finish(): boolean {
    this.reader.finish();
    this.assembler.finish();
    if (!this.indexer.isUnsorted) return false;
    sortRows(this.index);
    return true;
  }

  /** Connections are up to date at any time. */
  updateConnections(): void {
    // nothing to do: counts grow with the rows
  }

  info(bytes: number, gzip: boolean): CaptureInfo {
    const { clock, format } = this.dialect;
    const comments = [CLOCKS[clock], format === 'ndmjob-log' ? NO_STAMPS : undefined, SIZES];
    return {
      format,
      gzip,
      bytes,
      packets: this.assembler.lines,
      interfaces: [],
      comments: comments.filter((text) => text !== undefined),
      names: new Map(),
      tcpConnections: 0,
      tlsConnections: 0,
      tls: [],
      cutPackets: 0,
      flows: [],
      clock,
    };
  }
}
