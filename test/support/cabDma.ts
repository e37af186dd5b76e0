import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { BodyValue } from '../../src/protocol';
import type { NdmpClient } from './ndmpClient';

export const LOCAL = 0;
export const TCP = 1;
const RECORD = 65_536;
const LABEL_BYTES = 512;
const INFINITE = 0xffff_ffff_ffff_ffffn;
const MOVER_READ = 0;
const MOVER_WRITE = 1;
const READ_ONLY = 0;
const READ_WRITE = 1;
const Mtio = { FORWARD_FILES: 0, REWIND: 4, WRITE_MARK: 5 } as const;
const DATA_HALTED = 2;
const MOVER_HALTED = 4;
const DATA_IN = 1;
const SCSI_TIMEOUT = 60_000;

/** What is backed up and where to. */
export interface Job {
  volume: string;
  level?: number;
  device: string;
  /** Tape files to pass first. */
  files: number;
  /** Announced with CAB_DATA_CONN_PREPARE on the data connection. */
  cab: boolean;
  /** Of a three-way data connection; TCP when left out. */
  addressType?: number;
}

/** A backup application with just enough in it for the lab: it compares affinities and chooses local or three-way by them. */
export class CabDma {
  /** @param pause milliseconds that it thinks between steps */
  constructor(private readonly pause = 0) {}

  /** The affinity of a volume or device in a list of pairs. */
  static affinityOf(pairs: readonly { name: string; value: string }[]): string | undefined {
    return pairs.find(({ name }) => name === 'X-SIM-AFFINITY')?.value;
  }

  /** Everything that a DMA asks before its first job. */
  async discover(client: NdmpClient): Promise<void> {
    await client.expect('NDMP_CONFIG_GET_HOST_INFO');
    await client.expect('NDMP_CONFIG_GET_CONNECTION_TYPE');
    await client.expect('NDMP_CONFIG_GET_BUTYPE_INFO');
    await client.expect('NDMP_CONFIG_GET_FS_INFO');
    await client.expect('NDMP_CONFIG_GET_TAPE_INFO');
    await client.expect('NDMP_CONFIG_GET_SCSI_INFO');
    await delay(this.pause);
  }

  /** Looks into the library and moves a cartridge from one element to another. */
  async move(client: NdmpClient, from: number, to: number): Promise<void> {
    await client.expect('NDMP_SCSI_OPEN', { device: 'mc0' });
    await this.scsi(client, [0x12, 0, 0, 0, 96, 0], 96);
    // after a start or an operator's hand the library tells of it once
    await this.scsi(client, [0, 0, 0, 0, 0, 0], 0, true);
    await this.scsi(client, [0, 0, 0, 0, 0, 0], 0, true);
    await this.scsi(client, [0x1a, 8, 0x1d, 0, 255, 0], 255);
    await this.scsi(client, [0xb8, 0x10, 0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff, 0, 0], 0xffff);
    await this.scsi(client, [0xa5, 0, 0, 0, from >> 8, from & 0xff, to >> 8, to & 0xff, 0, 0, 0, 0], 0);
    await client.expect('NDMP_SCSI_CLOSE');
    await delay(this.pause);
  }

  /** Writes a label as the first file of the loaded tape. */
  async label(client: NdmpClient, device: string, name: string): Promise<void> {
    await this.openTape(client, { device, files: 0 }, READ_WRITE);
    const data_out = new Uint8Array(LABEL_BYTES);
    data_out.set(Buffer.from(`LABEL ${name}`));
    await client.expect('NDMP_TAPE_WRITE', { data_out });
    await this.closeTape(client, true);
  }

  /** Backs up over a LOCAL data connection, all on one control connection. */
  async localBackup(client: NdmpClient, job: Job): Promise<bigint> {
    await this.openTape(client, job, READ_WRITE);
    await this.setUpMover(client);
    if (job.cab) await this.prepare(client, LOCAL, job);
    await client.expect('NDMP_MOVER_LISTEN', { mode: MOVER_READ, addr_type: LOCAL });
    await client.expect('NDMP_DATA_CONNECT', { addr: { type: LOCAL } });
    return this.run(client, client, job);
  }

  /** Backs up over TCP: the data server on one control connection, the mover on another. */
  async threeWayBackup(data: NdmpClient, tape: NdmpClient, job: Job): Promise<bigint> {
    await this.openTape(tape, job, READ_WRITE);
    await this.setUpMover(tape);
    const addr_type = job.addressType ?? TCP;
    if (job.cab) await this.prepare(data, addr_type, job);
    const { connect_addr } = await tape.expect('NDMP_MOVER_LISTEN', { mode: MOVER_READ, addr_type });
    assert.equal(connect_addr.type, addr_type);
    await data.expect('NDMP_DATA_CONNECT', { addr: connect_addr as BodyValue });
    return this.run(data, tape, job);
  }

