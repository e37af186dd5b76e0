import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ndmp } from '../harness';
import { RecordedServer, replayedServer } from '../../support/replays';

describe('ndmp replay', function () {
  this.timeout(120_000);
  let recorded: RecordedServer;
  afterEach(() => recorded?.stop());

  describe('as the DMA', () => {
    it('a local backup and recovery say the same again', async () => {
      recorded = await RecordedServer.make(1);
      const { status, out, err } = await recorded.asDma();
      assert.equal(status, 0, out + err);
      assert.match(out, /1 connection played: 1/);
      assert.match(out, /Both say the same\./);
    });

    it('two connections, joined over TCP at an address of now, say the same again', async () => {
      recorded = await RecordedServer.make(2);
      const { status, out, err } = await recorded.asDma();
      assert.equal(status, 0, out + err);
      assert.doesNotMatch(out, /data connection with/, 'the servers are joined with each other');
    });

    it('another outcome is told', async () => {
      recorded = await RecordedServer.make(1);
      rmSync(recorded.server.root, { recursive: true });
      const { status, out } = await recorded.asDma('--patience', '2');
      assert.equal(status, 1);
      assert.match(out, /NDMP_DATA_START_BACKUP/);
      assert.match(out, /They differ\./);
    });

    it('the tape side alone gets zeros, the data side alone is taken off its data', async () => {
      recorded = await RecordedServer.make(2, false);
      const data = await recorded.asDma('--connection', '1', '--json');
      const tape = await recorded.asDma('--connection', '2', '--json');
      for (const { out, err, status } of [data, tape]) assert.equal(status, 0, out + err);
      const parts = [data, tape].map(({ out }) => (JSON.parse(out) as { data: object[] }).data);
      assert.deepEqual(
        parts.map((each) => each.map(({ did }: { did?: string }) => did)),
        [['received'], ['sent zeros']],
      );
      const [received, sent] = parts.map(([each]) => (each as { bytes: number }).bytes);
      assert.ok(received > 300_000 && sent > 300_000, `${received} ${sent}`);
    });

    it('a login without its password, and a server that is not there, are said', async () => {
      recorded = await RecordedServer.make(1, false);
      const target = ['--target', `127.0.0.1:${recorded.server.port}`];
      const wrong = await ndmp(['replay', recorded.capture, '--as', 'dma', '--patience', '1', ...target], {
        env: { NDMP_PASSWORD: 'wrong' },
      });
      assert.equal(wrong.status, 1);
      assert.match(wrong.out, /NOT_AUTHORIZED/);
      const none = await ndmp(['replay', recorded.capture, '--as', 'dma', '--patience', '1', ...target]);
      assert.match(none.out, /set NDMP_PASSWORD/);
      await recorded.server.running.stop(0);
      const gone = await recorded.asDma();
      assert.equal(gone.status, 1);
      assert.match(gone.err, /There is no connection to 127\.0\.0\.1:\d+: .*ECONNREFUSED/);
    });
  });

  describe('as the server', () => {
    it('answers a DMA that does as it was recorded, and both find nothing else', async () => {
      recorded = await RecordedServer.make(1);
      const { server, dma } = await recorded.againstItself();
      assert.equal(dma.status, 0, dma.out + dma.err);
      assert.equal(server.status, 0, server.out + server.err);
    });

    it('stands in for both ends of data connections', async () => {
      recorded = await RecordedServer.make(2);
      const { server, dma } = await recorded.againstItself('--timing', 'as-recorded');
      assert.equal(dma.status, 0, dma.out + dma.err);
      assert.equal(server.status, 0, server.out + server.err);
      assert.match(server.out, /data connection with .* received and thrown away/);
    });
  });

  it('opens connections whose beginning is not in the capture', async () => {
    const capture = 'test/fixtures/captures/edited-start-mid-message.pcap.gz';
    const env = { NDMP_PASSWORD: 'ndmp' };
    const place = await replayedServer(capture, '--connection', '1');
    const args = ['replay', capture, '--connection', '1', '--patience', '5', '--user', 'ndmp'];
    const dma = await ndmp([...args, '--as', 'dma', '--target', place.address], { env });
    const server = await place.outcome;
    for (const { out } of [dma, server]) assert.match(out, /it is opened as NDMPv4/);
    assert.doesNotMatch(dma.out, /did not take the login|No reply|did not come/);
  });

  it('keeps the recording of the live session where it is told to, and nothing else', async () => {
    recorded = await RecordedServer.make(1, false);
    const out = join(recorded.server.folder, 'again.pcapng');
    const { status } = await recorded.asDma('--out', out);
    assert.equal(status, 0);
    const diff = await ndmp(['diff', recorded.capture, out]);
    assert.equal(diff.status, 0, diff.out);
    const again = await recorded.asDma('--out', out);
    assert.equal(again.status, 1);
    assert.match(again.err, /cannot be made/);
  });

  it('refuses what makes no sense', async () => {
    recorded = await RecordedServer.make(1, false);
    const refused = async (expected: RegExp, ...args: string[]): Promise<void> => {
      const { status, err } = await ndmp(['replay', recorded.capture, ...args]);
      assert.equal(status, 2, err);
      assert.match(err, expected);
    };
    await refused(/--as/);
    await refused(/--as dma needs --target/, '--as', 'dma');
    await refused(/--as server needs --listen/, '--as', 'server');
    await refused(/--target is for --as dma/, '--as', 'server', '--target', 'x:1');
    await refused(/There is no connection 9/, '--as', 'dma', '--target', 'x:1', '--connection', '9');
    await refused(/There is no job 9/, '--as', 'dma', '--target', 'x:1', '--job', '9');
    await refused(/OLD=NEW/, '--as', 'dma', '--target', 'x:1', '--replace', 'x');
  });
});
