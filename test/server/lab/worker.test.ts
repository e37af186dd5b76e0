import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { callLab } from '../../../src/server/lab/control';
import { LabFolder } from '../../../src/server/lab/folder';
import type { LabStatus } from '../../../src/server/lab/status';
import { readUsers } from '../../../src/server/lab/users';
import type { FromLabWorker } from '../../../src/server/lab/workerMessages';
import { CabDma } from '../../support/cabDma';
import { NdmpClient, within } from '../../support/ndmpClient';

const FILE = resolve(__dirname, '../../../dist/labWorker.js');

describe('lab: in a thread of its own, as in the editor', function () {
  this.timeout(30_000);
  let folder: string;
  const messages: FromLabWorker[] = [];
  let worker: Worker;
  let exited: Promise<void>;

  before(function () {
    if (!existsSync(FILE)) this.skip();
    folder = mkdtempSync(join(tmpdir(), 'ndmp-lab-'));
  });
  after(async () => {
    await worker?.terminate();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<FromLabWorker> => {
    worker = new Worker(FILE, { workerData: { folder, port: 0 } });
    exited = new Promise((done) => worker.once('exit', () => done()));
    return within(
      new Promise<FromLabWorker>((settle, reject) => {
        worker.once('error', reject);
        worker.on('message', (message: FromLabWorker) => {
          messages.push(message);
          if (message.type !== 'log') settle(message);
        });
      }),
      'the lab',
    );
  };

  it('starts and tells how to connect', async () => {
    const message = await start();
    assert.ok(message.type === 'started', JSON.stringify(message));
    assert.match(message.howToConnect.join('\n'), /node-management LIF of cluster1-01/);
  });

  it('backs up and takes commands', async () => {
    const reply = await callLab(folder, 'status', []);
    assert.ok('data' in reply);
    const status = reply.data as unknown as LabStatus;
    const [host, port] = (status.lifs.find(({ name }) => name === 'cluster1-01_mgmt')?.addresses[0] ?? '').split(':');
    const password = readUsers(new LabFolder(folder), undefined).find(({ name }) => name === 'backup')?.password ?? '';
    const client = await NdmpClient.connect({
      host,
      port: Number(port),
      version: 4,
      login: { user: 'backup', password },
    });
    const dma = new CabDma();
    await dma.move(client, 1024, 128);
    const job = { volume: '/vs1/vol1', device: 'nrst0a', files: 0, cab: false };
    assert.ok((await dma.localBackup(client, job)) > 800_000n);
    client.destroy();
  });

  it('a second one says that the first runs', async () => {
    const second = new Worker(FILE, { workerData: { folder, port: 0 } });
    const message = await within(
      new Promise<FromLabWorker>((settle) => second.once('message', settle)),
      'the second lab',
    );
    assert.ok(message.type === 'failed' && /already/.test(message.why));
    await within(new Promise<void>((done) => second.once('exit', () => done())), 'the end of the second lab');
  });

  it('stops in order, and the thread ends', async () => {
    worker.postMessage({ type: 'stop' });
    await within(exited, 'the end of the thread');
    assert.deepEqual(messages.at(-1), { type: 'stopped' });
  });

  it('is stopped from elsewhere too', async () => {
    assert.equal((await start()).type, 'started');
    await callLab(folder, 'stop', []);
    await within(exited, 'the end of the thread');
    assert.deepEqual(messages.at(-1), { type: 'stopped' });
  });
});
