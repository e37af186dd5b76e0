import assert from 'node:assert/strict';
import { planBackup } from '../../../src/dma/plan/plan';
import { fittingRows } from '../../../src/dma/plan/way';
import { LIF_ROWS, wayRow, type LifRow, type Relation } from '../../../src/protocol';
import { drive, fileSystem, planInputs, report } from '../../support/planInputs';

/** What a cluster shows at a LIF by the table. */
function shown({ cab, tapes, types }: LifRow, affinity: string | undefined) {
  return report({
    vendor: 'NetApp',
    product: 'ONTAP',
    extensions: cab ? [{ class: 0x2052, versions: [1] }] : [],
    inForce: cab ? [{ class: 0x2052, version: 1 }] : [],
    connectionTypes: types.map((type) => type.replace('/', '_').toUpperCase()),
    fileSystems: [fileSystem('/vs1/vol1', affinity)],
    tapes: tapes === 'none' ? [] : report().tapes,
  });
}

const AFFINITIES: Record<Relation, [string | undefined, string | undefined]> = {
  equal: ['A', 'A'],
  different: ['A', 'B'],
  missing: ['A', undefined],
};
const JOB = { sources: ['/vs1/vol1'] };

describe("the way of the data by NetApp's table of LIFs", () => {
  for (const row of LIF_ROWS) {
    it(`${row.id}: is known again by what is shown`, () => {
      assert.ok(fittingRows(shown(row, undefined)).includes(row));
    });

    if (row.tapes === 'none') {
      it(`${row.id}: has no drives, and says so; with a tape server it is three-way`, () => {
        const data = shown(row, undefined);
        const alone = planBackup(planInputs({ data, drives: [], job: JOB }));
        assert.match(alone.refusals.join(), /shows no tape drive.*data LIF never shows drives/);
        const tape = report({ server: 'tape1', address: '192.0.2.20', identity: '2@tape1' });
        const [source] = planBackup(planInputs({ data, tape, job: JOB })).sources;
        assert.equal(source.path, 'three-way');
      });
      continue;
    }

    const relations: Relation[] = row.cab ? ['equal', 'different', 'missing'] : ['missing'];
    for (const relation of relations)
      it(`${row.id}, affinity ${relation}: goes the way of the table`, () => {
        const [volume, ofDrive] = AFFINITIES[relation];
        const data = shown(row, row.cab ? volume : undefined);
        const drives = [drive({ affinity: row.cab ? ofDrive : undefined })];
        const [source] = planBackup(planInputs({ data, drives, job: JOB })).sources;
        const { way } = wayRow(row.lif, row.cab, relation);
        assert.equal(source.path, way === 'local' ? 'local' : 'three-way');
        assert.equal(source.prepare, row.cab);
      });
  }
});
