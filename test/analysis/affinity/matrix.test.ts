import assert from 'node:assert/strict';
import type { LifType } from '../../../src/analysis/affinity';
import * as act from '../../samples/cab/backup';
import { EXTENSIONS, fsInfo, LOCAL, NODES, tapeInfo, TCP, VOLUMES } from '../../samples/cab/cluster';
import type { Story } from '../../samples/cab/nights';
import { logIn } from '../../samples/cab/opening';
import type { Speaker } from '../../samples/cab/speaker';
import { answer, thingOf, told } from './support';

/** NetApp's table, written down a second time: who sees tapes, and whether LOCAL is possible. */
const ROWS: readonly { lif: LifType; cab: boolean; tapes: boolean }[] = [
  { lif: 'node-management', cab: false, tapes: true },
  { lif: 'node-management', cab: true, tapes: true },
  { lif: 'data', cab: false, tapes: false },
  { lif: 'data', cab: true, tapes: false },
  { lif: 'cluster-management', cab: false, tapes: false },
  { lif: 'cluster-management', cab: true, tapes: true },
  { lif: 'intercluster', cab: false, tapes: true },
  { lif: 'intercluster', cab: true, tapes: true },
];
const AFFINITIES = ['equal', 'different', 'missing'] as const;
const PREPARES = ['right', 'wrong', 'missing'] as const;
const SELECTIONS = ['A', 'B', 'none'] as const;

interface Case {
  row: (typeof ROWS)[number];
  affinity: (typeof AFFINITIES)[number];
  prepare: (typeof PREPARES)[number];
  selection: (typeof SELECTIONS)[number];
}

const CONTROL = '192.0.2.70';
const OTHER = '192.0.2.71';
const CLASS_NOT_SUPPORTED = 27;
const NOT_SUPPORTED = 1;
const PRECONDITION = 26;
const VOLUME = '/vs1/vol1';

/** Classes of a selection laid out as the reply to GET_EXT_LIST. */
function formB(): Uint8Array {
  const words = Buffer.alloc(20);
  [0, 1, 0x2052, 1, 1].forEach((word, i) => words.writeUInt32BE(word, i * 4));
  return words;
}

function select(speaker: Speaker, { row, selection }: Case): void {
  const classes = row.cab ? EXTENSIONS.class_list : [{ class_id: 0x2050, versions: [3] }];
  speaker.ask('NDMP_CONFIG_GET_EXT_LIST', {}, { error: 0, class_list: classes });
  const reply = { error: row.cab ? 0 : CLASS_NOT_SUPPORTED };
  if (selection === 'A')
    speaker.ask('NDMP_CONFIG_SET_EXT_LIST', { selected: [{ class_id: 0x2052, version: 1 }] }, reply);
  if (selection === 'B')
    speaker.answer(speaker.raw('NDMP_CONFIG_SET_EXT_LIST', formB()), 'NDMP_CONFIG_SET_EXT_LIST', reply);
}

/** A session in which the volume is on node 1 and the drive there, elsewhere, or nobody knows where. */
function session(each: Case) {
  const { row, affinity, prepare } = each;
  const given = row.cab && affinity !== 'missing';
  const node = affinity === 'different' ? 'cluster1-02' : 'cluster1-01';
  return told((story: Story) => {
    const volumes = [{ ...VOLUMES[0], node } as const];
    const speaker = story.connect(CONTROL);
    logIn(speaker, 'cluster1-01');
    select(speaker, each);
    speaker.ask('NDMP_CONFIG_GET_FS_INFO', {}, fsInfo(volumes, given));
    speaker.ask('NDMP_CONFIG_GET_TAPE_INFO', {}, tapeInfo(given, row.tapes));
    if (!row.tapes) {
      const other = story.connect(OTHER);
      logIn(other, 'cluster1-01');
      other.ask('NDMP_CONFIG_GET_TAPE_INFO', {}, tapeInfo(false));
      other.close();
    }
    const work = { path: VOLUME, level: '0' };
    const body = { addr_type: prepare === 'right' ? TCP : LOCAL, bu_type: 'dump', env: act.environment(work) };
    if (prepare !== 'missing')
      speaker.ask('NDMP_CAB_DATA_CONN_PREPARE', body, { error: 0 }, { headerError: row.cab ? 0 : NOT_SUPPORTED });
    const refused = row.cab && prepare === 'wrong';
    act.dataConnect(speaker, act.tcp('192.0.2.80', 18_600), refused ? PRECONDITION : 0);
    speaker.close();
  });
}

