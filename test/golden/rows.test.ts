import assert from 'node:assert/strict';
import { errorName, messageName } from '../../src/protocol';
import { allCaptures } from './lib/collection';
import { assertSameRows, assertTruth, pairsOf, type Edited } from './lib/compare';
import { coreNames, ERROR_NAMES } from './lib/facts';
import { ourRows, sessionOf, type OurRow } from './lib/ourRows';
import { POLICIES } from './lib/policy';
import { ERROR_EXCEPTIONS } from './lib/tsharkErrors';
import { truthRows, tsharkRows } from './lib/tsharkRows';

/** Edits that change what the record of the original says. */
const EDITED: Record<string, Edited> = {
  'edited-port-reuse': { clientPort: 40_000 },
  'edited-rpc-fragments': { fragments: true },
};

describe('golden: messages of the captures', () => {
  const used = new Set<string>();
  const captures = allCaptures();

  for (const capture of captures) {
    const policy = POLICIES[capture.name];
    const truth = truthRows(capture);
    const theirs = tsharkRows(capture);
    const open = () => {
      const session = sessionOf(capture.path);
      return { session, rows: ourRows(session), payload: (row: OurRow) => session.record(row.row).payload };
    };

    if (truth) {
      it(`${capture.name}: every record of the original, in bytes and fragments`, () => {
        const { session, rows } = open();
        assertTruth(
          rows,
          truth,
          (row) => {
            const record = session.record(row.row);
            assert.equal(
              record.fragments.reduce((sum, each) => sum + each, 0),
              record.payload.length,
            );
            return [record.payload.length, record.fragments.length];
          },
          EDITED[capture.name],
        );
      });
    }

    if (theirs && (policy?.check === 'as-tshark' || (!policy && (!truth || truth.length === theirs.length)))) {
      it(`${capture.name}: ${policy ? policy.sentence : 'as tshark decodes them'}`, () => {
        const { rows, payload } = open();
        assertSameRows(rows, theirs, payload, used);
      });
      it(`${capture.name}: connections as tshark tells them apart`, () => {
        const { rows } = open();
        const ours = rows.map((row) => row.connection);
        const streams = theirs.map((row) => row.stream);
        assert.deepEqual(numbered(ours), numbered(streams));
      });
    }

    if (truth || !policy) {
      it(`${capture.name}: each reply belongs to its request, and nothing is called damaged`, () => {
        const { session, rows } = open();
        const pairs = pairsOf(rows);
        assert.deepEqual(
          rows.map((row) => row.pair),
          rows.map((row) => pairs.get(row.row) ?? -1),
        );
        const lossy = /^loss-before|conflicting/.test(capture.name);
        if (!lossy) assert.deepEqual(session.index.damage, []);
        assert.deepEqual(
          rows.filter((row) => row.problems.length > 0 && !lossy).map((row) => [row.row, row.problems]),
          [],
        );
      });
    }
  }

  it('the reasons to differ from tshark are all met', () => {
    assert.deepEqual([...used].sort(), ERROR_EXCEPTIONS.map((each) => each.what).sort());
  });

  it('names are those of the documents', () => {
    const wrong = new Set<string>();
    for (const capture of captures.filter((each) => !POLICIES[each.name])) {
      for (const row of ourRows(sessionOf(capture.path))) {
        const name = messageName(row.code, row.version as 4);
        if (!coreNames(row.code, row.version).includes(name))
          wrong.add(`${name} for ${row.code} of version ${row.version}`);
        for (const error of [row.headerError, row.bodyError]) {
          if (error !== undefined && errorName(error) !== ERROR_NAMES[error])
            wrong.add(`${errorName(error)}: ${error}`);
        }
      }
    }
    assert.deepEqual([...wrong], []);
  });
});

/** Numbers replaced by the order of their first appearance. */
function numbered(values: readonly number[]): number[] {
  const order = [...new Set(values)];
  return values.map((value) => order.indexOf(value));
}
