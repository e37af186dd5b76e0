import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NdmpClient } from '../support/ndmpClient';
import { ndmp, type Outcome } from './harness';

const PASSWORD = 'a password';
const env = { NDMP_PASSWORD: PASSWORD };

/** Runs `ndmp serve` until `use` is done with it. */
async function serving(
  args: readonly string[],
  use: (ports: number[], out: string) => Promise<void>,
): Promise<Outcome> {
  const stop = new AbortController();
  let out = '';
  let ready: (() => void) | undefined;
  const isReady = new Promise<void>((resolve) => (ready = resolve));
  const onOutput = (text: string): void => {
    out += text;
    if (out.includes('ready\n')) ready?.();
  };
  const ended = ndmp(['serve', '--grace', '0', ...args], { env, signal: stop.signal, onOutput });
  try {
    await Promise.race([isReady, ended.then(({ err }) => assert.fail(err))]);
    await use(
      [...out.matchAll(/^listening on \S*:(\d+)/gm)].map(([, port]) => Number(port)),
      out,
    );
  } finally {
    stop.abort();
  }
  return ended;
}

describe('ndmp serve', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-serve-'));
    mkdirSync(join(folder, 'data'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const in_ = (...names: string[]): string => join(folder, ...names);

  it('serves a directory and a library that it makes, plain and by TLS, and records', async () => {
    const args = [
      '--root',
      in_('data'),
      '--library',
      in_('library'),
      '--slots',
      '3',
      '--drives',
      '1',
      '--record',
      in_('run.pcapng'),
    ];
    const listen = ['--listen', '127.0.0.1:0', '--tls-listen', 'localhost:0'];
    const outcome = await serving([...args, ...listen], async ([plain, secure], out) => {
      assert.match(out, new RegExp(`serving .*data\ndevice nst0 .*\ndevice mc0 `));
      const login = { user: 'ndmp', password: PASSWORD };
      const client = await NdmpClient.connect({ port: plain, version: 4, login: { ...login, kind: 'text' } });
      const { fs_info } = await client.expect('NDMP_CONFIG_GET_FS_INFO', {});
      assert.equal(fs_info[0].fs_logical_device.endsWith('data'), true);
      const { tape_info } = await client.expect('NDMP_CONFIG_GET_TAPE_INFO', {});
      assert.equal(tape_info[0].caplist[0].device, 'nst0');
      client.destroy();
      const tls = { rejectUnauthorized: false };
      const other = await NdmpClient.connect({ port: secure, host: 'localhost', tls, version: 3, login });
      await other.expect('NDMP_CONFIG_GET_SERVER_INFO', {});
      other.destroy();
    });
    assert.equal(outcome.status, 0);
    assert.doesNotMatch(outcome.err, new RegExp(PASSWORD));
    const recording = readFileSync(in_('run.pcapng'));
    assert.equal(recording.includes(PASSWORD), false);
    const decoded = await ndmp(['sessions', in_('run.pcapng')]);
    assert.match(decoded.out, /text/i);
    assert.equal(existsSync(in_('library', 'library.json')), true);
  });

  it('uses the library again that is there', async () => {
    const again = await serving(['--library', in_('library'), '--listen', '127.0.0.1:0'], (_ports, out) => {
      assert.match(out, /device nst0/);
      assert.doesNotMatch(out, /device nst1/);
      return Promise.resolve();
    });
    assert.equal(again.status, 0);
  });

  it('lets nobody in with another password or without one', async () => {
    await serving(['--root', in_('data'), '--listen', '127.0.0.1:0'], async ([port]) => {
      for (const kind of ['text', 'md5', 'none'] as const)
        await assert.rejects(
          NdmpClient.connect({ port, version: 4, login: { user: 'ndmp', password: 'wrong', kind } }),
        );
    });
  });

  describe('says what is wrong', () => {
    const wrong: readonly (readonly [title: string, args: () => string[], status: number, text: RegExp])[] = [
      ['nothing to serve', () => [], 2, /--root/],
      ['a directory that is not there', () => ['--root', in_('missing')], 1, /missing cannot be served/],
      ['a name that steps upwards', () => ['--root', `/a/../b=${in_('data')}`], 2, /plain absolute path/],
      ['a file in place of a directory', () => ['--root', in_('file')], 1, /it is no directory/],
      ['a damaged library', () => ['--library', in_('damaged')], 1, /damaged cannot be opened/],
      [
        'a certificate without its key',
        () => ['--root', in_('data'), '--tls-listen', '0', '--cert', 'x'],
        2,
        /go together/,
      ],
      ['a recording that is there', () => ['--root', in_('data'), '--record', in_('file')], 1, /never replaces/],
      ['a wrong address', () => ['--root', in_('data'), '--listen', 'a:b:c'], 2, /HOST:PORT/],
      ['an address of another machine', () => ['--root', in_('data'), '--listen', '192.0.2.1:0'], 1, /no such address/],
      ['an unknown bound', () => ['--root', in_('data'), '--limit', 'speed=1'], 2, /recordBytes/],
    ];
    before(() => {
      writeFileSync(in_('file'), 'x');
      mkdirSync(in_('damaged'));
      writeFileSync(in_('damaged', 'library.json'), '{"serial":');
    });
    for (const [title, args, status, text] of wrong) {
      it(title, async () => {
        const outcome = await ndmp(['serve', ...args()], { env });
        assert.match(outcome.err, text);
        assert.equal(outcome.status, status);
        assert.equal(outcome.out, '');
      });
    }

    it('no password', async () => {
      const outcome = await ndmp(['serve', '--root', in_('data')]);
      assert.equal(outcome.status, 2);
      assert.match(outcome.err, /NDMP_PASSWORD/);
    });

    it('a port that is taken', async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => taken.once('listening', resolve));
      const { port } = taken.address() as AddressInfo;
      try {
        const outcome = await ndmp(['serve', '--root', in_('data'), '--listen', `${port}`], { env });
        assert.equal(outcome.status, 1);
        assert.match(outcome.err, new RegExp(`127\\.0\\.0\\.1:${port}: another program does`));
      } finally {
        taken.close();
      }
    });
  });
});
