import type { BodyValue } from '../../protocol';
import { fromWireAddress, toWireAddress, type DataAddress } from '../../transport/dataAddress';
import { DmaFailure } from '../connection/failures';
import type { NdmpConnection } from '../connection/model';
import { narrow, wide } from './fields';
import {
  moverHaltName,
  moverPauseName,
  moverStateName,
  type MoverHaltName,
  type MoverPauseName,
  type MoverStateName,
} from './states';

/** READ: from the data connection to tape, a backup. WRITE: from tape, a recovery. */
export const MoverMode = { READ: 0, WRITE: 1 } as const;
export type MoverModeValue = (typeof MoverMode)[keyof typeof MoverMode];

export interface MoverState {
  state: MoverStateName;
  pause: MoverPauseName;
  halt: MoverHaltName;
  recordSize: number;
  records: number;
  /** Bytes that went between tape and data connection; servers differ on counting the padding of the last record. */
  bytesMoved: bigint;
  seekPosition: bigint;
  windowOffset: bigint;
  windowLength: bigint;
}

/** The mover behind a connection, the same to use in v2, v3 and v4 (NDMPv4 draft, section 3.6). */
export class MoverService {
  constructor(readonly connection: NdmpConnection) {}

  async state(): Promise<MoverState> {
    const body: BodyValue = await this.connection.request('NDMP_MOVER_GET_STATE');
    return {
      state: moverStateName(body.state),
      pause: moverPauseName(body.pause_reason),
      halt: moverHaltName(body.halt_reason),
      recordSize: narrow(body.record_size),
      records: narrow(body.record_num),
      bytesMoved: wide(body.bytes_moved ?? body.data_written),
      seekPosition: wide(body.seek_position),
      windowOffset: wide(body.window_offset),
      windowLength: wide(body.window_length),
    };
  }

  async setRecordSize(bytes: number): Promise<void> {
    await this.connection.request('NDMP_MOVER_SET_RECORD_SIZE', { len: bytes });
  }

  async setWindow(offset: bigint, length: bigint): Promise<void> {
    await this.connection.request('NDMP_MOVER_SET_WINDOW', { offset, length });
  }

  /** @returns where the data server has to connect to */
  async listen(mode: MoverModeValue, addressType: number): Promise<DataAddress> {
    const { connection } = this;
    const body: BodyValue = await connection.request('NDMP_MOVER_LISTEN', { mode, addr_type: addressType });
    const wire = body.connect_addr ?? body.data_connection_addr ?? body.mover;
    const address = fromWireAddress(wire, connection.version);
    if (!address) throw new DmaFailure(`${connection.server} did not say where its mover listens.`);
    return address;
  }

  async connect(mode: MoverModeValue, address: DataAddress): Promise<void> {
    const { connection } = this;
    if (connection.version === 2) throw new DmaFailure(`${connection.server} speaks v2: its mover cannot connect.`);
    await connection.request('NDMP_MOVER_CONNECT', { mode, addr: toWireAddress(address, connection.version) });
  }

  /** Asks for a range of the stream to be sent from tape. */
  async read(offset: bigint, length: bigint): Promise<void> {
    await this.connection.request('NDMP_MOVER_READ', { offset, length });
  }

  async proceed(): Promise<void> {
    await this.connection.request('NDMP_MOVER_CONTINUE');
  }

  async close(): Promise<void> {
    await this.connection.request('NDMP_MOVER_CLOSE');
  }

  async abort(): Promise<void> {
    await this.connection.request('NDMP_MOVER_ABORT');
  }

  async stop(): Promise<void> {
    await this.connection.request('NDMP_MOVER_STOP');
  }
}
