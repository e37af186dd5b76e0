import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogLevel, ServerLog } from '../../src/server/log';
import { Lab } from '../../src/server/lab/lab';
import type { LabOptions } from '../../src/server/lab/options';
import { NdmpClient } from './ndmpClient';

export const LAB_PASSWORD = 'jWZiNt57huPOoD8d';

/** Extension classes of NetApp. */
export const SNAPSHOTS = 0x2050;
export const CAE = 0x2051;
export const CAB = 0x2052;

/** A lab on free ports in a folder of its own, which is removed with it. */
export class TestLab {
  readonly lines: { level: LogLevel; text: string }[] = [];
  private readonly clients: NdmpClient[] = [];

  private constructor(
    readonly folder: string,
    private running: Lab | undefined,
  ) {}

  static async start(options: Partial<LabOptions> = {}): Promise<TestLab> {
    const lab = new TestLab(mkdtempSync(join(tmpdir(), 'ndmp-lab-')), undefined);
    await lab.startAgain(options);
    return lab;
  }

  get lab(): Lab {
    assert.ok(this.running, 'the lab runs');
    return this.running;
  }

  /** Starts a lab that was stopped, in the same folder. */
  async startAgain(options: Partial<LabOptions> = {}): Promise<void> {
    const sink = (prefix: string): ServerLog => ({
      write: (level, text) => this.lines.push({ level, text: `${prefix}${text}` }),
      child: (more) => sink(`${prefix}${more}`),
    });
    this.running = await Lab.start({
      folder: join(this.folder, 'lab'),
      port: 0,
      password: LAB_PASSWORD,
      log: sink(''),
      ...options,
    });
  }

  /** Where a LIF listens. */
  address(lif: string): { host: string; port: number } {
    const [first] = this.lab.status().lifs.find(({ name }) => name === lif)?.addresses ?? [];
    const [host, port] = (first ?? '').split(':');
    return { host, port: Number(port) };
  }

  /** A connection to a LIF that is logged in; `classes` are selected, all in version 1 but for snapshots. */
  async connect(lif: string, user: string | undefined, classes?: readonly number[]): Promise<NdmpClient> {
    const client = await NdmpClient.connect({ ...this.address(lif), version: 4 });
    this.clients.push(client);
    if (user !== undefined) await client.login(user, LAB_PASSWORD);
    if (classes !== undefined) await select(client, classes);
    return client;
  }

  async command(name: string, ...args: string[]): Promise<string[]> {
    const reply = await this.lab.run(name, args);
    assert.ok('text' in reply, 'refused' in reply ? reply.refused : '');
    return reply.text;
  }

  /** Why a command is refused. */
  async refusal(name: string, ...args: string[]): Promise<string> {
    const reply = await this.lab.run(name, args);
    assert.ok('refused' in reply, `${name} was carried out`);
    return reply.refused;
  }

  async stop(): Promise<void> {
    for (const client of this.clients.splice(0)) client.destroy();
    await this.running?.stop();
    this.running = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function select(client: NdmpClient, classes: readonly number[]): Promise<void> {
  await client.expect('NDMP_CONFIG_GET_EXT_LIST');
  const selected = classes.map((class_id) => ({ class_id, version: class_id === SNAPSHOTS ? 3 : 1 }));
  await client.expect('NDMP_CONFIG_SET_EXT_LIST', { selected });
}

/** What a connection is shown: names of volumes, drives (by number) and changers, and types of data connections. */
export async function shownTo(client: NdmpClient) {
  const { fs_info } = await client.expect('NDMP_CONFIG_GET_FS_INFO');
  const { tape_info } = await client.expect('NDMP_CONFIG_GET_TAPE_INFO');
  const { scsi_info } = await client.expect('NDMP_CONFIG_GET_SCSI_INFO');
  const { addr_types } = await client.expect('NDMP_CONFIG_GET_CONNECTION_TYPE');
  const affinityOf = (pairs: readonly { name: string; value: string }[]) =>
    pairs.find(({ name }) => name === 'X-SIM-AFFINITY')?.value;
  return {
    volumes: fs_info.map((each) => each.fs_logical_device),
    drives: tape_info.map(({ caplist }) => Number(/\d+/.exec(caplist[0].device)?.[0])),
    changers: scsi_info.flatMap(({ caplist }) => caplist.map(({ device }) => device)),
    types: [...addr_types],
    affinity: {
      volumes: Object.fromEntries(fs_info.map((each) => [each.fs_logical_device, affinityOf(each.fs_env)])),
      drives: tape_info.map(({ caplist }) => affinityOf(caplist[0].capability)),
      changers: scsi_info.map(({ caplist }) => affinityOf(caplist[0].capability)),
    },
  };
}
