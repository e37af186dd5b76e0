import type { BodyValue } from '../../protocol';
import { fromWireAddress, toWireAddress, typeOfAddress, type DataAddress } from '../../transport/dataAddress';
import { DmaFailure } from '../connection/failures';
import type { NdmpConnection } from '../connection/model';
import type { Variable } from '../query/model';
import { knownWide, variables, wide } from './fields';
import { recoverNames, type RecoverName } from './recoverNames';
import { dataHaltName, dataStateName, type DataHaltName, type DataStateName } from './states';

export interface DataState {
  state: DataStateName;
  halt: DataHaltName;
  /** Bytes of the stream so far. */
  bytes: bigint;
  bytesLeft: bigint | undefined;
  /** What it wants to read, where it told so; the post may be late or lost. */
  readOffset: bigint;
  readLength: bigint;
}

/** The data server behind a connection, the same to use in v2, v3 and v4 (NDMPv4 draft, section 3.5). */
export class DataService {
  /** In v2 the data server connects when the operation starts. */
  private mover: DataAddress = { kind: 'local' };

  constructor(readonly connection: NdmpConnection) {}

  async state(): Promise<DataState> {
    const body: BodyValue = await this.connection.request('NDMP_DATA_GET_STATE');
    return {
      state: dataStateName(body.state),
      halt: dataHaltName(body.halt_reason),
      bytes: wide(body.bytes_processed),
      bytesLeft: knownWide(body.est_bytes_remain),
      readOffset: wide(body.read_offset),
      readLength: wide(body.read_length),
    };
  }

  /**
   * Tells a cluster which volume the data connection will be for, so that it comes from the volume's node (CAB).
   * @param addressType that of the LISTEN or CONNECT that follows
   */
  async prepare(addressType: number, type: string, environment: readonly Variable[]): Promise<void> {
    const body = { addr_type: addressType, bu_type: type, env: pairs(environment) };
    await this.connection.request('NDMP_CAB_DATA_CONN_PREPARE', body);
  }

  /** @returns where the peer has to connect to */
  async listen(addressType: number): Promise<DataAddress> {
    const { connection } = this;
    if (connection.version === 2)
      throw new DmaFailure(`${connection.server} speaks v2: its data server cannot listen.`);
    const body: BodyValue = await connection.request('NDMP_DATA_LISTEN', { addr_type: addressType });
    const address = fromWireAddress(body.connect_addr ?? body.data_connection_addr, connection.version);
    if (!address) throw new DmaFailure(`${connection.server} did not say where its data server listens.`);
    return address;
  }

  async connect(address: DataAddress): Promise<void> {
    const { connection } = this;
    this.mover = address;
    if (connection.version === 2) return;
    const addr = toWireAddress(address, connection.version);
    if (typeOfAddress(address) !== addr.type)
      throw new DmaFailure(`${connection.server} speaks v${connection.version}, which has no such data address.`);
    await connection.request('NDMP_DATA_CONNECT', { addr });
  }

  async startBackup(type: string, environment: readonly Variable[]): Promise<void> {
    await this.connection.request('NDMP_DATA_START_BACKUP', { ...this.order(type, environment) });
  }

  async startRecover(type: string, environment: readonly Variable[], names: readonly RecoverName[]): Promise<void> {
    const nlist = recoverNames(names, this.connection.version);
    await this.connection.request('NDMP_DATA_START_RECOVER', { ...this.order(type, environment), nlist });
  }

  /** Sends the file history of a stream again, from the stream alone; nothing is written to disk. */
  async startRecoverFileHistory(
    type: string,
    environment: readonly Variable[],
    names: readonly RecoverName[],
  ): Promise<void> {
    const nlist = recoverNames(names, this.connection.version);
    await this.connection.request('NDMP_DATA_START_RECOVER_FILEHIST', { ...this.order(type, environment), nlist });
  }

  /** The variables as the operation left them. After a recovery servers may refuse it. */
  async environment(): Promise<Variable[]> {
    const body: BodyValue = await this.connection.request('NDMP_DATA_GET_ENV');
    return variables(body.env);
  }

  async abort(): Promise<void> {
    await this.connection.request('NDMP_DATA_ABORT');
  }

  async stop(): Promise<void> {
    await this.connection.request('NDMP_DATA_STOP');
  }

  private order(type: string, environment: readonly Variable[]): BodyValue {
    const mover = this.connection.version === 2 ? toWireAddress(this.mover, 2) : undefined;
    return { ...(mover ? { mover } : {}), bu_type: type, env: pairs(environment) };
  }
}

function pairs(environment: readonly Variable[]): BodyValue[] {
  return environment.map(({ name, value }) => ({ name, value }));
}
