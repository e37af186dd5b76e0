import assert from 'node:assert/strict';
import { openCaptureSync } from '../../../src/indexing';
import { Analysis } from '../../../src/analysis/analysis';
import { affinityOfCapture } from '../../../src/analysis/affinity';
import { CAPTURE_FOLDERS, capturesIn, findCapture } from '../../support/captures';
import { NONE, textsOf } from './support';

/** Pair of a job as the captures of ndmjob and ndmpd show it: what was read in them by hand. */
const EXPECTED: readonly [file: string, job: RegExp, way: string, volumeAt: string, driveAt: string][] = [
  ['local-v4.pcap', /^Local backup/, 'local', '127.0.0.2', '127.0.0.2'],
  ['local-v3.pcap', /^Local backup/, 'local', '127.0.0.2', '127.0.0.2'],
  ['local-v2.pcap', /^Local backup/, 'local', '127.0.0.2', '127.0.0.2'],
  ['threeway-v4.pcap', /^Three-way backup/, 'three-way', '127.0.0.2', '127.0.0.3'],
  ['threeway-v2.pcap', /^Three-way backup/, 'three-way', '127.0.0.2', '127.0.0.3'],
  ['ndmpd-threeway-v4.pcap', /^Three-way backup/, 'three-way', '127.0.0.2', '127.0.0.3'],
];

describe('affinity: servers that know no affinity', () => {
  for (const [file, title, way, volumeAt, driveAt] of EXPECTED) {
    const path = findCapture(file);
    (path === undefined ? it.skip : it)(`${file}: ${way}, as the job shows, without a word of NetApp's tables`, () => {
      const session = openCaptureSync(path ?? '');
      const analysis = new Analysis(session);
      const job = analysis.jobs.find((each) => title.test(each.title));
      assert.ok(job, `a job like ${title}`);
      const { pair, nodes, connections, ontap, lifRows, cab } = affinityOfCapture(analysis, {
        settings: NONE,
        job: job.id,
      });
      assert.equal(pair?.verdict.way, way);
      const placeOf = (id: number | undefined) => {
        const { lifs } = nodes.find(({ things }) => things.some((thing) => thing.id === id)) ?? { lifs: [] };
        return connections[lifs[0]].address;
      };
      assert.deepEqual([placeOf(pair?.volume.id), placeOf(pair?.drive.id)], [volumeAt, driveAt]);
      assert.equal(ontap, false);
      assert.deepEqual(lifRows, []);
      assert.notEqual(cab.state, 'on');
      assert.ok(
        nodes.every(({ key }) => key === undefined),
        'no node is made of anything but affinity',
      );
      session.close();
    });
  }

  for (const path of CAPTURE_FOLDERS.slice(0, 1).flatMap(capturesIn))
    it(`${path.split('/').at(-1)}: a view for every job`, () => {
      const session = openCaptureSync(path);
      const analysis = new Analysis(session);
      for (const job of [undefined, ...analysis.jobs.slice(0, 20).map(({ id }) => id)]) {
        const answer = affinityOfCapture(analysis, { settings: NONE, job });
        assert.equal(answer.connections.length, session.index.connections.length);
        assert.deepEqual(
          textsOf(answer).filter((text) => /affinit(y|ies) [^a-z]*=/.test(text)),
          [],
        );
        structuredClone(answer);
      }
      session.close();
    });
});
