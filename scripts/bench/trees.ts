import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Trees that backups are timed with. */
export const TREES = {
  'small files': { files: 30_000, bytes: 4_000 },
  'large files': { files: 6, bytes: 200_000_000 },
} as const;
export type TreeName = keyof typeof TREES;

const FILES_OF_A_DIRECTORY = 150;

/** Makes the tree when it is not there. @returns its bytes of file content */
export function makeTree(name: TreeName, directory: string): number {
  const { files, bytes } = TREES[name];
  if (existsSync(directory)) return files * bytes;
  const unfinished = `${directory}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const content = noise(bytes);
  for (let n = 0; n < files; n++) {
    const folder = join(unfinished, `project ${Math.floor(n / FILES_OF_A_DIRECTORY)}`);
    if (n % FILES_OF_A_DIRECTORY === 0) mkdirSync(folder, { recursive: true });
    content[0] = n;
    writeFileSync(join(folder, `document ${n}.dat`), content);
  }
  renameSync(unfinished, directory);
  return files * bytes;
}

/** Bytes without long runs of zeros, the same in every run. */
function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0, state = 1; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
