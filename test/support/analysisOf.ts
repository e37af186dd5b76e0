import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Analysis } from '../../src/analysis/analysis';
import { findCapture } from './captures';
import { indexed } from './indexed';

/** The analysis of a capture of the collection; undefined when the collection is not there and the capture no fixture. */
export function analysisOf(name: string): Analysis | undefined {
  const path = findCapture(name);
  if (path === undefined) return undefined;
  const bytes = readFileSync(path);
  return new Analysis(indexed(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes));
}
