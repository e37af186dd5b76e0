import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainDefinition } from '../../../src/dma/servers/definitions';
import { Identities, type Met } from '../../../src/dma/servers/identities';
import { identityOf, isSameHost, type HostFacts } from '../../../src/dma/servers/identity';
import type { Sighting } from '../../../src/dma/servers/recognition';

const host = (hostname: string, hostId: string): HostFacts => ({ hostname, hostId, osType: 'X', osVersion: '1' });
const nodeA = host('node-a', '4012345678');
const nodeB = host('node-b', '4087654321');
const VOLUMES = ['/vs1/a 10', '/vs1/b 20', '/vs1/c 30'];

class Servers {
  readonly known = new Map<string, string>();
  serverIdentity = (name: string): Promise<string | undefined> => Promise.resolve(this.known.get(name));
  rememberServer = (name: string, identity: string): Promise<void> => {
    this.known.set(name, identity);
    return Promise.resolve();
  };
}

describe('dma: knowing servers again', () => {
  let folder: string;
  let catalog: Servers;
  let now = 0;
  let identities: Identities;
  let looks = 0;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-identities-'));
    [catalog, now, looks] = [new Servers(), 1e12, 0];
    identities = new Identities(join(folder, 'identities.json'), catalog, () => now);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function met(of: HostFacts, more: Partial<Sighting> = {}, addresses: string[] = []): Met {
    const sighting = { host: of, vendor: 'V', product: 'P', volumes: VOLUMES, isCluster: true, ...more };
    const look = (): Promise<Sighting> => {
      looks++;
      return Promise.resolve(sighting);
    };
    return { definition: { ...plainDefinition('filer', 'x'), addresses }, address: '192.0.2.1', host: of, look };
  }

  it('remembers a server at the first contact, and looks at its volumes once a day', async () => {
    assert.equal(await identities.confirm(met(nodeA)), '4012345678@node-a');
    assert.equal(catalog.known.get('filer'), '4012345678@node-a');
    await identities.confirm(met(nodeA));
    assert.equal(looks, 1);
    now += 25 * 3600 * 1000;
    await identities.confirm(met(nodeA));
    assert.equal(looks, 2);
  });

  it('knows a cluster again when another node answers with its volumes', async () => {
    await identities.confirm(met(nodeA));
    assert.equal(
      await identities.confirm(met(nodeB, { volumes: [...VOLUMES.slice(1), '/vs1/new 5'] })),
      '4012345678@node-a',
    );
    assert.equal(await identities.confirm(met(nodeB, { volumes: [] })), '4012345678@node-a');
    assert.equal(looks, 2);
  });

  it('knows a server with several addresses again by its volumes', async () => {
    await identities.confirm(met(nodeA, { isCluster: false }, ['b']));
    assert.equal(await identities.confirm(met(nodeB, { isCluster: false }, ['b'])), '4012345678@node-a');
  });

  const strangers: readonly [string, Partial<Sighting>][] = [
    ['is no cluster', { isCluster: false }],
    ['is of another make', { product: 'Q' }],
    ['has other volumes', { volumes: ['/vs2/a 10'] }],
    ['has volumes of the same names in other sizes', { volumes: VOLUMES.map((volume) => `${volume}9`) }],
    ['has no volumes', { volumes: [] }],
  ];
  for (const [what, more] of strangers)
    it(`refuses another host that ${what}`, async () => {
      await identities.confirm(met(nodeA));
      await assert.rejects(
        identities.confirm(met(nodeB, more)),
        /Another server answers for filer at 192\.0\.2\.1: it says it is 4087654321@node-b, and filer is known as 4012345678@node-a.*--forget/,
      );
      assert.equal(catalog.known.get('filer'), '4012345678@node-a');
    });

  it('takes whoever answers when the old one is to be forgotten', async () => {
    await identities.confirm(met(nodeA));
    identities.forget('filer');
    assert.equal(await identities.confirm(met(nodeB, { isCluster: false, volumes: [] })), '4087654321@node-b');
    assert.equal(await identities.confirm(met(nodeB)), '4087654321@node-b');
  });

  it('keeps to the host when what it knows beside the catalog is lost', async () => {
    await identities.confirm(met(nodeA));
    rmSync(join(folder, 'identities.json'));
    assert.equal(await identities.confirm(met(nodeA)), '4012345678@node-a');
    rmSync(join(folder, 'identities.json'));
    await assert.rejects(identities.confirm(met(nodeB)), /Another server/);
  });

  it('says when its file is none', async () => {
    writeFileSync(join(folder, 'identities.json'), '{"filer":{"identity":1}}');
    await assert.rejects(identities.confirm(met(nodeA)), /identities\.json is no list of known servers/);
  });

  it('does not take a host id that tells nothing for one', () => {
    assert.equal(identityOf(host('a', '')), '@a');
    assert.equal(identityOf(host('a', '007f0101')), '@a');
    assert.equal(identityOf(host(' a ', '0')), '@a');
    assert.ok(isSameHost('1@a', '1@b'));
    assert.ok(!isSameHost('@a', '@b'));
    assert.ok(!isSameHost('1@a', '2@a'));
  });
});
