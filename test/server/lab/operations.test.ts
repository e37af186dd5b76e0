import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { callLab, controlPath, isLabRunning, NoLab, serveControl } from '../../../src/server/lab/control';
import { Lab } from '../../../src/server/lab/lab';
import { CabDma } from '../../support/cabDma';
import { CAB, LAB_PASSWORD, shownTo, TestLab } from '../../support/lab';
import { NdmpClient, within } from '../../support/ndmpClient';

const isWindows = process.platform === 'win32';

describe('lab: LIFs and nodes while it runs', () => {
  let lab: TestLab;
  beforeEach(async () => {
    lab = await TestLab.start({ nodes: 3 });
  });
  afterEach(() => lab.remove());

  it('a LIF that migrates cuts its sessions off and shows the other node at the same address', async () => {
    const before = await lab.connect('cluster_mgmt', 'backup');
    const other = await lab.connect('cluster1-01_mgmt', 'backup');
    const address = lab.address('cluster_mgmt');
    await lab.command('migrate-lif', 'cluster_mgmt', 'cluster1-02');
    await within(before.closed, 'the end of the session');
    assert.deepEqual(lab.address('cluster_mgmt'), address);
    const shown = await shownTo(await lab.connect('cluster_mgmt', 'backup'));
    assert.deepEqual(shown.volumes, ['/vs1/db', '/vs2/projects']);
    await other.expect('NDMP_CONFIG_GET_HOST_INFO');
  });

  it('a node that goes down: LIFs of its own are gone, data LIFs move, the partner has the volumes', async () => {
    const own = await lab.connect('cluster1-01_mgmt', 'backup');
    const cab = await shownTo(await lab.connect('cluster1-02_ic', 'backup', [CAB]));
    await lab.command('node-down', 'cluster1-01');
    await within(own.closed, 'the end of the session');
    await assert.rejects(NdmpClient.dial(lab.address('cluster1-01_mgmt')), /ECONNREFUSED/);
    const shown = await shownTo(await lab.connect('cluster1-02_mgmt', 'backup'));
    assert.ok(shown.volumes.includes('/vs1/vol1'));
    const all = await shownTo(await lab.connect('cluster_mgmt', 'backup', [CAB]));
    assert.deepEqual(all.drives, [1]);
    assert.deepEqual(all.changers, []);
    assert.equal(all.affinity.volumes['/vs1/vol1'], cab.affinity.volumes['/vs1/db']);
    await lab.connect('vs1_data1', 'vsadmin');

    await lab.command('node-up', 'cluster1-01');
    const back = await shownTo(await lab.connect('cluster1-01_mgmt', 'backup'));
    assert.deepEqual(back.volumes, ['/vs1/vol1', '/vs1/home', '/vs2/archive']);
    assert.deepEqual((await shownTo(await lab.connect('cluster_mgmt', 'backup'))).volumes, back.volumes);
  });

  it('a drive whose node goes down answers with an I/O error', async () => {
    const dma = new CabDma();
    const client = await lab.connect('cluster1-02_ic', 'backup', [CAB]);
    await dma.move(client, 1024, 128);
    await client.expect('NDMP_TAPE_OPEN', { device: 'nrst0a', mode: 1 });
    await lab.command('node-down', 'cluster1-01');
    await client.expect('NDMP_TAPE_MTIO', { tape_op: 4, count: 1 }, 'IO');
    await client.expect('NDMP_TAPE_CLOSE');
    await client.expect('NDMP_TAPE_OPEN', { device: 'nrst0a', mode: 1 }, 'NO_DEVICE');
  });

  it('what runs on a volume goes on while it moves', async () => {
    const dma = new CabDma();
    const client = await lab.connect('cluster_mgmt', 'backup', [CAB]);
    await dma.move(client, 1024, 128);
    const running = dma.localBackup(client, { volume: '/vs1/vol1', device: 'nrst0a', files: 0, cab: true });
    await client.until('NDMP_DATA_GET_STATE', ({ state }) => state !== 0);
    await lab.command('move-volume', '/vs1/vol1', 'cluster1-03');
    assert.ok((await running) > 800_000n);
  });

  it('what cannot be done is refused in a sentence', async () => {
    assert.match(
      await lab.refusal('move-volume', '/vs1/none', 'cluster1-02'),
      /There is no volume "\/vs1\/none"; there are/,
    );
    assert.match(await lab.refusal('move-volume', '/vs1/vol1', 'cluster1-01'), /is on cluster1-01 already/);
    assert.match(await lab.refusal('move-volume', '/vs1/vol1', 'node9'), /There is no node "node9"/);
    assert.match(await lab.refusal('move-volume', '/vs1/vol1', 'cluster1-02', 'soon'), /no number of seconds/);
    assert.match(await lab.refusal('migrate-lif', 'cluster1-01_mgmt', 'cluster1-02'), /local-only/);
    assert.match(await lab.refusal('node-up', 'cluster1-01'), /is up already/);
    await lab.command('node-down', 'cluster1-01');
    await lab.command('node-down', 'cluster1-02');
    assert.match(await lab.refusal('node-down', 'cluster1-03'), /the last node/);
    assert.match(await lab.refusal('move-volume', '/vs1/vol1', 'cluster1-02'), /is down/);
    assert.match(await lab.refusal('write-protect', 'NONE01L8'), /knows no cartridge/);
    assert.match(await lab.refusal('format-disk'), /knows no command "format-disk"/);
    assert.match(await lab.refusal('migrate-lif', 'cluster_mgmt'), /migrate-lif takes lif, node/);
  });

  it('cartridges are added, protected, taken out by the station and put in again', async () => {
    await lab.command('add-cartridge', 'NEW001L8', '50');
    await lab.command('write-protect', 'NEW001L8');
    const dma = new CabDma();
    const client = await lab.connect('cluster1-01_mgmt', 'backup');
    const { element } = lab.lab.status().library.find(({ barcode }) => barcode === 'NEW001L8') ?? { element: 0 };
    await dma.move(client, element, 128);
    await client.expect('NDMP_TAPE_OPEN', { device: 'nrst0a', mode: 1 }, 'WRITE_PROTECT');
    await dma.move(client, 128, 16);
    await lab.command('export-cartridge', 'NEW001L8');
    assert.deepEqual(lab.lab.status().outside, ['NEW001L8']);
    await lab.command('import-cartridge', 'NEW001L8');
    assert.deepEqual(lab.lab.status().outside, []);
  });

  it('connections to different LIFs are different users of a drive', async () => {
    const dma = new CabDma();
    const client = await lab.connect('cluster1-01_mgmt', 'backup');
    await dma.move(client, 1025, 128);
    await client.expect('NDMP_TAPE_OPEN', { device: 'rst0a', mode: 1 });
    const { flags } = await client.expect('NDMP_TAPE_GET_STATE');
    assert.equal(Number(flags) & 0x48, 0, 'it rewinds at closing, and says so');
    const other = await lab.connect('cluster1-01_ic', 'backup');
    await other.expect('NDMP_SCSI_OPEN', { device: 'nrst0a' });
    const rewind = {
      flags: 0,
      timeout: 0,
      datain_len: 0,
      cdb: new Uint8Array([1, 0, 0, 0, 0, 0]),
      dataout: new Uint8Array(),
    };
    assert.equal((await other.expect('NDMP_SCSI_EXECUTE_CDB', rewind)).status, 0x18, 'RESERVATION CONFLICT');
    await client.expect('NDMP_TAPE_CLOSE');
    await dma.move(client, 128, 1025);
  });

  it('a tape device that unloads at closing does, one that rewinds does', async () => {
    const dma = new CabDma();
    const client = await lab.connect('cluster1-01_mgmt', 'backup');
    await dma.move(client, 1024, 128);
    const write = async (device: string): Promise<void> => {
      await client.expect('NDMP_TAPE_OPEN', { device, mode: 1 });
      await client.expect('NDMP_TAPE_WRITE', { data_out: new Uint8Array(512) });
      await client.expect('NDMP_TAPE_CLOSE');
    };
    await write('nrst0h');
    await client.expect('NDMP_TAPE_OPEN', { device: 'rst0h', mode: 0 });
    assert.notEqual((await client.expect('NDMP_TAPE_GET_STATE')).file_num, 0);
    await client.expect('NDMP_TAPE_CLOSE');
    await client.expect('NDMP_TAPE_OPEN', { device: 'nrst0h', mode: 0 });
    const { file_num, blockno } = await client.expect('NDMP_TAPE_GET_STATE');
    assert.deepEqual([file_num, blockno], [0, 0]);
    await client.expect('NDMP_TAPE_CLOSE');
    await write('urst0l');
    await client.expect('NDMP_TAPE_OPEN', { device: 'nrst0h', mode: 0 }, 'NO_TAPE_LOADED');
  });
});

