import type { BodyValue } from '../../protocol';
import type { NdmpConnection } from '../connection/model';
import { bytesOf, narrow } from './fields';

const DATA_IN = 1;
const DATA_OUT = 2;
/** Milliseconds; a robot may take minutes for a move or an inventory. */
const TIMEOUT = 300_000;

export interface ScsiReply {
  /** SCSI status: 0 GOOD, 2 CHECK CONDITION, 8 BUSY, 0x18 RESERVATION CONFLICT. */
  status: number;
  data: Uint8Array;
  sense: Uint8Array;
}

/** Which open device of the connection a command is for: the SCSI device, or the tape drive. */
export type CdbRequest = 'NDMP_SCSI_EXECUTE_CDB' | 'NDMP_TAPE_EXECUTE_CDB';

/** The SCSI service behind a connection: one device at a time (NDMPv4 draft, section 3.3). */
export class ScsiService {
  constructor(
    readonly connection: NdmpConnection,
    private readonly executeRequest: CdbRequest = 'NDMP_SCSI_EXECUTE_CDB',
  ) {}

  async open(device: string): Promise<void> {
    await this.connection.request('NDMP_SCSI_OPEN', { device });
  }

  async close(): Promise<void> {
    await this.connection.request('NDMP_SCSI_CLOSE');
  }

  /** Carries a command to the device; that the device refused it is in the status, not thrown. */
  async execute(cdb: Uint8Array, expected = 0, dataout: Uint8Array = new Uint8Array(0)): Promise<ScsiReply> {
    const flags = expected > 0 ? DATA_IN : dataout.length > 0 ? DATA_OUT : 0;
    const body: BodyValue = await this.connection.request(
      this.executeRequest,
      { flags, timeout: TIMEOUT, datain_len: expected, cdb, dataout },
      { seconds: TIMEOUT / 1000 + 10 },
    );
    return { status: narrow(body.status), data: bytesOf(body.datain), sense: bytesOf(body.ext_sense) };
  }
}
