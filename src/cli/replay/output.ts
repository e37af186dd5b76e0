import type { JsonObject } from '../../protocol';
import { escapeText } from '../../protocol';
import type { DataPart } from '../../tap/replay';
import { diffJson } from '../output/diffJson';
import { diffLines } from '../output/diffText';
import type { Style } from '../terminal/style';
import { counted } from '../terminal/text';
import type { ReplayOutcome } from './run';

/** Whether the other side said the same as when it was recorded. */
export function isSame({ report, diff }: ReplayOutcome): boolean {
  return report.trouble.length === 0 && diff?.same === true;
}

/** A replay for people: what was done about data, what went wrong, and how the live session (B) differs from the capture (A). */
export function replayLines(outcome: ReplayOutcome, all: boolean, style: Style): string[] {
  const { report, diff } = outcome;
  const lines = [
    `${counted(report.played.length, 'connection')} played: ${report.played.map((each) => each + 1).join(', ') || 'none'}`,
    ...report.data.map((part) => dataText(part)),
    ...report.trouble.map((text) => style.warning(escapeText(text))),
  ];
  if (!diff) return [...lines, 'Nothing was said.'];
  return [...lines, '', ...diffLines(diff, all, style)];
}

export function replayJson(outcome: ReplayOutcome, capture: string, all: boolean): JsonObject {
  const { report, diff } = outcome;
  return {
    same: isSame(outcome),
    connections: report.played.map((each) => each + 1),
    data: report.data.map(({ did, address, bytes }) => ({ did, address, bytes })),
    trouble: report.trouble,
    diff: diff ? diffJson(diff, capture, 'live', all) : null,
  };
}

function dataText({ did, address, bytes }: DataPart): string {
  const what = did === 'received' ? 'received and thrown away' : 'of zeros sent in place of the data';
  return `data connection with ${address}: ${counted(bytes, 'byte')} ${what}`;
}
