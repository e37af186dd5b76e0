import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runBackup } from '../../src/dma/backup/backup';
import type { RunReport } from '../../src/dma/run/model';
import { keptTrue, tapesTellTheSame } from './afterFault';
import { writeFiles } from './dma';
import { DmaHand, type PartialJob } from './dmaHand';
import { faultyDevices, noFaults } from './faultyDevices';
import type { NdmpClient } from './ndmpClient';
import { FaultyProxy } from './faultyProxy';
import { TestServer, type TestServerOptions } from './testServer';
import { compareTrees } from './trees';

export const WAYS = ['local', 'three-way', 'indirect'] as const;
export type Way = (typeof WAYS)[number];

const OWNER = { ignoreOwner: process.getuid?.() !== 0 };
/** Tests do not wait for what never comes. */
const IMPATIENT = { busy: 0.3, threading: 0.3, retry: 0.05, linger: 3, abort: 3 };

/**
 * Real servers with faults in their devices and on their control connections, the data going one of the three ways: locally
 * both are the same server.
 */
export class FaultySite {
  readonly devices = noFaults();
  private readonly before: RunReport[] = [];
  private readonly others: NdmpClient[] = [];

  private constructor(
    readonly way: Way,
    readonly hand: DmaHand,
    readonly source: string,
  ) {}

  data!: TestServer;
  tapes!: TestServer;
  /** On the way to the data server, and to the tape server; locally they are one. */
  toData!: FaultyProxy;
  toTapes!: FaultyProxy;

  static async start(way: Way, library: TestServerOptions['library'] = { slots: 4, drives: 2 }): Promise<FaultySite> {
    const hand = await DmaHand.make();
    const site = new FaultySite(way, hand, join(hand.folder, 'source'));
    hand.patience = IMPATIENT;
    mkdirSync(site.source);
    const spoiled = faultyDevices(site.devices);
    const trees = [{ name: site.source, directory: site.source }];
    site.tapes = await TestServer.start({ library, spoiled, host: { trees } });
    site.data = way === 'local' ? site.tapes : await TestServer.start({ cartridges: [], host: { trees } });
    site.toTapes = await FaultyProxy.start(site.tapes.port);
    site.toData = way === 'local' ? site.toTapes : await FaultyProxy.start(site.data.port);
    hand.serve('filer', site.toData.port);
    hand.serve('tapes', site.toTapes.port);
    writeFiles(site.source, { 'a.txt': 'one', 'dir/big': randomBytes(3_000_000), 'dir/more': randomBytes(1_000_000) });
    return site;
  }

  /** Name of the server with the drives. */
  get tapeServer(): string {
    return this.way === 'local' ? 'filer' : 'tapes';
  }

  get job(): PartialJob {
    const target = this.way === 'local' ? {} : { server: 'tapes' };
    return { sources: [this.source], target, topology: this.way === 'indirect' ? 'indirect' : 'auto' };
  }

  /** Another program has all drives open, with tapes of its own. */
  async occupyDrives(): Promise<void> {
    for (const [n, { element, device }] of (this.tapes.library?.drives ?? []).entries()) {
      await this.tapes.library?.operator.move(`TEST0${n + 3}L8`, element);
      const other = await this.tapes.connect(4);
      this.others.push(other);
      await other.expect('NDMP_TAPE_OPEN', { device, mode: 0 });
    }
  }

  /** Everything that was told in the run. */
  said({ message }: RunReport): string {
    return `${message}\n${this.hand.messages.join('\n')}`;
  }

  /** Backs up. @param faults makes the faults, when the plan has been made */
  async backUp(faults: () => void | Promise<void> = () => undefined): Promise<RunReport> {
    const plan = await this.hand.plan(this.job);
    assert.deepEqual(plan.refusals, []);
    assert.equal(plan.sources[0].path, this.way);
    await faults();
    const report = await runBackup(plan, this.hand.surroundings);
    this.before.push(report);
    return report;
  }

  /** The faults are over. */
  async mend(): Promise<void> {
    for (const other of this.others.splice(0)) await other.expect('NDMP_TAPE_CLOSE', {});
    Object.assign(this.devices, noFaults());
    for (const proxy of [this.toData, this.toTapes]) proxy.faults.length = 0;
  }

  /** Catalog and tapes say the truth about what was done so far. */
  async isTrue(): Promise<void> {
    const last = this.before.at(-1) ?? assert.fail('nothing was done');
    await keptTrue(this.hand, last, ...this.before.slice(0, -1));
    await tapesTellTheSame(this.hand, this.tapeServer, this.tapes.port);
  }

  /** A tape is not protected any more, and there is a blank one. */
  private async freed(): Promise<void> {
    const operator = this.tapes.library?.operator;
    await operator?.protect('TEST01L8', false);
    await operator?.add({ barcodes: ['SPARE1L8'], into: 'import-export' });
  }

  /** The same job is done, and can be restored. */
  async goesOn(): Promise<void> {
    await this.freed();
    const report = await this.backUp();
    assert.equal(report.state, 'done', this.said(report));
    await this.isTrue();
    const target = join(this.source, 'restored');
    const tape = { server: this.tapeServer, changer: undefined, drives: [] };
    await this.hand.restore(target, { tape, topology: this.way === 'indirect' ? 'indirect' : 'auto' });
    for (const name of ['a.txt', 'dir/big', 'dir/more'])
      assert.deepEqual(compareTrees(join(this.source, name), join(target, name), OWNER), []);
  }

  async stop(): Promise<void> {
    for (const other of this.others) other.destroy();
    await this.hand.remove();
    await this.toData.stop();
    if (this.toTapes !== this.toData) await this.toTapes.stop();
    await this.data.stop();
    if (this.tapes !== this.data) await this.tapes.stop();
  }
}
