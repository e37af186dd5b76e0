import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { complaint } from './story';

const manual = readFileSync('docs/manual/filters.md', 'utf8');

/** Filters of the manual: the lines of its filter blocks, and the examples in its table of fields. */
function examples(): string[] {
  const blocks = [...manual.matchAll(/```filter\n([^`]*)```/g)].flatMap(([, block]) => block.trim().split('\n'));
  const cells = [...manual.matchAll(/^\| `.*\| ([^|]+) \|$/gm)].map(([, cell]) => cell);
  const inline = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code));
  return [...blocks, ...inline.filter((code) => / |^failed$/.test(code) && !/^\{|--/.test(code))];
}

describe('filter: the manual', () => {
  it('has examples', () => assert.ok(examples().length > 40));

  for (const filter of examples()) {
    it(filter, () => assert.equal(complaint(filter), 'no problem'));
  }
});
