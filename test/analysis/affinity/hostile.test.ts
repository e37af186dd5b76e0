import assert from 'node:assert/strict';
import type { BodyOf } from '../../../src/protocol';
import { CAB_SAMPLES } from '../../samples/cab/samples';
import { fsInfo, tapeInfo, VOLUMES } from '../../samples/cab/cluster';
import { logIn, selectCab } from '../../samples/cab/opening';
import { tryIndex } from '../../support/indexed';
import { affinityLines } from '../../../src/cli/output/affinityText';
import { styleFor } from '../../../src/cli/terminal/style';
import type { Io } from '../../../src/cli/terminal/io';
import { answer, NONE, textsOf, thingOf, told, wayBetween } from './support';

type FsInfo = BodyOf<'NDMP_CONFIG_GET_FS_INFO', 4, 'reply'>['fs_info'];

/** A session that lists these volumes and the one drive. */
function listing(volumes: FsInfo, host: 'cluster1-01' = 'cluster1-01') {
  return told((story) => {
    const speaker = story.connect('192.0.2.70');
    logIn(speaker, host);
    selectCab(speaker);
    speaker.ask('NDMP_CONFIG_GET_FS_INFO', {}, { error: 0, fs_info: volumes });
    speaker.ask('NDMP_CONFIG_GET_TAPE_INFO', {}, tapeInfo(true));
    speaker.close();
  });
}

const [volume] = fsInfo(VOLUMES.slice(0, 1), true).fs_info;
const named = (name: string, fs_env = volume.fs_env) => ({ ...volume, fs_logical_device: name, fs_env });
const plain = styleFor({ stdout: {}, env: {} } as Io);

describe('affinity: hostile captures', () => {
  it('names of a megabyte, markup and control characters are shown as text of bounded length', () => {
    const bad = `<img src=x onerror=alert(1)>\u001b[31m\u202e\n${'x'.repeat(1 << 20)}`;
    const session = listing([
      named(bad),
      named('/vs1/vol1', [
        { name: `affinity${bad}`, value: bad },
        { name: bad, value: bad },
      ]),
    ]);
    const found = answer(session);
    for (const text of textsOf({ ...found, nodes: found.nodes.map(({ key: _key, ...rest }) => rest) })) {
      assert.ok(text.length <= 1000, 'bounded');
      assert.ok(!/[\u0000-\u001f\u202e]/.test(text), 'escaped');
    }
    for (const line of affinityLines('x', found, plain, undefined)) assert.ok(!/[\u0000-\u001f\u202e]/.test(line));
  });

  it('names of object members are names like others', () => {
    const session = listing(['__proto__', 'constructor', 'toString', ''].map((name) => named(name)));
    const found = answer(session, { settings: { lifs: {}, keys: ['__proto__', 'constructor'] } });
    assert.equal(found.volumes, 4);
    assert.equal(thingOf(found, '__proto__').way, 'local');
  });

  it('an affinity without a value says nothing', () => {
    const session = listing([named('/vs1/vol1', [{ name: 'AFFINITY', value: '' }])]);
    assert.equal(wayBetween(session, '/vs1/vol1', 'nrst0l'), 'unknown');
  });

  it('affinities under different names are not compared', () => {
    const [{ value }] = tapeInfo(true).tape_info[0].caplist[0].capability.filter(({ name }) => /AFFIN/.test(name));
    const session = listing([named('/vs1/vol1', [{ name: 'OTHER-AFFINITY', value }])]);
    assert.equal(wayBetween(session, '/vs1/vol1', 'nrst0l'), 'unknown');
    assert.match(answer(session).pair?.verdict.reasons[0].text ?? '', /under different names/);
  });

  it('of two affinities of a volume both have to fit', () => {
    const two = [...volume.fs_env, { name: 'X-SIM-AFFINITY', value: 'another' }];
    assert.equal(wayBetween(listing([named('/vs1/vol1', two)]), '/vs1/vol1', 'nrst0l'), 'three-way');
  });

  it('a name that the user gives counts as affinity, and nothing else does', () => {
    const location = (value: string) => [{ name: 'LOCATION', value }];
    const session = listing([named('/vs1/a', location('1')), named('/vs1/b', location('2')), named('/vs1/c', [])]);
    const without = answer(session);
    assert.ok(without.nodes.every(({ things, key }) => key !== undefined || things.length === 3));
    assert.deepEqual(without.pairNames, ['EXECUTE_CDB', 'LOCATION', 'SERIAL_NUMBER']);
    const withKey = answer(session, { settings: { lifs: {}, keys: ['LOCATION'] } });
    assert.deepEqual(
      withKey.nodes
        .map(({ things }) => things.filter(({ kind }) => kind === 'volumes').map(({ name }) => name))
        .filter((list) => list.length > 0),
      [['/vs1/a'], ['/vs1/b'], ['/vs1/c']],
    );
  });

  it('thousands of volumes are counted, and cards stay short', () => {
    const session = listing(Array.from({ length: 5000 }, (_, i) => named(`/vs1/vol${i}`)));
    const found = answer(session);
    assert.equal(found.volumes, 5000);
    const shown = found.nodes.flatMap(({ things }) => things);
    assert.ok(shown.length < 300);
    assert.equal(found.nodes[0].more.volumes, 4800);
    const searched = answer(session, { find: 'VOL4999' });
    assert.ok(searched.nodes[0].things.some(({ name }) => name === '/vs1/vol4999'));
  });

  it('asks that name what is not there are answered', () => {
    const session = listing([named('/vs1/vol1')]);
    for (const ask of [
      { job: 99 },
      { connection: 99 },
      { connection: -5 },
      { volume: -1, drive: 1e9 },
      { volume: Number.NaN },
      { find: '\u0000' },
    ])
      assert.equal(answer(session, ask).connections.length, 1);
    const settings = {
      lifs: { '192.0.2.70': { type: 'data' as const, node: 'nowhere', svm: '' } },
      keys: [''],
      role: 'svm' as const,
    };
    assert.equal(
      answer(session, { settings, whatIf: { lifNode: 'x', volumeNode: 'y', svm: 'z' } }).connections.length,
      1,
    );
  });

  it('a capture with flipped bytes, or cut anywhere, is answered', () => {
    const whole = CAB_SAMPLES['not-selected']();
    let seed = 12_345;
    const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) % below;
    for (let run = 0; run < 120; run++) {
      const bytes = Uint8Array.from(run % 3 === 0 ? whole.subarray(0, 100 + random(whole.length - 100)) : whole);
      for (let flips = 0; flips < 12; flips++)
        bytes[200 + random(bytes.length - 200 > 0 ? bytes.length - 200 : 1)] ^= 1 << random(8);
      const session = tryIndex(bytes);
      if (session === undefined) continue;
      const found = answer(session, { settings: NONE, job: 0, whatIf: { cab: true } });
      affinityLines('x', found, plain, 80);
      structuredClone(found);
    }
  });
});