describe('lab: limits', () => {
  it('more sessions than there may be are refused, and come in when others have gone', async () => {
    const lab = await TestLab.start({ sessions: 2 });
    try {
      const [first] = await Promise.all([lab.connect('cluster_mgmt', 'backup'), lab.connect('vs1_data1', 'vsadmin')]);
      const refused = await NdmpClient.dial(lab.address('cluster1-01_mgmt'));
      const { body } = await refused.post('NDMP_NOTIFY_CONNECTION_STATUS');
      assert.deepEqual([body.reason, body.text_reason], [2, 'Maximum number of NDMP sessions (2) in use']);
      refused.destroy();
      await first.close();
      // the client sees the end before the server has let go of everything
      while (lab.lab.sessions().length > 1) await delay(10);
      await lab.connect('cluster1-01_mgmt', 'backup');
    } finally {
      await lab.remove();
    }
  });

  it('more backups than there may be are refused with a log message', async () => {
    const lab = await TestLab.start({ dumps: 0 });
    try {
      const client = await lab.connect('cluster1-01_mgmt', 'backup');
      const dma = new CabDma();
      await dma.move(client, 1024, 128);
      const job = { volume: '/vs1/vol1', device: 'nrst0a', files: 0, cab: false };
      await assert.rejects(dma.localBackup(client, job), /NO_MEM/);
      const { body } = await client.post('NDMP_LOG_MESSAGE');
      assert.equal(body.entry, 'Maximum number of allowed dumps or restores (0) in progress');
    } finally {
      await lab.remove();
    }
  });
});

