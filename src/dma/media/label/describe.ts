import { clip, escapeText } from '../../../protocol';
import type { LabelFinding } from '../model';

const MOST_NAME = 40;

/** What stands at the beginning of a tape, as the end of a sentence: "the tape …". */
export function describeFinding(finding: LabelFinding): string {
  switch (finding.kind) {
    case 'ours':
      return `is labelled "${shown(finding.label.barcode)}" for pool "${shown(finding.label.pool)}"`;
    case 'foreign': {
      const name = finding.volume === undefined ? '' : `, named "${shown(finding.volume)}"`;
      return finding.by === 'unknown'
        ? 'holds data of an application that is not known'
        : `was written by another application: ${finding.by}${name}`;
    }
    case 'blank':
      return 'is blank';
    case 'unreadable':
      return `cannot be read: ${finding.why}`;
  }
}

function shown(name: string): string {
  return clip(escapeText(name), MOST_NAME);
}
