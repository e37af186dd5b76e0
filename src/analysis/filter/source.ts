import { knownPayload } from '../../session/recordReader';
import { decodeMessage, layoutOfValue, type BodyValue, type MessageContext, type XdrType } from '../../protocol';
import type { MessageIndex } from '../../session/messageIndex';
import type { RecordBytes } from '../../session/recordReader';
import { summarize } from '../summary';

/** What a filter reads messages from; a CaptureSession is one. */
export interface FilterSource {
  readonly index: MessageIndex;
  record(row: number): RecordBytes;
  context(row: number): MessageContext;
}

export interface DecodedBody {
  value: BodyValue;
  type: XdrType | undefined;
  /** What could not be understood, in sentences. */
  problems: readonly string[];
}

/** A source with the last row's record and body kept, as several parts of a filter may ask for them. */
export class Evaluation {
  private recordRow = -1;
  private lastRecord: RecordBytes | undefined;
  private bodyRow = -1;
  private lastBody: DecodedBody | undefined;

  constructor(readonly source: FilterSource) {}

  get index(): MessageIndex {
    return this.source.index;
  }

  record(row: number): RecordBytes {
    if (this.lastRecord === undefined || this.recordRow !== row) {
      this.lastRecord = this.source.record(row);
      this.recordRow = row;
    }
    return this.lastRecord;
  }

  body(row: number): DecodedBody {
    if (this.lastBody === undefined || this.bodyRow !== row) {
      const context = this.source.context(row);
      const { value, problems } = decodeMessage(knownPayload(this.record(row)), context);
      this.lastBody = {
        value,
        type: layoutOfValue(value, context)?.schema,
        problems: problems.map(({ text }) => text),
      };
      this.bodyRow = row;
    }
    return this.lastBody;
  }

  summary(row: number): string {
    return summarize(this.body(row).value, this.source.context(row));
  }
}
