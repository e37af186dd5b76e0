import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { CAPTURE_FOLDERS, capturesIn } from '../../test/support/captures';

/** Larger files only slow the run down. */
const MAX_FILE = 1_200_000;

/** The captures that are broken: those of a folder, or of the fixtures and the collection beside the checkout. */
export function readCorpus(folder: string | undefined): Buffer[] {
  return (folder === undefined ? CAPTURE_FOLDERS : [folder])
    .flatMap(capturesIn)
    .filter((path) => statSync(path).size <= MAX_FILE)
    .map((path) => (path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path)))
    .filter((bytes) => bytes.length > 0 && bytes.length <= MAX_FILE);
}