  /** Restores a whole backup from a local drive into a directory. */
  async localRestore(client: NdmpClient, job: Job, target: string): Promise<void> {
    await this.openTape(client, job, READ_ONLY);
    await this.setUpMover(client);
    if (job.cab) await this.prepare(client, LOCAL, { ...job, volume: target });
    await client.expect('NDMP_MOVER_LISTEN', { mode: MOVER_WRITE, addr_type: LOCAL });
    await client.expect('NDMP_DATA_CONNECT', { addr: { type: LOCAL } });
    const nlist = [
      { original_path: '', destination_path: target, name: '', other_name: '', node: 0n, fh_info: INFINITE },
    ];
    const env = pairs({ ...environment(job), PREFIX: target });
    await client.expect('NDMP_DATA_START_RECOVER', { env, nlist, bu_type: 'dump' });
    const { body } = await client.post('NDMP_NOTIFY_DATA_HALTED');
    assert.equal(body.reason, 1);
    await this.halt(client, client);
    await this.closeTape(client, false);
  }

  async prepare(client: NdmpClient, addr_type: number, job: Pick<Job, 'volume' | 'level'>): Promise<void> {
    const body = { addr_type, bu_type: 'dump', env: pairs(environment(job)) };
    await client.expect('NDMP_CAB_DATA_CONN_PREPARE', body);
    await delay(this.pause);
  }

  async openTape(client: NdmpClient, { device, files }: Pick<Job, 'device' | 'files'>, mode: number): Promise<void> {
    await client.expect('NDMP_TAPE_OPEN', { device, mode });
    await client.expect('NDMP_TAPE_MTIO', { tape_op: Mtio.REWIND, count: 1 });
    if (files > 0) await client.expect('NDMP_TAPE_MTIO', { tape_op: Mtio.FORWARD_FILES, count: files });
    await delay(this.pause);
  }

  async setUpMover(client: NdmpClient): Promise<void> {
    await client.expect('NDMP_MOVER_SET_RECORD_SIZE', { len: RECORD });
    await client.expect('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: INFINITE });
  }

  /** From START_BACKUP until both machines are idle again. @returns bytes of the stream */
  private async run(data: NdmpClient, tape: NdmpClient, job: Job): Promise<bigint> {
    await data.expect('NDMP_DATA_START_BACKUP', { bu_type: 'dump', env: pairs(environment(job)) });
    const { body } = await data.post('NDMP_NOTIFY_DATA_HALTED');
    assert.equal(body.reason, 1, 'the backup was successful');
    await tape.post('NDMP_NOTIFY_MOVER_HALTED');
    const { bytes_processed } = await data.expect('NDMP_DATA_GET_STATE');
    await this.halt(data, tape);
    await this.closeTape(tape, true);
    return bytes_processed;
  }

  private async halt(data: NdmpClient, tape: NdmpClient): Promise<void> {
    await data.until('NDMP_DATA_GET_STATE', ({ state }) => state === DATA_HALTED);
    await tape.until('NDMP_MOVER_GET_STATE', ({ state }) => state === MOVER_HALTED);
    await data.expect('NDMP_DATA_GET_ENV');
    await data.expect('NDMP_DATA_STOP');
    await tape.expect('NDMP_MOVER_STOP');
  }

  private async closeTape(tape: NdmpClient, written: boolean): Promise<void> {
    if (written) await tape.expect('NDMP_TAPE_MTIO', { tape_op: Mtio.WRITE_MARK, count: 1 });
    await tape.expect('NDMP_TAPE_MTIO', { tape_op: Mtio.REWIND, count: 1 });
    await tape.expect('NDMP_TAPE_CLOSE');
    await delay(this.pause);
  }

  /** @param mayFail a CHECK CONDITION is an answer too */
  private async scsi(client: NdmpClient, cdb: number[], datain_len: number, mayFail = false): Promise<void> {
    const { status } = await client.expect('NDMP_SCSI_EXECUTE_CDB', {
      flags: datain_len > 0 ? DATA_IN : 0,
      timeout: SCSI_TIMEOUT,
      datain_len,
      cdb: Uint8Array.from(cdb),
    });
    if (!mayFail) assert.equal(status, 0, `CDB ${Buffer.from(cdb).toString('hex')}`);
  }
}

function environment({ volume, level = 0 }: Pick<Job, 'volume' | 'level'>): Record<string, string> {
  return { UPDATE: 'Y', TYPE: 'dump', HIST: 'Y', FILESYSTEM: volume, LEVEL: String(level) };
}

function pairs(values: Record<string, string>): { name: string; value: string }[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
