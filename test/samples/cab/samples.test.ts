import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decodeMessage } from '../../../src/protocol';
import { indexed } from '../../support/indexed';
import { CAB_SAMPLES } from './samples';

const FOLDER = resolve(__dirname, '../../../samples');

describe('samples: Cluster Aware Backup, made by our encoder', () => {
  for (const [file, make] of Object.entries(CAB_SAMPLES)) {
    it(`${file}: the shipped file is what the script makes`, () => {
      assert.ok(readFileSync(join(FOLDER, file)).equals(make()), 'run npx tsx test/samples/cab/make.ts');
    });

    it(`${file}: says that it was not recorded`, () => {
      const { info } = indexed(make());
      assert.match(info.comments.join(' '), /^Made with the encoder of NDMP Workbench, not recorded/);
    });

    it(`${file}: every message is whole, every request answered`, () => {
      const session = indexed(make());
      const { index } = session;
      assert.deepEqual(index.damage, []);
      for (let row = 0; row < index.count; row++) {
        const { problems } = decodeMessage(session.record(row).payload, session.context(row));
        assert.deepEqual([...index.problems(row), ...problems], [], `message ${row + 1}`);
        const answered = index.kind(row) !== 'request' || index.pair(row) >= 0 || index.code(row) === 0x902;
        assert.ok(answered, `message ${row + 1} is answered`);
      }
      assert.ok(index.connections.every(({ started, ended }) => started === 'seen' && ended === 'fin'));
    });
  }
});
