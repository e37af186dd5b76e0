import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tableDescriptions } from '../../src/extension/sampleText';

describe('descriptions of samples', () => {
  it('come from the tables of the README', () => {
    const text = readFileSync(join(resolve(__dirname, '../..'), 'samples/README.md'), 'utf8');
    const descriptions = tableDescriptions(text);
    assert.match(descriptions.get('backup-three-way.pcap') ?? '', /NDMPv4/);
    assert.ok(descriptions.size >= 10);
  });

  it('hold for every file of a row', () => {
    const descriptions = tableDescriptions('| file | what |\n| --- | --- |\n| `a.pcap`, `b.pcap` | *two* files |\n');
    assert.deepEqual(
      [...descriptions],
      [
        ['a.pcap', 'two files'],
        ['b.pcap', 'two files'],
      ],
    );
  });
});
