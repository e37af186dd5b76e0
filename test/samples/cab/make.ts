import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CAB_SAMPLES } from './samples';

/** Writes the CAB samples into `samples/`: `npx tsx test/samples/cab/make.ts`. */
const FOLDER = resolve(__dirname, '../../../samples');

for (const [file, make] of Object.entries(CAB_SAMPLES)) {
  const bytes = make();
  writeFileSync(join(FOLDER, file), bytes);
  console.log(`${file}: ${bytes.length} bytes`);
}
