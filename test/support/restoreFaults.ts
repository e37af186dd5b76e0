import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gatherRestore } from '../../src/dma/restore/gather';
import type { RestoreReport, RestoreRequest } from '../../src/dma/restore/model';
import { planRestore } from '../../src/dma/restore/plan';
import { runRestore } from '../../src/dma/restore/run';
import { TestSurroundings } from './dmaSurroundings';
import { FaultyProxy, type Fault } from './faultyProxy';
import { backUpJob, restoreRequest } from './restores';
import { TestServer } from './testServer';
import { compareTrees, makeTree } from './trees';

export type RestoreWay = 'local' | 'three-way' | 'indirect';

/** A backup on tape, and its servers behind proxies that make faults: `filer` with the files, `tapes` with a library. */
export class FaultyRestore {
  /** Of the last restore. A new one each, since a server may still be busy in the one before. */
  target = '';
  private restores = 0;

  private constructor(
    readonly way: RestoreWay,
    readonly servers: readonly TestServer[],
    readonly proxies: readonly FaultyProxy[],
    readonly surroundings: TestSurroundings,
    readonly source: string,
  ) {}

  /** In a local one `filer` has the library too. */
  static async start(way: RestoreWay): Promise<FaultyRestore> {
    const library = { slots: 6, drives: 2, capacity: 2 * 1024 * 1024, earlyWarning: 256 * 1024 };
    const filer = await TestServer.start(way === 'local' ? { library } : { cartridges: [] });
    const servers = way === 'local' ? [filer] : [filer, await TestServer.start({ library })];
    const source = join(filer.root, 'source');
    makeTree(source);
    const proxies: FaultyProxy[] = [];
    for (const { port } of servers) proxies.push(await FaultyProxy.start(port));
    const names = ['filer', 'tapes'];
    const definitions = proxies.map(({ port }, n) => ({ name: names[n], port }));
    const surroundings = await TestSurroundings.make(definitions);
    surroundings.patience = { abort: 5 };
    const target = { pool: 'daily', server: way === 'local' ? undefined : 'tapes' };
    await backUpJob(surroundings, { server: 'filer', sources: [source], type: 'tar', target });
    return new FaultyRestore(way, servers, proxies, surroundings, source);
  }

  /** Plans without faults, then restores with them. */
  async restore(faults: readonly Fault[], change: Partial<RestoreRequest> = {}): Promise<RestoreReport> {
    this.target = join(this.servers[0].root, `target-${++this.restores}`);
    mkdirSync(this.target);
    const topology = this.way === 'indirect' ? 'indirect' : 'auto';
    const request = restoreRequest({ to: this.target, topology, ...change });
    const plan = planRestore(await gatherRestore(request, this.surroundings));
    assert.deepEqual(plan.refusals, []);
    assert.equal(plan.path, this.way);
    for (const proxy of this.proxies) proxy.faults.push(...faults);
    try {
      return await runRestore(plan, this.surroundings);
    } finally {
      for (const proxy of this.proxies) proxy.faults.length = 0;
    }
  }

  /** What has to hold after any fault: the catalog says how it went, nothing is open, "done" means that all is there. */
  async keptTrue(report: RestoreReport): Promise<void> {
    const { surroundings } = this;
    const [run] = await surroundings.catalog.runs({ kind: 'restore', limit: 1 });
    assert.deepEqual([run.id, run.state, run.message], [report.run, report.state, report.message]);
    assert.equal(surroundings.left, 0, 'connections are left open');
    for (const server of this.servers)
      assert.ok(await server.eventually(() => server.running.connections === 0, 20), 'the server has connections left');
    if (report.state === 'done') this.isWhole();
  }

  isWhole(): void {
    assert.deepEqual(compareTrees(this.source, this.target, { ignoreDirectoryTimes: true }), []);
  }

  async stop(): Promise<void> {
    await this.surroundings.remove();
    for (const proxy of this.proxies) await proxy.stop();
    for (const server of this.servers) await server.stop();
  }
}
