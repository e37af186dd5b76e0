import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NdmpClient } from '../support/ndmpClient';
import { ndmp, type Outcome } from './harness';

describe('ndmp lab', () => {
  let folder: string;
  const stop = new AbortController();
  let running: Promise<Outcome>;
  let printed = '';

  const lab = (...args: string[]): Promise<Outcome> => ndmp(['lab', '--folder', join(folder, 'lab'), ...args]);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-lab-'));
  });
  after(async () => {
    stop.abort();
    await running;
    rmSync(folder, { recursive: true, force: true });
  });

  it('says what to do where none runs', async () => {
    const { status, err } = await lab('status');
    assert.equal(status, 1);
    assert.match(err, /No lab runs in .*: start it with ndmp lab\./);
    assert.match((await lab('password', 'backup')).err, /there is no lab in .* yet/);
    assert.ok(!existsSync(join(folder, 'lab')), 'asking makes no lab');
  });

  it('starts, prints how to connect, and runs until it is interrupted', async () => {
    const ready = new Promise<void>((resolve) => {
      const args = [
        'lab',
        '--folder',
        join(folder, 'lab'),
        '--port',
        '0',
        '--tls-port',
        '0',
        '--record',
        join(folder, 'run.pcapng'),
      ];
      running = ndmp(args, {
        signal: stop.signal,
        onOutput: (text) => {
          printed += text;
          if (printed.includes('Ctrl-C stops it')) resolve();
        },
      });
    });
    await Promise.race([ready, running]);
    assert.match(printed, /Everything here is simulated/);
    assert.match(printed, /With TLS from the first byte: [\d.]+:\d+ \(TLS\)/);
    assert.match(printed, /node-management LIF of cluster1-01 +[\d.]+:\d+ +admin, backup/);
  });

  it('gives a password that lets its user in', async () => {
    const { out } = await lab('password', 'backup');
    const status = JSON.parse((await lab('status', '--json')).out) as {
      simulated: boolean;
      lifs: { name: string; addresses: string[] }[];
    };
    assert.equal(status.simulated, true);
    const [host, port] = (status.lifs.find(({ name }) => name === 'cluster1-01_mgmt')?.addresses[0] ?? '').split(':');
    const login = { user: 'backup', password: out.trim() };
    const client = await NdmpClient.connect({ host, port: Number(port), version: 4, login });
    assert.match((await lab('sessions')).out, /cluster1-01_mgmt .* backup +no/);
    await client.close();
    const { err, status: code } = await lab('password', 'nobody');
    assert.equal(code, 2);
    assert.match(err, /there is no user "nobody"; there are admin, backup, vs1\/vsadmin/);
  });

  it('carries out commands, and says why not', async () => {
    const moved = await lab('move-volume', '/vs1/vol1', 'cluster1-02');
    assert.equal(moved.out, '/vs1/vol1 belongs to cluster1-02 now: its affinity has changed, and its path has not.\n');
    const again = await lab('move-volume', '/vs1/vol1', 'cluster1-02');
    assert.deepEqual([again.status, again.err], [1, 'ndmp: /vs1/vol1 is on cluster1-02 already.\n']);
    assert.equal((await lab('move-volume', '/vs1/vol1')).status, 2);
    assert.match((await lab('status')).out, /^\/vs1\/vol1 +cluster1-02/m);
    const { out: connect } = await lab('connect');
    assert.match(connect, /connect to/);
    const { lifs, logins, changer } = JSON.parse((await lab('connect', '--json')).out) as Record<string, unknown>;
    assert.deepEqual([(lifs as unknown[]).length, logins, changer], [9, ['md5'], 'mc0']);
    const { out: status } = await lab('status');
    assert.match(status, /^cartridges: LAB001L8@1024 /m);
    assert.match(status, /^ {2}LAB\d{3}L8@\d+/m, 'goes on in another line');
    const [, cartridges] = status.split('cartridges:');
    for (const line of cartridges.split('debug log')[0].split('\n')) assert.ok(line.length <= 80, line);
  });

  it('does not start twice in a folder, nor over a file that is there', async () => {
    const second = await lab('--port', '0');
    assert.equal(second.status, 1);
    assert.match(second.err, /A lab runs in .* already/);
    writeFileSync(join(folder, 'mine.pcapng'), 'mine');
    const over = await ndmp(['lab', '--folder', join(folder, 'other'), '--record', join(folder, 'mine.pcapng')]);
    assert.match(over.err, /mine\.pcapng exists already: name a new file/);
  });

  it('Ctrl-C stops it, and the recording is a capture', async () => {
    stop.abort();
    const { status, err } = await running;
    assert.equal(status, 0, err);
    assert.equal((await lab('status')).status, 1);
    const { out } = await ndmp(['sessions', join(folder, 'run.pcapng')]);
    assert.match(out, /md5 backup/);
  });

  it('every command of a running lab has help', async () => {
    const { out } = await ndmp(['lab', '--help']);
    for (const name of [
      'status',
      'sessions',
      'connect',
      'move-volume',
      'migrate-lif',
      'node-down',
      'node-up',
      'stop',
    ]) {
      assert.match(out, new RegExp(`^ {2}${name} `, 'm'));
      assert.equal((await ndmp(['lab', name, '--help'])).status, 0);
    }
  });

  it('wrong values are wrong use', async () => {
    for (const args of [['--nodes', '5'], ['--port', 'x'], ['--scope', 'all'], ['--drives', '0'], ['nonsense']])
      assert.equal((await lab(...args)).status, 2, args.join(' '));
    assert.match((await lab('nonsense')).err, /knows no command "nonsense": see ndmp lab --help/);
  });
});