describe('lab: addresses', () => {
  it('TLS and IPv6 lead to the same cluster', async function () {
    const lab = await TestLab.start({ securePort: 0 });
    try {
      const { lifs } = lab.lab.status();
      const { addresses } = lifs.find(({ name }) => name === 'cluster_mgmt') ?? { addresses: [] };
      const secure = addresses.find((each) => each.endsWith(' (TLS)'))?.replace(' (TLS)', '') ?? '';
      const login = { user: 'backup', password: LAB_PASSWORD };
      const [host, port] = secure.split(':');
      const tls = await NdmpClient.connect({
        host,
        port: Number(port),
        tls: { rejectUnauthorized: false },
        version: 4,
        login,
      });
      assert.equal((await shownTo(tls)).volumes.length, 3);
      assert.equal(lab.lab.sessions().find(({ secure }) => secure)?.lif, 'cluster_mgmt');
      tls.destroy();
      const six = /^\[::1\]:(\d+)$/.exec(addresses.find((each) => each.startsWith('[')) ?? '');
      if (six === null) return this.skip();
      const client = await NdmpClient.connect({ host: '::1', port: Number(six[1]), version: 4, login });
      assert.equal((await shownTo(client)).volumes.length, 3);
      client.destroy();
    } finally {
      await lab.remove();
    }
  });

  it('each LIF has an address of its own, or a port', async () => {
    const lab = await TestLab.start({ nodes: 4 });
    try {
      const { lifs } = lab.lab.status();
      assert.equal(lifs.length, 1 + 4 + 4 + 8);
      assert.equal(new Set(lifs.map(({ addresses }) => addresses[0])).size, lifs.length);
    } finally {
      await lab.remove();
    }
  });
});

