import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Analysis } from '../../../src/analysis/analysis';
import { FOLD_KINDS, type Unfold } from '../../../src/analysis/sequence/model';
import { Sequence } from '../../../src/analysis/sequence/sequence';
import type { DrawnJob } from '../../../src/drawing/sequence';
import { findCapture } from '../../support/captures';
import { tryIndex } from '../../support/indexed';

export const FOLDED: Unfold = { kinds: [], ids: [] };
export const UNFOLDED: Unfold = { kinds: [...FOLD_KINDS], ids: [] };
const MOST_LINES = 300;

/** The analysis of a file; undefined when it is no capture or holds no message. */
export function analysisOf(path: string): Analysis | undefined {
  const bytes = readFileSync(path);
  const session = tryIndex(path.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  return session === undefined || session.index.count === 0 ? undefined : new Analysis(session);
}

export function captureAnalysis(name: string): Analysis {
  const path = findCapture(name);
  const analysis = path === undefined ? undefined : analysisOf(path);
  if (analysis === undefined) throw new Error(`${name} is not there`);
  return analysis;
}

export function drawnJobs(analysis: Analysis, unfold: Unfold = FOLDED): DrawnJob[] {
  return analysis.jobs.map((job) => {
    const sequence = new Sequence(analysis, job, unfold);
    sequence.mark();
    const lines = sequence.window(0, MOST_LINES);
    return { outline: sequence.outline, lines, omitted: sequence.length - lines.length };
  });
}
