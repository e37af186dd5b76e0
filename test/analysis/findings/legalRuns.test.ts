import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Analysis } from '../../../src/analysis/analysis';
import type { Finding } from '../../../src/analysis/findings';
import type { NdmpVersion } from '../../../src/protocol';
import { Model } from './model';

const versions = fc.constantFrom<NdmpVersion>(2, 3, 4);
const choices = fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 60 });

/** An abort is news, but no fault: both runs may hold some. */
function findingsOf(model: Model): Finding[] {
  return new Analysis(model.play.session()).findings.filter(({ rule }) => rule !== 'job-aborted');
}

const brief = (findings: readonly Finding[]) => findings.map(({ rule, row, text }) => `${row} ${rule}: ${text}`);

describe('findings against a generated model of servers', () => {
  it('a legal run yields nothing', () => {
    fc.assert(
      fc.property(versions, fc.boolean(), choices, (version, local, steps) => {
        const model = new Model(version, local);
        const names = steps.map((choice) => model.legal(choice));
        assert.deepEqual(brief(findingsOf(model)), [], names.join(', '));
      }),
      { numRuns: 300 },
    );
  });

  it('one illegal step yields one finding, at its message', () => {
    fc.assert(
      fc.property(
        versions,
        fc.boolean(),
        choices,
        choices,
        fc.nat({ max: 1000 }),
        (version, local, before, after, odd) => {
          const model = new Model(version, local);
          const names = before.map((choice) => model.legal(choice));
          const { row, name } = model.illegal(odd);
          names.push(`ILLEGAL ${name}`, ...after.map((choice) => model.legal(choice)));
          const found = findingsOf(model);
          assert.deepEqual(
            found.map((each) => [each.rule, each.row]),
            [['illegal-state', row]],
            `${names.join(', ')}\n${brief(found).join('\n')}`,
          );
        },
      ),
      { numRuns: 400 },
    );
  });
});
