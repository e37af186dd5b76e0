import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createLibrary } from '../../src/server/library/open';
import { FakeServer } from '../support/fakeServer';
import { LAB_PASSWORD, TestLab } from '../support/lab';
import { PASSWORD, TestServer } from '../support/testServer';
import { ndmp, type Circumstances, type Outcome } from './harness';

describe('ndmp query', () => {
  let folder: string;
  let home: string;
  let server: TestServer;

  before(async () => {
    server = await TestServer.start({ tls: true, library: { slots: 2, drives: 1 } });
  });
  after(() => server.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-query-'));
    home = join(folder, 'home');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const query = (args: readonly string[], more: Circumstances = {}): Promise<Outcome> =>
    ndmp(['query', ...args], { env: { NDMP_HOME: home, NDMP_PASSWORD: PASSWORD }, ...more });

  function servers(list: object): string[] {
    const file = join(folder, 'servers.json');
    writeFileSync(file, JSON.stringify({ servers: list }));
    return ['--servers', file];
  }

  it('shows what a server at an address tells, and keeps nothing of it', async () => {
    const { out, err, status } = await query([`127.0.0.1:${server.port}`]);
    assert.equal(err, '');
    assert.equal(status, 0);
    assert.match(out, /^127\.0\.0\.1:\d+ {2}127\.0\.0\.1:\d+, NDMP v4, login md5\n/);
    assert.match(out, /^ {2}logins +text, md5$/m);
    assert.match(out, /^1 file system\n {2}path +type +size +used +status\n {2}\S*export +local/m);
    assert.match(out, /^2 backup types\n {2}tar {2}backup filelist/m);
    assert.match(out, /^1 tape drive\n {2}device +model\n {2}nst0 +Virtual$/m);
    assert.match(out, /^1 media changer\n/m);
    assert.ok(!existsSync(join(home, 'catalog.db')));
  });

  it('fits a narrow terminal', async () => {
    const { out } = await query([`127.0.0.1:${server.port}`], { terminal: 60 });
    const plain = out.replaceAll(/\u001b\[\d+m/g, '').split('\n');
    const table = plain.filter((line) => /nst0|mc0|export/.test(line));
    assert.ok(table.length >= 3 && table.every((line) => line.length <= 60));
  });

  it('prints JSON', async () => {
    const { lines, status } = await query([
      `127.0.0.1:${server.port}`,
      '--json',
      '--ndmp-version',
      '3',
      '--auth',
      'text',
    ]);
    assert.equal(status, 0);
    assert.equal(lines.length, 1);
    const report = JSON.parse(lines[0]) as Record<string, unknown> & { fileSystems: Record<string, unknown>[] };
    assert.equal(report.version, 3);
    assert.equal(report.auth, 'text');
    assert.match(String(report.fileSystems[0].totalSize), /^\d+$/);
    assert.equal(report.fileSystems[0].affinity, null);
  });

  it('asks a server of the list, with a password of its own', async () => {
    const list = servers({ 'filer-1': { host: '127.0.0.1', port: server.port, user: 'ndmp' } });
    const { out, status } = await query(['filer-1', ...list], {
      env: { NDMP_HOME: home, NDMP_PASSWORD_FILER_1: PASSWORD },
    });
    assert.equal(status, 0);
    assert.match(out, /^filer-1 {2}127/);
    assert.ok(existsSync(join(home, 'catalog.db')));
    assert.ok(existsSync(join(home, 'identities.json')));
  });

  it('takes the password from standard input', async () => {
    const stdin = Readable.from([`${PASSWORD}\r\n`]);
    const env = { NDMP_HOME: home };
    const { status } = await query([`127.0.0.1:${server.port}`, '--password-stdin'], { stdin, env });
    assert.equal(status, 0);
    const none = await query([`127.0.0.1:${server.port}`, '--password-stdin'], { env });
    assert.equal(none.status, 1);
    assert.match(none.err, /no password on standard input/);
  });

  it('records what is said', async () => {
    const { err } = await query([`127.0.0.1:${server.port}`, '--record']);
    assert.match(err, /^recorded: .*\.pcapng\nlog: .*\.log\n$/);
    const [log, recording] = readdirSync(join(home, 'runs')).sort();
    assert.match(log, /-query-127\.0\.0\.1_\d+\.log$/);
    const { out } = await ndmp(['sessions', join(home, 'runs', recording)]);
    assert.match(out, /md5/i);
  });

  it('accepts a certificate that is named, knows it again, and forgets it', async () => {
    const list = servers({ secure: { host: '127.0.0.1', port: server.tlsPort, tls: true } });
    const strange = await query(['secure', ...list]);
    assert.equal(strange.status, 1);
    const [, fingerprint] = /--trust ([0-9a-f]{64})/.exec(strange.err) ?? [];
    const wrong = await query(['secure', ...list, '--trust', 'a'.repeat(64)]);
    assert.equal(wrong.status, 1);
    assert.match(wrong.err, /certificate of secure was not accepted/);
    const trusted = await query([
      'secure',
      ...list,
      '--trust',
      (fingerprint.match(/../g) ?? []).join(':').toUpperCase(),
    ]);
    assert.equal(trusted.status, 0, trusted.err);
    assert.match(trusted.out, /over TLS/);
    assert.equal((await query(['secure', ...list])).status, 0);
    assert.equal((await query(['secure', ...list, '--forget'])).status, 1);
    assert.equal((await query([`127.0.0.1:${server.tlsPort}`, '--tls', '--trust', fingerprint])).status, 0);
  });

  it('shows affinity in a cluster', async () => {
    const lab = await TestLab.start();
    try {
      const file = join(lab.folder, 'lab', 'ndmp-servers.json');
      const env = { NDMP_HOME: home, NDMP_PASSWORD: LAB_PASSWORD };
      const { out, status } = await query(['cluster1', '--servers', file], { env });
      assert.equal(status, 0);
      assert.match(out, /0x2052 v1 \(Cluster Aware Backup, CAB, selected\)/);
      assert.match(out, /path +type +size +used +status +affinity/);
      assert.match(out, /^2 tape drives\n.*\n {2}nrst0a .* rst0\[lmha\] nrst0\[lmh\] urst0\[lmha\]$/m);
    } finally {
      await lab.remove();
    }
  });

  it('asks the drives of this machine', async () => {
    const library = join(folder, 'tapes');
    await (await createLibrary(library, { slots: 2, devices: ['nst0'], cartridges: [] })).close();
    const list = servers({ here: { thisMachine: { library } } });
    const { out, status, err } = await query(['here', ...list], { env: { NDMP_HOME: home } });
    assert.equal(status, 0, err);
    assert.match(out, /^1 tape drive\n.*\n {2}nst0/m);
  });

  const wrong: readonly [string, () => string[], number, RegExp][] = [
    [
      'nobody listens',
      () => ['127.0.0.1:1'],
      1,
      /^ndmp: 127\.0\.0\.1:1 cannot be reached\. .*nothing listens there\.\n$/,
    ],
    ['no such name', () => ['no such'], 2, /no such is no server/],
    [
      'a wrong list',
      () => ['a', ...servers({ a: { host: 'x', password: 'y' } })],
      1,
      /passwords are not kept in files/,
    ],
    [
      'a wrong login',
      () => ['a', ...servers({ a: { host: '127.0.0.1', port: server.port, user: 'x' } })],
      1,
      /does not let x in/,
    ],
    ['a fingerprint that is none', () => ['a', '--trust', '12'], 2, /64 hexadecimal digits/],
    ['an unknown login', () => ['a', '--auth', 'x'], 2, /Allowed choices are/],
  ];
  for (const [what, args, expected, said] of wrong)
    it(`says what is wrong: ${what}`, async () => {
      const { status, err, out } = await query(args());
      assert.equal(status, expected, err);
      assert.match(err, said);
      assert.equal(out, '');
    });

  it('shows nothing of a server that could control the terminal', async () => {
    const fake = await FakeServer.start({
      answers: {
        NDMP_CONFIG_GET_SERVER_INFO: () => ({ auth_type: [0], vendor_name: 'a\u001b[2Jb' }),
        NDMP_CONFIG_GET_HOST_INFO: () => ({ hostname: 'x\ny' }),
        NDMP_CONFIG_GET_TAPE_INFO: () => ({
          tape_info: [{ model: 'm\u0007', caplist: [{ device: 'd\r', attr: 0, capability: [] }] }],
        }),
      },
    });
    try {
      const { out, status } = await query([`127.0.0.1:${fake.port}`]);
      assert.equal(status, 0);
      assert.ok(!/[\u0000-\u0009\u000b-\u001f]/.test(out));
      assert.match(out, /a\\x1b\[2Jb/);
    } finally {
      await fake.stop();
    }
  });

  it('ends at once on Ctrl-C', async () => {
    const silent = await FakeServer.start({ answers: { NDMP_CONNECT_OPEN: () => 'silence' } });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 100);
    try {
      const { status } = await query([`127.0.0.1:${silent.port}`], { signal: abort.signal });
      assert.equal(status, 130);
    } finally {
      await silent.stop();
    }
  });
});