/** Whether CAB is on, as the messages tell it. */
function expectedCab({ row, affinity, prepare, selection }: Case): string {
  if (!row.cab) return 'off';
  // affinity, and an accepted PREPARE, exist with CAB only
  return selection === 'A' || affinity !== 'missing' || prepare !== 'missing' ? 'on' : 'unknown';
}

function expectedWay(each: Case): string {
  const { row, affinity } = each;
  if (!row.tapes) return 'three-way';
  if (!row.cab) return 'local';
  if (expectedCab(each) === 'unknown') return 'unknown';
  return { equal: 'local', different: 'three-way', missing: 'unknown' }[affinity];
}

/** What is said of the DATA_CONNECT. */
function expectedNote(each: Case): RegExp | undefined {
  const { row, prepare } = each;
  if (row.cab && prepare === 'right') return /^Same type as prepared\.$/;
  if (row.cab && prepare === 'wrong') return /^LOCAL was prepared \(inferred\).* That is what the error means\.$/;
  return expectedCab(each) === 'on' ? /^No CAB_DATA_CONN_PREPARE before it/ : undefined;
}

describe('affinity: every row of the table, every affinity, every preparation, every selection', () => {
  for (const row of ROWS)
    it(`${row.lif} LIF ${row.cab ? 'with' : 'without'} CAB`, () => {
      for (const affinity of AFFINITIES)
        for (const prepare of PREPARES)
          for (const selection of SELECTIONS) check({ row, affinity, prepare, selection });
    });
});

function check(each: Case): void {
  const { row, affinity, prepare, selection } = each;
  const what = `affinity ${affinity}, PREPARE ${prepare}, SET ${selection}`;
  const settings = { lifs: { [CONTROL]: { type: row.lif } }, keys: [] };
  const found = answer(session(each), { settings, connection: 0 });
  assert.equal(found.cab.state, expectedCab(each), `CAB: ${what}`);
  assert.equal(found.pair?.verdict.way, expectedWay(each), `way: ${what}`);
  assert.equal(thingOf(found, VOLUME).way, expectedWay(each), `card: ${what}`);
  const holds = found.lifRows.filter(({ applies }) => applies === 'holds').map(({ lif, cab }) => `${lif} ${cab}`);
  const isTold = expectedCab(each) !== 'unknown';
  assert.deepEqual(holds, isTold ? [`${row.lif} ${row.cab}`] : [], `row: ${what}`);
  const join = found.steps.find(({ text }) => text.startsWith('DATA_CONNECT'));
  const note = expectedNote(each);
  assert.equal(join?.notes.length, note === undefined ? 0 : 1, `notes: ${what}`);
  if (note !== undefined) assert.match(join?.notes[0].text ?? '', note, what);
  const nodes = found.nodes.filter(({ key }) => key !== undefined).map(({ key }) => key);
  const given = row.cab && affinity !== 'missing';
  const both = [NODES['cluster1-02'], NODES['cluster1-01']].map((value) => `X-SIM-AFFINITY=${value}`);
  const expected = !given
    ? []
    : affinity === 'different' && row.tapes
      ? both
      : affinity === 'different'
        ? [both[0]]
        : [both[1]];
  assert.deepEqual(nodes, expected, `nodes: ${what}`);
}
