import type { BodyValue } from '../../protocol';
import { refusal } from '../connection/failures';
import type { NdmpConnection } from '../connection/model';
import { bytesOf, knownNarrow, knownWide, narrow } from './fields';

export const TapeMode = { READ: 0, WRITE: 1 } as const;
export type TapeModeValue = (typeof TapeMode)[keyof typeof TapeMode];

/** Tape operations (NDMPv4 draft, section 3.4.4); TUR only in v4. */
export const TapeOperation = { FSF: 0, BSF: 1, FSR: 2, BSR: 3, REW: 4, EOF: 5, OFF: 6, TUR: 7 } as const;
export type TapeOperationName = keyof typeof TapeOperation;

const WRITE_PROTECTED = 0x10;

export interface TapePosition {
  /** Undefined where the server does not tell. */
  file: number | undefined;
  block: number | undefined;
  /** 0: variable. */
  blockSize: number | undefined;
  isWriteProtected: boolean;
  spaceLeft: bigint | undefined;
}

/** What reading a block found. `mark`: a file mark, or in v2 and v3 perhaps the end of data. */
export type ReadResult = { kind: 'block'; data: Uint8Array } | { kind: 'mark' } | { kind: 'end' };

/** Rewinding and spacing over a whole tape takes that long. */
const MOVING = { seconds: 1200 };

/** The tape service behind a connection: one drive at a time (NDMPv4 draft, section 3.4). */
export class TapeService {
  constructor(readonly connection: NdmpConnection) {}

  async open(device: string, mode: TapeModeValue): Promise<void> {
    await this.connection.request('NDMP_TAPE_OPEN', { device, mode });
  }

  async close(): Promise<void> {
    await this.connection.request('NDMP_TAPE_CLOSE', {}, MOVING);
  }

  async position(): Promise<TapePosition> {
    const body: BodyValue = await this.connection.request('NDMP_TAPE_GET_STATE');
    return {
      file: knownNarrow(body.file_num),
      block: knownNarrow(body.blockno),
      blockSize: knownNarrow(body.block_size),
      isWriteProtected: (narrow(body.flags) & WRITE_PROTECTED) !== 0,
      spaceLeft: knownWide(body.space_remain),
    };
  }

  /** @returns how many operations were not carried out, when the server says NO_ERR or stops at a mark or an end */
  async move(operation: TapeOperationName, count = 1): Promise<number> {
    const tape_op = TapeOperation[operation];
    const body: BodyValue = await this.connection.request('NDMP_TAPE_MTIO', { tape_op, count }, MOVING);
    return narrow(body.resid_count);
  }

  /** Spaces, and says how far that went when a mark or the end of data came before. */
  async tryMove(operation: TapeOperationName, count = 1): Promise<{ error: string; left: number }> {
    const tape_op = TapeOperation[operation];
    const { error, body } = await this.connection.ask('NDMP_TAPE_MTIO', { tape_op, count }, MOVING);
    return { error, left: narrow((body as BodyValue).resid_count) };
  }

  /** @returns bytes written, and EOM_ERR as a warning that the end of the tape is near */
  async write(data: Uint8Array): Promise<{ written: number; isNearEnd: boolean }> {
    const { error, body } = await this.connection.ask('NDMP_TAPE_WRITE', { data_out: data });
    const written = narrow((body as BodyValue).count);
    if (error === 'EOM' && written > 0) return { written, isNearEnd: true };
    if (error !== 'NO_ERR') throw refusal(this.connection.server, 'NDMP_TAPE_WRITE', error);
    return { written, isNearEnd: false };
  }

  /** Reads a block of at most this many bytes. */
  async read(count: number): Promise<ReadResult> {
    const { error, body } = await this.connection.ask('NDMP_TAPE_READ', { count });
    if (error === 'EOF') return { kind: 'mark' };
    if (error === 'EOM') return { kind: 'end' };
    if (error !== 'NO_ERR') throw refusal(this.connection.server, 'NDMP_TAPE_READ', error);
    const data = bytesOf((body as BodyValue).data_in);
    return { kind: 'block', data };
  }
}