describe('lab: its folder', () => {
  let lab: TestLab;
  beforeEach(async () => {
    lab = await TestLab.start({ password: undefined });
  });
  afterEach(() => lab.remove());

  const folder = (): string => join(lab.folder, 'lab');

  it('everything is there again after a restart', async () => {
    await lab.command('move-volume', '/vs1/vol1', 'cluster1-02');
    await lab.command('add-cartridge', 'KEEP01L8');
    const passwords = readFileSync(join(folder(), 'passwords.json'), 'utf8');
    const before = lab.lab.status();
    writeFileSync(join(folder(), 'volumes/vs1/vol1/mine.txt'), 'mine\n');
    await lab.stop();
    await lab.startAgain({ password: undefined, nodes: 4 });
    const after = lab.lab.status();
    assert.deepEqual(after.nodes, before.nodes);
    assert.equal(after.volumes.find(({ path }) => path === '/vs1/vol1')?.node, 'cluster1-02');
    assert.ok(after.library.some(({ barcode }) => barcode === 'KEEP01L8'));
    assert.equal(readFileSync(join(folder(), 'passwords.json'), 'utf8'), passwords);
    assert.ok(existsSync(join(folder(), 'volumes/vs1/vol1/mine.txt')));
    assert.ok(lab.lines.some(({ text }) => text.includes('the lab has 2 nodes and keeps them')));
  });

  it('passwords are made up, differ, and only their owner reads them', function () {
    const passwords = JSON.parse(readFileSync(join(folder(), 'passwords.json'), 'utf8')) as Record<string, string>;
    assert.deepEqual(Object.keys(passwords).sort(), [
      'admin',
      'backup',
      'vs1/vsadmin',
      'vs1/vsadmin-backup',
      'vs2/vsadmin',
      'vs2/vsadmin-backup',
    ]);
    assert.equal(new Set(Object.values(passwords)).size, 6);
    for (const password of Object.values(passwords)) assert.match(password, /^[A-Za-z2-9]{16}$/);
    if (isWindows) this.skip();
    assert.equal(statSync(join(folder(), 'passwords.json')).mode & 0o777, 0o600);
    assert.equal(statSync(folder()).mode & 0o777, 0o700);
    assert.equal(statSync(controlPath(folder())).mode & 0o777, 0o600);
  });

  it('a given password is written nowhere', async () => {
    await lab.remove();
    lab = await TestLab.start();
    assert.ok(!existsSync(join(folder(), 'passwords.json')));
    for (const name of readdirSync(folder(), { recursive: true, encoding: 'utf8' })) {
      const file = join(folder(), name);
      if (!statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
      assert.ok(!readFileSync(file).includes(LAB_PASSWORD), name);
    }
  });

  it('two labs do not share a folder', async () => {
    await assert.rejects(
      Lab.start({ folder: folder(), port: 0, log: { write: () => undefined, child: () => lab.lab.log } }),
      /already/,
    );
    await assert.rejects(
      serveControl(folder(), () => Promise.resolve({ refused: '' })),
      /A lab runs in .* already/,
    );
  });

  it('a folder that is no lab says what to do', async () => {
    await lab.stop();
    writeFileSync(join(folder(), 'cluster.json'), '{"format":1,"nodes":[]}');
    await assert.rejects(lab.startAgain(), /is no cluster of this program: remove the folder/);
    writeFileSync(join(folder(), 'cluster.json'), 'not JSON');
    await assert.rejects(lab.startAgain(), /cluster\.json/);
  });

  it('a volume whose directory is gone is empty, and said to be', async () => {
    await lab.stop();
    rmSync(join(folder(), 'volumes/vs1/home'), { recursive: true });
    await lab.startAgain();
    assert.deepEqual(readdirSync(join(folder(), 'volumes/vs1/home')), []);
    assert.ok(lab.lines.some(({ level, text }) => level === 'warning' && text.includes('/vs1/home was gone')));
  });
});

describe('lab: its control socket', () => {
  let lab: TestLab;
  before(async () => {
    lab = await TestLab.start();
  });
  after(() => lab.remove());

  const folder = (): string => join(lab.folder, 'lab');

  it('carries commands and their answers', async () => {
    const reply = await callLab(folder(), 'status', []);
    assert.ok('text' in reply && reply.text[0].startsWith('cluster1 (simulated'));
    assert.deepEqual(await callLab(folder(), 'node-up', ['cluster1-01']), { refused: 'cluster1-01 is up already.' });
    await lab.connect('cluster_mgmt', 'backup', [CAB]);
    const sessions = await callLab(folder(), 'sessions', []);
    assert.ok('text' in sessions && /cluster_mgmt .* backup +yes/.test(sessions.text[1]));
  });

  it('minds no garbage', async () => {
    for (const bytes of ['\n', 'nonsense\n', '{"command":1}\n', '{"command":"status","args":[1]}\n', '[]\n']) {
      const answer = await raw(folder(), bytes);
      assert.match(answer, /refused/, bytes);
    }
    assert.equal(await raw(folder(), 'x'.repeat(200_000)), '');
    assert.ok(await isLabRunning(folder()));
  });

  it('a folder with a long path has its socket elsewhere', () => {
    if (isWindows) return;
    const path = controlPath(join('/tmp', 'x'.repeat(200)));
    assert.ok(Buffer.byteLength(path) <= 100 && path.includes('ndmp-lab-'));
  });

  it('a lab that was killed leaves no obstacle', async () => {
    await lab.stop();
    if (!isWindows) writeFileSync(join(folder(), 'control.sock'), '');
    assert.equal(await isLabRunning(folder()), false);
    await assert.rejects(callLab(folder(), 'status', []), NoLab);
    await lab.startAgain();
    assert.ok(await isLabRunning(folder()));
  });

  it('stops the lab', async () => {
    const { stopped } = lab.lab;
    await callLab(folder(), 'stop', []);
    await within(stopped, 'the end of the lab');
    assert.equal(await isLabRunning(folder()), false);
  });
});

/** What the socket answers to some bytes; '' when it hangs up. */
function raw(folder: string, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = createConnection(controlPath(folder), () => socket.write(bytes));
    socket.on('data', (piece: Buffer) => (answer += piece.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
    socket.on('end', () => socket.end());
  });
}
