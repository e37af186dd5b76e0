import type { PartRecord, SetRecord } from '../catalog/model';
import { DmaFailure, NdmpFailure } from '../connection/failures';
import type { MoverService, MoverState } from '../services/mover';
import type { Seat } from '../restore/seat';

/** Bytes that a part takes on tape: its last record is full. */
export function paddedBytes({ bytes, recordSize }: Pick<PartRecord, 'bytes' | 'recordSize'>): bigint {
  const size = BigInt(recordSize);
  return ((bytes + size - 1n) / size) * size;
}

/** The tapes that a copy is read from, one after the other. */
export class TapeReader {
  private index = 0;

  constructor(
    private readonly order: {
      seat: Seat;
      mover: MoverService;
      set: SetRecord;
      parts: readonly PartRecord[];
    },
  ) {}

  /** Where the stream ends, padding and all. */
  get end(): bigint {
    const last = this.order.parts[this.order.parts.length - 1];
    return last.offset + paddedBytes(last);
  }

  get window(): { offset: bigint; length: bigint } {
    return { offset: this.part.offset, length: paddedBytes(this.part) };
  }

  /** The first tape, at its first record of the stream. */
  async start(): Promise<void> {
    await this.take();
  }

  /**
   * The mover has paused: puts in the next tape, or ends the stream.
   * @throws DmaFailure when the tape ended before the part did
   */
  async pause(state: MoverState, wanted: bigint): Promise<void> {
    const { mover } = this.order;
    const { server } = mover.connection;
    const at = state.pause === 'SEEK' && wanted > state.bytesMoved ? wanted : state.bytesMoved;
    if (state.pause === 'MEDIA_ERROR')
      throw new DmaFailure(`${server} could not read tape "${this.part.barcode}": media error.`);
    if (at >= this.end) return this.finish();
    const { offset, length } = this.window;
    if (at < offset + length)
      throw new DmaFailure(
        `Tape "${this.part.barcode}" ends ${offset + length - at} bytes before the end of its part (${state.pause}).`,
      );
    this.index += 1;
    await this.take();
    await mover.setWindow(this.window.offset, this.window.length);
    await mover.proceed();
  }

  /** A close may cross the end that it asks for (protocol facts 6.8): its refusal says nothing. */
  private async finish(): Promise<void> {
    try {
      await this.order.mover.close();
    } catch (error) {
      if (!(error instanceof NdmpFailure) || error.error !== 'ILLEGAL_STATE') throw error;
    }
  }

  private get part(): PartRecord {
    return this.order.parts[this.index];
  }

  private async take(): Promise<void> {
    const { seat, set } = this.order;
    const { part } = this;
    await seat.take({ part, offset: part.offset, length: paddedBytes(part) }, { set });
  }
}
