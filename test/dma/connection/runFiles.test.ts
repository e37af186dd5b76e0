import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openConnection } from '../../../src/dma/connection/open';
import { RunFiles } from '../../../src/dma/connection/runFiles';
import { plainDefinition } from '../../../src/dma/servers/definitions';
import { ndmp } from '../../cli/harness';
import { FakeServer } from '../../support/fakeServer';

const SECRET = 'jW7-very-secret';

describe('dma: recording and log of a run', () => {
  let folder: string;
  const problems: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-runs-'));
    problems.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const made = (name = 'nightly', at = new Date(0)): RunFiles =>
    new RunFiles(join(folder, 'runs'), name, (problem) => problems.push(problem), at);

  async function talk(files: RunFiles): Promise<void> {
    const server = await FakeServer.start({
      answers: {
        NDMP_CONFIG_GET_SERVER_INFO: () => ({ auth_type: [1] }),
        NDMP_DATA_GET_STATE: (_body, connection) => {
          for (let n = 0; n < 3; n++) connection.post('NDMP_FH_ADD_NODE', { nodes: [] });
          connection.post('NDMP_LOG_MESSAGE', { entry: 'hello\n\u001b[31m' });
          return {};
        },
      },
    });
    try {
      for (const role of ['data', 'tape']) {
        const definition = { ...plainDefinition('filer', '127.0.0.1'), port: server.port };
        const connection = await openConnection({
          definition,
          password: () => Promise.resolve(SECRET),
          trace: files,
          role,
        });
        await connection.request('NDMP_DATA_GET_STATE');
        await connection.close();
      }
    } finally {
      await server.stop();
    }
  }

  it('are a capture of all connections, and lines for people, without the password', async () => {
    const files = made();
    await talk(files);
    files.note('the end');
    files.close();
    assert.equal(basename(files.recording), '19700101T000000.000Z-nightly.pcapng');
    for (const file of [files.recording, files.log]) {
      assert.ok(!readFileSync(file, 'latin1').includes(SECRET));
      assert.equal(statSync(file).mode & 0o777, 0o600);
    }
    const { out, status } = await ndmp(['decode', files.recording, '--format', 'jsonl']);
    assert.equal(status, 0);
    const rows = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { message: string; connection: number; problems: string[] });
    assert.equal(rows.filter(({ message }) => message === 'NDMP_CONNECT_CLIENT_AUTH').length, 4);
    assert.equal(new Set(rows.map(({ connection }) => connection)).size, 2);
    assert.deepEqual(
      rows.flatMap((row) => row.problems),
      [],
    );
    const log = readFileSync(files.log, 'utf8');
    assert.match(log, /^1?\d+-\d\d-\d\dT\S+ filer #1 data connected to 127\.0\.0\.1:\d+ from/m);
    assert.match(log, /filer #2 tape -> NDMP_CONNECT_OPEN \{"protocol_version":4\}/);
    assert.match(log, /<- NDMP_DATA_GET_STATE NO_ERR \d+\.\d ms/);
    assert.match(log, /<< NDMP_FH_ADD_NODE \(3 of them\)/);
    assert.match(log, /<< NDMP_LOG_MESSAGE .*hello\\n/);
    assert.match(log, /-> NDMP_CONNECT_CLIENT_AUTH\n/);
    assert.match(log, /the end\n$/);
    assert.ok(!log.includes('\u001b'));
    assert.deepEqual(problems, []);
  });

  it('are not made when nobody is connected to', () => {
    made().close();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('never go over those of another run, and have names that are safe', () => {
    const first = made('../../x y/ü');
    first.note('one');
    first.close();
    const second = made('../../x y/ü');
    second.note('two');
    second.close();
    assert.deepEqual(readdirSync(join(folder, 'runs')).length, 4);
    assert.notEqual(first.log, second.log);
    assert.ok(first.log.startsWith(join(folder, 'runs')));
    assert.deepEqual(problems, []);
  });

  it('do not keep a run from going on when they cannot be written', async () => {
    writeFileSync(join(folder, 'runs'), '');
    const files = made();
    await talk(files);
    files.close();
    assert.equal(problems.length, 1);
    assert.match(problems[0], /not recorded any further/);
  });
});
