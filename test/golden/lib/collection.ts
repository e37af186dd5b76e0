import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CAPTURE_FOLDERS, capturesIn } from '../../support/captures';

/** One capture of the collection; `name` is the file's name without its endings ('threeway-v4'). */
export interface CollectedCapture {
  name: string;
  path: string;
  folder: string;
}

const EXTENSIONS = /\.(pcap|pcapng|cap)(\.gz)?$/;

/**
 * Every capture there is: the full collection where it lies beside the checkout, else the committed fixtures. Both folders
 * hold the same files under the same names, except that fixtures may be gzip-compressed.
 */
export function allCaptures(): CollectedCapture[] {
  const folder = CAPTURE_FOLDERS[CAPTURE_FOLDERS.length - 1];
  return capturesIn(folder).map((path) => ({ name: basename(path).replace(EXTENSIONS, ''), path, folder }));
}

export function capture(name: string): CollectedCapture | undefined {
  return allCaptures().find((candidate) => candidate.name === name);
}

/** Bytes of an expectation beside the capture ('golden/x.tsv'), unpacked; undefined when this collection has none. */
export function expectation(folder: string, relative: string): Buffer | undefined {
  const path = join(folder, relative);
  if (existsSync(path)) {
    const bytes = readFileSync(path);
    return relative.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  }
  return existsSync(`${path}.gz`) ? gunzipSync(readFileSync(`${path}.gz`)) : undefined;
}
