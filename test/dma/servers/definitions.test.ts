import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressesOf, addressText, serverAddress } from '../../../src/dma/servers/addresses';
import { readServerBook } from '../../../src/dma/servers/book';
import { plainDefinition, readDefinitions } from '../../../src/dma/servers/definitions';
import { isInNetworks, isNetwork } from '../../../src/dma/servers/networks';

const list = (servers: unknown): string => JSON.stringify({ servers });

describe('dma: the list of servers', () => {
  it('completes what is said with what is usual', () => {
    const { servers, problems } = readDefinitions(list({ filer1: { host: '192.0.2.1' } }));
    assert.deepEqual(problems, []);
    assert.deepEqual(servers, [plainDefinition('filer1', '192.0.2.1')]);
  });

  it('reads every field', () => {
    const full = {
      host: 'filer.example.org',
      port: 10001,
      addresses: ['[2001:db8::1]:10002', '192.0.2.2'],
      tls: { ca: '/ca.pem', serverName: 'filer' },
      user: 'backup',
      auth: 'md5',
      version: 3,
      dataNetworks: ['10.0.0.0/8', '2001:db8::/32', '192.0.2.9'],
      filesystems: ['/vol/vol0'],
      tapes: ['nrst0a'],
      changers: ['mc0'],
      driveElements: { nrst0a: 256 },
      thisMachine: { library: '/tapes', devices: ['/dev/nst0'] },
    };
    const { servers, problems } = readDefinitions(list({ 'filer-1': full }));
    assert.deepEqual(problems, []);
    assert.deepEqual(servers, [{ name: 'filer-1', ...full }]);
    assert.deepEqual(addressesOf(servers[0]), [
      { host: 'filer.example.org', port: 10001 },
      { host: '2001:db8::1', port: 10002 },
      { host: '192.0.2.2', port: 10001 },
    ]);
    assert.equal(addressText({ host: '2001:db8::1', port: 1 }), '[2001:db8::1]:1');
  });

  it('uses the port for TLS with TLS, and needs no host for this machine', () => {
    const { servers } = readDefinitions(list({ a: { host: 'x', tls: true }, b: { thisMachine: { library: 'l' } } }));
    assert.equal(servers[0].port, 30000);
    assert.deepEqual(servers[0].tls, {});
    assert.deepEqual(servers[1].thisMachine, { library: 'l', devices: [] });
  });

  const wrong: readonly [string, unknown, RegExp][] = [
    ['a password', { host: 'x', password: 'secret' }, /f has "password": passwords are not kept in files/],
    ['an unknown field', { host: 'x', hots: 1 }, /f has "hots", which is not known here/],
    ['no host', {}, /f\.host has to be a text/],
    ['a port out of range', { host: 'x', port: 70000 }, /f\.port has to be a number from 1 to 65535/],
    ['an unknown login', { host: 'x', auth: 'kerberos' }, /f\.auth has to be one of auto, none, text, md5/],
    ['an unknown version', { host: 'x', version: 5 }, /f\.version has to be one of 2, 3, 4/],
    ['an address that is none', { host: 'x', addresses: ['a b'] }, /f has the address a b, which is none/],
    ['a network that is none', { host: 'x', dataNetworks: ['10.0.0.0/40'] }, /f has the data network 10\.0\.0\.0\/40/],
    [
      'an element that is none',
      { host: 'x', driveElements: { a: -1 } },
      /f\.driveElements has to be an object of numbers/,
    ],
    ['no object', 'x', /f is no object/],
    ['wrong TLS', { host: 'x', tls: 'yes' }, /f\.tls has to be an object with ca and serverName/],
    ['unknown TLS', { host: 'x', tls: { cert: 'x' } }, /f\.tls has "cert"/],
  ];
  for (const [what, fields, said] of wrong)
    it(`tells ${what}`, () => {
      const { servers, problems } = readDefinitions(list({ f: fields }));
      assert.deepEqual(servers, []);
      assert.match(problems.join('; '), said);
    });

  it('names a wrong name, and a list that is none', () => {
    assert.match(readDefinitions(list({ 'a/../b': { host: 'x' } })).problems.join(), /is no name for a server/);
    assert.match(readDefinitions('{}').problems.join(), /no object "servers"/);
    assert.match(readDefinitions('{').problems.join(), /it is no JSON/);
    assert.deepEqual(readDefinitions('{"servers":{"__proto__":{"host":"x"}}}').servers, []);
  });

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.json(), (text) => void readDefinitions(text)));
    fc.assert(fc.property(fc.json(), (fields) => void readDefinitions(`{"servers":{"f":${fields}}}`)));
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = serverAddress(text, 1);
        assert.ok(found === undefined || (found.host !== '' && found.port > 0));
      }),
    );
  });

  it('knows networks', () => {
    const networks = ['10.1.0.0/16', '192.0.2.9', '2001:db8::/32'];
    assert.deepEqual(
      ['10.1.2.3', '10.2.0.1', '192.0.2.9', '192.0.2.8', '2001:db8::5', '2001:db9::5', 'x'].map((each) =>
        isInNetworks(each, networks),
      ),
      [true, false, true, false, true, false, false],
    );
    assert.deepEqual(['10.0.0.0/33', '::/129', 'host', ''].map(isNetwork), [false, false, false, false]);
  });

  it('names the servers that there are, and the file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ndmp-book-'));
    const file = join(folder, 'ndmp-servers.json');
    try {
      writeFileSync(file, list({ filer1: { host: 'a' }, filer2: { host: 'b' } }));
      const book = await readServerBook(file);
      assert.equal(book.find('filer2').host, 'b');
      assert.throws(
        () => book.find('filer3'),
        /no server named filer3\. Did you mean filer1 or filer2\? In .*ndmp-servers\.json there are: filer1, filer2/,
      );
      writeFileSync(file, list({ filer1: { host: 'a', pwd: 'x' } }));
      await assert.rejects(readServerBook(file), /ndmp-servers\.json is wrong: filer1 has "pwd"/);
      await assert.rejects(readServerBook(join(folder, 'none')), /cannot be read/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
