import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CAPTURE_FOLDERS, capturesIn } from '../support/captures';

const [fixtures, full] = CAPTURE_FOLDERS;

describe('golden: the committed captures', () => {
  it('are at most 6 MB', () => {
    const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).map((name) =>
      statSync(join(fixtures, name)),
    );
    const bytes = files.filter((file) => file.isFile()).reduce((sum, file) => sum + file.size, 0);
    assert.ok(bytes <= 6_000_000, `${bytes} bytes`);
  });

  it('each have an expectation', () => {
    const golden = new Set(readdirSync(join(fixtures, 'golden')));
    const names = capturesIn(fixtures).map((path) => basename(path).replace(/\.(pcap|pcapng)(\.gz)?$/, ''));
    assert.deepEqual(
      names.filter((name) => !golden.has(`${name}.tsv.gz`)),
      [],
    );
  });

  if (full !== undefined) {
    it('are those of the full collection', () => {
      for (const path of capturesIn(fixtures)) {
        const name = basename(path);
        const same = capturesIn(full)
          .map((other) => basename(other))
          .includes(name);
        const bytes = same ? readFileSync(path) : gunzipSync(readFileSync(path));
        const original = readFileSync(join(full, same ? name : name.replace(/\.gz$/, '')));
        assert.ok(bytes.equals(original), name);
      }
    });
  }
});
