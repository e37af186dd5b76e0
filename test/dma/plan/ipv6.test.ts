import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { DmaHand, type PartialJob } from '../../support/dmaHand';
import { TestServer } from '../../support/testServer';
import { makeTree } from '../../support/trees';

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === '::1');

describe('A backup over IPv6', () => {
  let filer: TestServer;
  let tapes: TestServer;
  let hand: DmaHand;

  beforeEach(async function () {
    if (!hasIpv6) this.skip();
    [filer, tapes] = await Promise.all([
      TestServer.start({ address: '::1', cartridges: [] }),
      TestServer.start({ address: '::1', library: { slots: 3, drives: 1 } }),
    ]);
    hand = await DmaHand.make();
    hand.serve('filer', filer.port, 4, { host: '::1', filesystems: [filer.root] });
    hand.serve('tapes', tapes.port, 4, { host: '::1' });
    makeTree(join(filer.root, 'tree'));
  });
  afterEach(async () => {
    await hand?.remove();
    await Promise.all([filer?.stop(), tapes?.stop()]);
  });

  const ways: [string, Partial<PartialJob>][] = [
    ['the mover listens', {}],
    ['the data server listens', { listen: 'data' }],
    ['through this machine', { topology: 'indirect' }],
  ];
  for (const [name, job] of ways)
    it(`where the control connections are: ${name}`, async () => {
      const whole: PartialJob = { sources: [filer.root], target: { server: 'tapes' }, ...job };
      const plan = await hand.plan(whole);
      assert.deepEqual(plan.refusals, []);
      assert.equal(plan.sources[0].addressType, 'TCP_IPV6');
      const report = await hand.backUp(whole);
      assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
      const [{ bytes, files }] = report.sources;
      assert.ok(bytes > 0n && files > 0);
    });
});
