import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainDefinition } from '../../../src/dma/servers/definitions';
import { environmentPasswords } from '../../../src/dma/servers/passwords';
import { filePins } from '../../../src/dma/servers/pins';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

describe('dma: accepted certificates', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ndmp-pins-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are kept by server and address, in a file of the user alone', async () => {
    const file = join(folder, 'home', 'pins.json');
    const pins = filePins(file);
    assert.equal(await pins.find('filer', 'x:1'), undefined);
    await Promise.all([pins.keep('filer', 'x:1', A), pins.keep('filer', 'x:2', B), pins.keep('other', 'x:1', B)]);
    assert.equal(await pins.find('filer', 'x:1'), A);
    assert.deepEqual(await pins.known('filer'), [A, B]);
    assert.equal(await filePins(file).find('other', 'x:1'), B);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(folder, 'home')), ['pins.json']);
    assert.equal(await pins.forget('filer'), 2);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { other: { 'x:1': B } });
    assert.equal(await pins.find('constructor', 'name'), undefined);
  });

  for (const text of ['{', '[]', '{"filer":"x"}', '{"filer":{"x:1":"short"}}'])
    it(`are not taken from a file with ${text}`, async () => {
      const file = join(folder, 'pins.json');
      writeFileSync(file, text);
      await assert.rejects(filePins(file).find('filer', 'x:1'), /pins\.json is no/);
      await assert.rejects(filePins(file).keep('filer', 'x:1', A), /pins\.json is no/);
    });

  it('tell when they cannot be kept', async () => {
    writeFileSync(join(folder, 'file'), '');
    await assert.rejects(filePins(join(folder, 'file', 'pins.json')).keep('f', 'x', A), /cannot be (read|written)/);
  });
});

describe('dma: passwords', () => {
  const filer = plainDefinition('filer-1', 'x');

  it('come from the variable of the server, then from what was given, then from the common variable', async () => {
    const env = { NDMP_PASSWORD_FILER_1: 'own', NDMP_PASSWORD: 'common' };
    const given = (): Promise<string> => Promise.resolve('given');
    assert.equal(await environmentPasswords(env, given)(filer), 'own');
    assert.equal(await environmentPasswords(env, given)({ ...filer, name: 'x' }), 'given');
    assert.equal(await environmentPasswords(env)({ ...filer, name: 'x' }), 'common');
    assert.equal(await environmentPasswords({ NDMP_PASSWORD: '' })(filer), undefined);
  });
});
