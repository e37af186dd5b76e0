import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCaptureSync } from '../../../src/indexing';
import { Analysis } from '../../../src/analysis/analysis';
import { TrafficRecorder } from '../../../src/transport';
import { LAB_PASSWORD, TestLab } from '../../support/lab';
import { agent, ndmjob, ndmjobOkay, ndmjobSucceeds } from '../../support/ndmjob';
import { describeWithPeer } from '../../support/peers';
import { compareTrees } from '../../support/trees';

const SAME = { ignoreOwner: process.getuid?.() !== 0, ignoreDirectoryTimes: true };

describeWithPeer('ndmjob', 'the lab, with ndmjob as DMA', function () {
  this.timeout(120_000);
  let lab: TestLab;
  let recorder: TrafficRecorder;
  let recording: string;

  before(async () => {
    lab = await TestLab.start();
    await lab.stop();
    recording = join(lab.folder, 'run.pcapng');
    recorder = new TrafficRecorder(recording, 'a test', assert.ifError);
    await lab.startAgain({ recorder, nodes: 2 });
  });
  after(() => lab.remove());

  const at = (lif: string, user = 'backup'): string => {
    const { host, port } = lab.address(lif);
    return agent(port, 4, { host, user, password: LAB_PASSWORD });
  };
  const directory = (path: string): string =>
    lab.lab.status().volumes.find((volume) => volume.path === path)?.directory ?? '';
  const robot = (): string[] => ['-R', at('cluster1-01_mgmt'), '-r', 'mc0'];
  const index = (name: string): string => join(lab.folder, name);

  it('tells itself at every LIF', async () => {
    for (const [lif, user] of [
      ['cluster_mgmt', 'backup'],
      ['cluster1-02_ic', 'admin'],
      ['vs1_data1', 'vsadmin'],
    ]) {
      const { output } = await ndmjob(['-q', '-D', at(lif, user)]);
      assert.match(output, /os_vers +NetApp Release 9\.14\.1 \(simulated/);
      assert.match(output, lif === 'cluster1-02_ic' ? /File system \/vs1\/db/ : /File system \/vs1\/vol1/);
    }
  });

  it('labels, backs up and restores locally over a node-management LIF', async () => {
    const a = at('cluster1-01_mgmt');
    await ndmjobSucceeds(['-o', 'init-labels', '-T', a, '-f', 'nrst0a', ...robot(), '-m', 'LAB001@1024']);
    const media = ['-f', 'nrst0a', ...robot()];
    await ndmjobOkay(['-c', '-B', 'dump', '-D', a, ...media, '-m', 'LAB001@1024', '-C', '/vs1/vol1', '-I', index('a')]);
    await ndmjobOkay(['-x', '-B', 'dump', '-D', a, ...media, '-J', index('a'), '-C', '/vs2/media/all']);
    assert.deepEqual(compareTrees(directory('/vs1/vol1'), join(directory('/vs2/media'), 'all'), SAME), []);
  });

  it('backs up three-way from the other node, and restores a chosen file directly', async () => {
    const [data, tape] = [at('cluster1-02_mgmt'), at('cluster1-01_ic')];
    await ndmjobSucceeds(['-o', 'init-labels', '-T', tape, '-f', 'nrst0a', ...robot(), '-m', 'LAB002@1025']);
    const media = ['-T', tape, '-f', 'nrst0a', ...robot()];
    const output = await ndmjobOkay([
      '-c',
      '-B',
      'dump',
      '-D',
      data,
      ...media,
      '-m',
      'LAB002@1025',
      '-C',
      '/vs1/db',
      '-I',
      index('b'),
    ]);
    assert.match(output, /ended OKAY/);
    const file = '/log/000000010000000000000001';
    await ndmjobOkay([
      '-x',
      '-B',
      'dump',
      '-D',
      data,
      ...media,
      '-J',
      index('b'),
      '-C',
      '/vs2/projects/one',
      '-E',
      'DIRECT=y',
      file,
    ]);
    assert.ok(
      readFileSync(join(directory('/vs2/projects'), 'one', file)).equals(
        readFileSync(join(directory('/vs1/db'), file)),
      ),
    );
  });

  it('a user of an SVM backs up three-way over a data LIF', async () => {
    const tape = at('cluster1-01_mgmt');
    await ndmjobSucceeds(['-o', 'init-labels', '-T', tape, '-f', 'nrst0a', ...robot(), '-m', 'LAB003@1026']);
    const media = ['-T', tape, '-f', 'nrst0a', ...robot(), '-m', 'LAB003@1026'];
    writeFileSync(join(directory('/vs1/home'), 'new file'), 'new\n');
    await ndmjobOkay(['-c', '-B', 'dump', '-D', at('vs1_data1', 'vsadmin-backup'), ...media, '-C', '/vs1/home']);
    const { output } = await ndmjob([
      '-c',
      '-B',
      'dump',
      '-D',
      at('vs1_data1', 'vsadmin'),
      ...media,
      '-C',
      '/vs2/media',
    ]);
    assert.doesNotMatch(output, /ended OKAY/, 'the volume of another SVM');
  });

  it('a recording of all this has no error in it, and the debug log tells the same', async () => {
    const log = lab.lab.debugLog.file;
    await lab.stop();
    recorder.close();
    const [capture, logged] = [openCaptureSync(recording), openCaptureSync(log)];
    const errors = new Analysis(capture).findings.filter(({ severity }) => severity === 'error');
    const [refused, ...followed] = errors.map(({ text }) => text);
    assert.equal(refused, "DATA_START_BACKUP of type 'dump' was refused: ILLEGAL_ARGS.", 'the volume of another SVM');
    // ndmjob tidies up after the refusal: whether the mover sees the end or its own abort first is a matter of moments
    for (const text of followed)
      assert.equal(text, 'The mover halted with CONNECT_ERROR, the data server halted with ABORTED.');
    assert.equal(logged.index.count, capture.index.count);
    capture.close();
    logged.close();
  });
});
