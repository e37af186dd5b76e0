import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { diagram } from '../../../src/drawing/sequence';
import { CAPTURE_FOLDERS, capturesIn } from '../../support/captures';
import { troubles } from './overlaps';
import { analysisOf, drawnJobs, FOLDED, UNFOLDED } from './support';

describe('sequence diagram: no text lies on another', () => {
  const paths = new Map(
    [...CAPTURE_FOLDERS, 'samples'].flatMap(capturesIn).map((path) => [basename(path).replace(/\.gz$/, ''), path]),
  );
  for (const [name, path] of paths) {
    it(name, () => {
      const analysis = analysisOf(path);
      if (!analysis) return;
      for (const unfold of [FOLDED, UNFOLDED]) {
        for (const job of drawnJobs(analysis, unfold))
          assert.deepEqual(troubles(diagram([job])), [], job.outline.title);
      }
    }).timeout(20_000);
  }
});
