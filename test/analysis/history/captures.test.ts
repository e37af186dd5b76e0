import assert from 'node:assert/strict';
import { Analysis } from '../../../src/analysis/analysis';
import { historyOf, historyRows, type FileTree } from '../../../src/analysis/history';
import { walkFiles } from '../../../src/analysis/history/walkFiles';
import { escapeText } from '../../../src/protocol';
import { openCaptureSync } from '../../../src/indexing/openCaptureSync';
import { findCapture } from '../../support/captures';
import { peerFiles, type PeerFile } from './peerFiles';

interface JobFiles {
  operation: string;
  path: string;
  tree: FileTree;
}

function jobsOf(name: string): JobFiles[] {
  const path = findCapture(name);
  assert.ok(path, name);
  const session = openCaptureSync(path);
  const analysis = new Analysis(session);
  const found = historyRows(analysis).map(({ job }) => {
    const { operation, path: subject } = analysis.jobs[job];
    const tree = historyOf(analysis, analysis.jobs[job]);
    assert.ok(tree);
    return { operation, path: subject, tree };
  });
  session.close();
  return found;
}

/** Path, size and position of all files, by path. */
function filesOf(tree: FileTree): Map<string, string> {
  return new Map(
    [...walkFiles(tree, 'told')].map(({ path, object }) => [
      escapeText(path),
      `${tree.attributes(object)?.size} ${tree.position(object)}`,
    ]),
  );
}

/** The backups of one directory by both kinds of history, and how many names it has. */
const TWICE: readonly { capture: string; backups: number; names: number }[] = [
  { capture: 'fh-batches.pcap', backups: 2, names: 1500 },
  { capture: 'file-names.pcap', backups: 4, names: 32 },
  { capture: 'local-v4.pcap', backups: 2, names: 21 },
];

describe('file history of real captures', () => {
  for (const { capture, backups, names } of TWICE)
    it(`is the same by paths and by nodes: ${capture}`, () => {
      const trees = jobsOf(capture).filter(({ operation }) => operation === 'backup');
      assert.equal(trees.length, backups);
      assert.ok(trees.some(({ tree }) => tree.entries.path > 0) && trees.some(({ tree }) => tree.entries.node > 0));
      const [first, ...others] = trees.map(({ tree }) => filesOf(tree));
      assert.equal(first.size, names);
      for (const other of others) assert.deepEqual([...other].sort(), [...first].sort());
      for (const { tree } of trees) assert.deepEqual(tree.problems.kinds, []);
    });

  for (const name of ['local-v2', 'local-v3', 'local-v4', 'file-names', 'many-env-and-names'])
    it(`is what the server's own log says: ${name}`, function () {
      const told: Map<string, PeerFile>[] | undefined = peerFiles(name);
      if (told === undefined) return this.skip();
      const trees = jobsOf(`${name}.pcap`);
      assert.equal(trees.length, told.length);
      for (const [i, { tree }] of trees.entries()) {
        // the log breaks lines where a name does
        const ours = [...walkFiles(tree, 'told')].filter(({ path }) => !/[\n\t\udc80-\udcff]/.test(path));
        const theirs: Map<string, PeerFile> = told[i];
        assert.ok(ours.length > 0);
        for (const { path, object } of ours) {
          const peer: PeerFile | undefined = theirs.get(path);
          assert.ok(peer, `${path} in job ${i}`);
          assert.deepEqual(
            {
              size: tree.attributes(object)?.size,
              node: peer.node === undefined ? undefined : tree.node(object),
              position: tree.position(object),
            },
            peer,
          );
        }
      }
    });

  it('keeps names that are no UTF-8, and any others, as they are', () => {
    for (const { tree } of jobsOf('file-names.pcap')) {
      const paths = [...walkFiles(tree, 'told')].map(({ path }) => path);
      for (const path of ['/latin1-\udce9\udcff.txt', '/newline\nname', '/tab\there', '/emoji-💾.dat', `/quote"s'.txt`])
        assert.ok(paths.includes(path), escapeText(path));
    }
  });

  it('is told by recoveries of file history, too', () => {
    const jobs = jobsOf('local-v2.pcap');
    assert.deepEqual(
      jobs.map(({ operation }) => operation),
      ['backup', 'recover file history', 'backup'],
    );
    const [backup, recovered] = jobs.map(({ tree }) => [...filesOf(tree).keys()].sort());
    assert.deepEqual(recovered, backup);
  });
});
