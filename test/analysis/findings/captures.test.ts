import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { Analysis } from '../../../src/analysis/analysis';
import type { Severity } from '../../../src/analysis/findings';
import { openCaptureSync } from '../../../src/indexing/openCaptureSync';
import { CAPTURE_FOLDERS, capturesIn } from '../../support/captures';
import { ANYTHING, expected, LEFT_OUT } from './expected';

/** The findings of a capture of one severity: how many of each rule. */
function counts(path: string): Record<Severity, Record<string, number>> {
  const session = openCaptureSync(path);
  try {
    const found: Record<Severity, Record<string, number>> = { error: {}, warning: {}, note: {} };
    for (const { rule, severity, text, row, related } of new Analysis(session).findings) {
      assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f]|undefined error undefined|NaN|\[object/, text);
      assert.ok(row < session.index.count && related.every((other) => other >= 0 && other < session.index.count));
      if (!LEFT_OUT.includes(rule)) found[severity][rule] = (found[severity][rule] ?? 0) + 1;
    }
    return found;
  } finally {
    session.close();
  }
}

describe('findings in the captures of the collection', () => {
  const seen = new Set<string>();
  for (const path of CAPTURE_FOLDERS.flatMap(capturesIn)) {
    const file = basename(path);
    const name = file === 'edited-gzip.pcap.gz' ? file : file.replace(/\.gz$/, '');
    if (seen.has(name)) continue;
    seen.add(name);
    it(name, function () {
      this.timeout(20_000);
      const found = counts(path);
      if (ANYTHING.includes(name)) {
        assert.ok(Object.keys(found.error).length > 0);
        return;
      }
      const { error = {}, warning = {} } = expected[name] ?? {};
      assert.deepEqual({ error: found.error, warning: found.warning }, { error, warning });
    });
  }
});
