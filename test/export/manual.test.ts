import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { allTables } from '../../src/export/parquet/captureTables';

describe('the manual of the exported tables', () => {
  const manual = readFileSync('docs/manual/export.md', 'utf8');

  for (const { name, columns } of allTables) {
    it(`names every column of ${name} with its type and meaning`, () => {
      const section = manual.split(`### \`${name}\``)[1].split('\n##')[0];
      const rows = [...section.matchAll(/^\| `(\w+)` +\| (\w+) +\| (.*?) +\|$/gm)].map(([, ...cells]) => cells);
      assert.deepEqual(
        rows,
        columns.map((column) => [column.name, column.type, column.doc]),
      );
    });
  }
});
