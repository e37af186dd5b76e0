import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Analysis } from '../../../src/analysis/analysis';
import { openCaptureSync } from '../../../src/indexing';
import { agent, ndmjobOkay, ndmjobSucceeds } from '../../support/ndmjob';
import { pattern } from '../../support/moverBench';
import { describeWithPeer } from '../../support/peers';
import { CHANGER, TestServer } from '../../support/testServer';
import { compareTrees, makeTree } from '../../support/trees';

const MEGABYTE = 1024 * 1024;
/** Labels of the tapes in the first slots. */
const MEDIA = ['TAPE01@1024', 'TAPE02@1025', 'TAPE03@1026', 'TAPE04@1027'].flatMap((medium) => ['-m', medium]);

describeWithPeer('ndmjob', 'peer: ndmjob uses several tapes for one backup', function () {
  this.timeout(180_000);
  let server: TestServer;
  let source: string;

  before(async () => {
    server = await TestServer.start({
      library: { slots: 4, drives: 1, capacity: 4 * MEGABYTE, earlyWarning: MEGABYTE },
      record: true,
    });
    source = join(server.root, 'source');
    makeTree(source);
    mkdirSync(join(source, 'large'));
    for (let n = 0; n < 8; n++) writeFileSync(join(source, 'large', `file ${n}`), pattern(MEGABYTE + n * 1001));
  });
  after(() => server.stop());

  for (const version of [2, 3, 4] as const)
    describe(`v${version}`, () => {
      const here = () => agent(server.port, version);
      const robot = () => ['-R', here(), '-r', CHANGER, '-T', here(), '-f', server.tapes[0]];

      it('goes on where the tape before ended, and reads it all back', async () => {
        await ndmjobSucceeds(['-o', 'init-labels', ...robot(), ...MEDIA]);
        const index = join(server.folder, `index-${version}`);
        const output = await ndmjobOkay(['-c', '-D', here(), ...robot(), ...MEDIA, '-C', source, '-I', index]);
        assert.match(output, /media #3/, output);
        const all = join(server.root, `all ${version}`);
        mkdirSync(all);
        await ndmjobOkay(['-x', '-D', here(), ...robot(), '-J', index, '-C', all]);
        assert.deepEqual(compareTrees(source, all, { ignoreOwner: process.getuid?.() !== 0 }), []);

        // the last large file begins on one tape and ends on the next: direct access seeks from tape to tape
        for (const name of ['file 6', 'file 0', 'file 2']) {
          const one = join(server.root, `${name} ${version}`);
          mkdirSync(one);
          const restore = ['-x', '-D', here(), ...robot(), '-J', index, '-C', one, '-E', 'DIRECT=y'];
          await ndmjobOkay([...restore, `/large/${name}`]);
          assert.deepEqual(readFileSync(join(one, 'large', name)), readFileSync(join(source, 'large', name)));
        }
      });
    });

  // in a suite of its own, so that it comes last
  describe('the recording of all this', () => {
    it('has no error in it', () => {
      const capture = openCaptureSync(server.recording);
      try {
        const wrong = new Analysis(capture).findings.filter(({ severity }) => severity === 'error');
        assert.deepEqual(wrong, []);
      } finally {
        capture.close();
      }
    });
  });
});
