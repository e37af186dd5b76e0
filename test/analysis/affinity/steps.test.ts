import assert from 'node:assert/strict';
import * as act from '../../samples/cab/backup';
import { fsInfo, LOCAL, tapeInfo, VOLUMES } from '../../samples/cab/cluster';
import { logIn, selectCab } from '../../samples/cab/opening';
import { CAB_SAMPLES } from '../../samples/cab/samples';
import { indexed } from '../../support/indexed';
import { answer, told } from './support';

const WORK = { path: '/vs1/vol1', level: '0' };

describe('affinity: steps of a connection', () => {
  it('shows bytes that nobody can explain as bytes', () => {
    const session = told((story) => {
      const speaker = story.connect('192.0.2.50');
      logIn(speaker, 'cluster1-01');
      selectCab(speaker);
      const body = { addr_type: LOCAL, bu_type: 'dump', env: act.environment(WORK) };
      speaker.ask('NDMP_CAB_DATA_CONN_PREPARE', body, { error: 0 }, { rest: Uint8Array.of(0xde, 0xad, 0xbe, 0xef) });
      speaker.close();
    });
    const step = answer(session).steps.find(({ text }) => text.startsWith('CAB_DATA_CONN_PREPARE'));
    assert.equal(step?.text, 'CAB_DATA_CONN_PREPARE, /vs1/vol1, LOCAL (inferred): accepted');
    assert.deepEqual(
      step?.notes.map(({ text }) => text),
      ['4 bytes after the error of the reply, not publicly documented: deadbeef'],
    );
  });

  it('says what is wrong with a second selection and with another volume than the prepared one', () => {
    const session = told((story) => {
      const speaker = story.connect('192.0.2.50');
      logIn(speaker, 'cluster1-01');
      selectCab(speaker);
      selectCab(speaker);
      act.prepare(speaker, LOCAL, WORK);
      act.dataConnect(speaker, act.local);
      const env = act.environment({ path: '/vs1/home', level: '0' });
      speaker.ask('NDMP_DATA_START_BACKUP', { bu_type: 'dump', env }, { error: 9 });
      speaker.close();
    });
    const notes = answer(session).steps.flatMap((step) => step.notes.map(({ text }) => text));
    assert.deepEqual(notes, [
      'A second selection on one connection is not legal.',
      'Same type as prepared.',
      'Another volume than the prepared /vs1/vol1.',
    ]);
  });

  it('takes what was not captured for not told, not for not said', () => {
    const whole = CAB_SAMPLES['cluster-aware']();
    const withoutStart = told((story) => {
      const speaker = story.connect('192.0.2.50');
      speaker.ask('NDMP_CONFIG_GET_FS_INFO', {}, fsInfo(VOLUMES, false));
      speaker.close();
    });
    assert.equal(answer(withoutStart).cab.state, 'off', 'the beginning was seen, and nobody asked');
    const cut = indexed(whole);
    cut.index.connections[0].started = 'missing';
    assert.equal(answer(cut, { connection: 0 }).cab.state, 'on', 'the selection itself was seen');
  });
});

describe('affinity: every pair', () => {
  it('stands in a row for volumes that the rules treat alike', () => {
    const session = told((story) => {
      const speaker = story.connect('192.0.2.50');
      logIn(speaker, 'cluster1-01');
      selectCab(speaker);
      const [here, , there] = fsInfo(VOLUMES, true).fs_info;
      const many = [here, there].flatMap((volume, v) =>
        Array.from({ length: 1000 }, (_, i) => ({ ...volume, fs_logical_device: `/vs1/v${v}_${i}` })),
      );
      speaker.ask('NDMP_CONFIG_GET_FS_INFO', {}, { error: 0, fs_info: many });
      speaker.ask('NDMP_CONFIG_GET_TAPE_INFO', {}, tapeInfo(true));
      speaker.close();
    });
    const { everyPair } = answer(session);
    assert.deepEqual(
      everyPair.rows.map(({ volumes, ways }) => [volumes.node, volumes.count, ...ways]),
      [
        ['Node A', 1000, 'local'],
        ['Node B', 1000, 'three-way'],
      ],
    );
    assert.deepEqual(
      everyPair.drives.map(({ names, count }) => [...names, count]),
      [['nrst0l', 1]],
    );
  });

  it('tells the same as the pair itself, from every connection and as of every job', () => {
    const session = indexed(CAB_SAMPLES['cluster-aware']());
    for (const connection of [0, 2, 4, 6])
      for (const job of [0, 3]) {
        const { nodes, everyPair } = answer(session, { connection, job });
        const things = nodes.flatMap((node) => node.things);
        const [drive] = things.filter(({ kind }) => kind === 'tapes');
        for (const volume of things.filter(({ kind }) => kind === 'volumes')) {
          const { pair } = answer(session, { connection, job, volume: volume.id, drive: drive.id });
          const row = everyPair.rows.find(({ volumes }) => volumes.names.includes(volume.name));
          assert.equal(row?.ways[0], pair?.verdict.way, `${volume.name} from ${connection} at ${job}`);
          assert.equal(volume.way, pair?.verdict.way);
        }
      }
  });
});
