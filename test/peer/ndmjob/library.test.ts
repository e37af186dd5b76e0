import assert from 'node:assert/strict';
import { agent, ndmjob, ndmjobSucceeds } from '../../support/ndmjob';
import { describeWithPeer } from '../../support/peers';
import { CHANGER, TestServer } from '../../support/testServer';

/** Its inventory: barcodes by the addresses of full elements. */
function inventory(output: string): Record<string, string> {
  const full = [...output.matchAll(/@(\d+)\s+\w+ Full\s+PVolTag\((\w+),#0\)/g)];
  return Object.fromEntries(full.map(([, element, barcode]) => [element, barcode]));
}

describeWithPeer('ndmjob', 'peer: ndmjob asks, labels tapes and drives the changer', () => {
  for (const version of [2, 3, 4] as const) {
    describe(`v${version}`, function () {
      this.timeout(60_000);
      let server: TestServer;
      let robot: string[];
      let tape: string[];
      let all: string[];

      before(async () => {
        server = await TestServer.start({ library: { slots: 5, drives: 2 }, record: true });
        const at = agent(server.port, version);
        robot = ['-R', at, '-r', CHANGER];
        tape = ['-T', at, '-f', server.tapes[0]];
        all = [...tape, ...robot];
      });
      after(() => server.stop());

      const held = (element: number) =>
        server.library?.inventory().find((each) => each.element === element)?.cartridge?.barcode;
      const run = (...args: string[]) => ndmjobSucceeds(args);

      it('query tells host, connection types, backup types, file systems, devices and the inventory', async () => {
        const output = await run('-q', '-D', agent(server.port, version), ...all);
        assert.match(output, /os_type +Linux/);
        assert.match(output, /_ADDR_LOCAL NDMP\d_ADDR_TCP/);
        assert.match(output, /of tar format/);
        assert.match(output, /slots 5@1024 {2}drive 2@128 {2}arm 1@1 {2}i\/e 2@16/);
        assert.equal(inventory(output)['1028'], 'TEST05L8');
        if (version === 2) return;
        assert.match(output, /vendor +NDMP Workbench/);
        assert.ok(output.includes(`File system ${server.root}`));
        assert.match(output, /device +nst0[^]*device +nst1[^]*device +mc0/);
        assert.match(output, /of dump format[^]*set +LEVEL=0/);
      });

      it('every kind of login', async () => {
        for (const auth of ['t', 'm']) await run('-q', '-D', agent(server.port, version, { auth }));
        for (const wrong of [{ password: 'wrong' }, { user: 'nobody' }, { auth: 'n' }]) {
          const { output } = await ndmjob(['-q', '-D', agent(server.port, version, wrong)]);
          assert.doesNotMatch(output, /hostname/, output);
        }
      });

      it('labels tapes and reads the labels back', async () => {
        const media = ['-m', 'TAPE01@1024', '-m', 'TAPE02@1026'];
        const made = await run('-o', 'init-labels', ...all, ...media);
        assert.match(made, /Writing tape label 'TAPE02'/);
        // it says that it had problems whenever it lists labels
        const { output } = await ndmjob(['-l', ...all, '-m', '@1024', '-m', '@1026', '-m', '@1025']);
        assert.match(output, /ME "TAPE01@1024"[^]*ME "TAPE02@1026"/);
        assert.equal(output.match(/ME "TAPE/g)?.length, 2);
      });

      it('loads, unloads, moves, exports, imports', async () => {
        await run('-o', 'load=1024', ...robot);
        assert.equal(held(128), 'TEST01L8');
        await run('-o', 'rewind', ...tape);
        await run('-o', 'unload', ...all);
        assert.equal(held(1024), 'TEST01L8');
        await run('-o', 'export=1027', ...robot);
        assert.equal(held(16), 'TEST04L8');
        await run('-o', 'move', '-o', 'from-addr=1028', '-o', 'to-addr=1027', ...robot);
        await run('-o', 'import=1028', ...robot);
        assert.deepEqual([held(1027), held(1028), held(16)], ['TEST05L8', 'TEST04L8', undefined]);
      });

      it('a move that cannot be is refused, and nothing moves', async () => {
        const before = JSON.stringify(server.library?.inventory());
        for (const [from, to] of [
          [1024, 1025],
          [16, 1024],
          [5000, 1024],
          [1024, 5000],
        ]) {
          const { output } = await ndmjob(['-o', 'move', '-o', `from-addr=${from}`, '-o', `to-addr=${to}`, ...robot]);
          assert.match(output, /had problems/, `${from} to ${to}`);
        }
        assert.equal(JSON.stringify(server.library?.inventory()), before);
      });

      it('takes inventory anew, and tidies up a drive that was left full', async () => {
        const fresh = await run('-o', 'init-elem-status', ...robot);
        assert.equal(Object.keys(inventory(fresh)).length, 5);
        await run('-o', 'load=1025', ...robot);
        await run('-Z', ...all);
        assert.equal(held(128), undefined);
        assert.equal(held(1025), 'TEST02L8');
      });
    });
  }
});
