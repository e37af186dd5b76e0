import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SAMPLES, buildSample } from './samples';

/** Writes the samples into `samples/` and what a reader must show for each into `test/samples/expected/`. */
const ROOT = resolve(__dirname, '../..');

for (const name of Object.keys(SAMPLES)) {
  const { file, bytes, expected } = buildSample(name);
  mkdirSync(join(ROOT, 'samples/what-wireshark-does-not-show'), { recursive: true });
  mkdirSync(join(ROOT, 'test/samples/expected'), { recursive: true });
  writeFileSync(
    join(ROOT, 'samples/what-wireshark-does-not-show', file),
    file.endsWith('.gz') ? gzipSync(bytes, { level: 9 }) : bytes,
  );
  writeFileSync(join(ROOT, 'test/samples/expected', `${name}.jsonl`), expected);
  console.log(`${file}: ${bytes.length} bytes`);
}
