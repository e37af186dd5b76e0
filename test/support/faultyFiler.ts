import { randomBytes } from 'node:crypto';
import { runBackup } from '../../src/dma/backup/backup';
import type { RunReport } from '../../src/dma/run/model';
import { writeFiles } from './dma';
import { DmaHand } from './dmaHand';
import { FaultyProxy, type Fault } from './faultyProxy';
import { TestServer } from './testServer';

/** A server with files, two drives and a changer, which a DMA reaches as `filer` through a proxy that makes faults. */
export class FaultyFiler {
  private constructor(
    readonly server: TestServer,
    readonly hand: DmaHand,
    readonly proxy: FaultyProxy,
  ) {}

  static async start(): Promise<FaultyFiler> {
    const server = await TestServer.start({ library: { slots: 4, drives: 2 } });
    const hand = await DmaHand.make();
    const proxy = await FaultyProxy.start(server.port);
    hand.serve('filer', proxy.port);
    hand.patience = { busy: 1, threading: 1, retry: 0.1, linger: 5, abort: 2 };
    writeFiles(server.root, { 'a.txt': 'one', 'dir/big': randomBytes(2_000_000) });
    return new FaultyFiler(server, hand, proxy);
  }

  /** Backs the files up. The plan is made first: the faults befall the run. */
  async backUp(...faults: Fault[]): Promise<RunReport> {
    const plan = await this.hand.plan({ sources: [this.server.root] });
    this.proxy.faults.push(...faults);
    return runBackup(plan, this.hand.surroundings);
  }

  async stop(): Promise<void> {
    await this.hand.remove();
    await this.proxy.stop();
    await this.server.stop();
  }
}
