import type { DigestFinding, SetFinding, VerifyReport } from '../../dma/verify/model';
import { clip, escapeText } from '../../protocol';
import { runFileLines } from '../dma/runFilesText';
import type { Style } from '../terminal/style';
import { byteSize, counted, span } from '../terminal/text';

/** Paths that are named below a set. */
const MOST_NAMES = 10;
const NAME_LENGTH = 200;

const DIGESTS: Readonly<Record<DigestFinding, string>> = {
  matches: 'SHA-256 as it was written',
  differs: 'SHA-256 differs from what was written',
  'same-twice': 'SHA-256 the same in two readings, now in the catalog',
  'differs-twice': 'SHA-256 differs between two readings',
  'read-once': 'SHA-256 with nothing to compare',
  none: 'SHA-256 not computed',
};

/** A report for people: each set in a few lines, then the sum. */
export function verifyLines(report: VerifyReport, style: Style): string[] {
  const lines = report.sets.flatMap((finding) => setLines(finding, style));
  const good = report.sets.filter(({ state }) => state === 'done').length;
  const sum = `${counted(report.sets.length, 'set')} read, ${good} as ${good === 1 ? 'it' : 'they'} should be`;
  lines.push(report.state === 'done' ? sum : style.error(`${report.state}: ${escapeText(report.message)}`));
  lines.push(...runFileLines(report, style));
  return lines;
}

function setLines(finding: SetFinding, style: Style): string[] {
  const { set, path, state, barcodes, milliseconds } = finding;
  const head = `set ${set}  ${escapeText(clip(path, NAME_LENGTH))}`;
  const tapes = barcodes.length > 0 ? ` from ${barcodes.map(escapeText).join(', ')}` : '';
  const good = state === 'done';
  return [
    style.heading(head),
    `  ${byteSize(Number(finding.bytes))}${tapes} in ${span(milliseconds / 1000)}`,
    `  ${DIGESTS[finding.digestFinding]}${finding.digest === '' ? '' : ` (${finding.digest.slice(0, 16)}…)`}`,
    ...(finding.digest === '' ? [] : [`  ${contentText(finding)}`]),
    ...finding.problems.map((problem) => style.error(`  ${escapeText(problem)}`)),
    ...names('not on tape', finding.missing, finding.missingCount),
    ...names('not in the catalog', finding.unlisted, finding.unlistedCount),
    good ? '  as it should be' : style.error(`  ${state}`),
    '',
  ];
}

function contentText({ type, format, entries, listed }: SetFinding): string {
  const kind = escapeText(clip(type, 50));
  if (format === 'unknown') return `${kind} in a format that is not known: structure and names were not looked at`;
  const stream = `${kind === format ? kind : `${kind} in the format of ${format}`}, whole structure read, ${counted(entries, 'entry', 'entries')}`;
  return listed === undefined ? `${stream}; the catalog has no file list` : `${stream}, ${listed} by the catalog`;
}

function names(what: string, paths: readonly string[], count: number): string[] {
  const shown = paths.slice(0, MOST_NAMES).map((path) => `    ${what}: ${escapeText(clip(path, NAME_LENGTH))}`);
  return count > shown.length && shown.length > 0 ? [...shown, `    … and ${count - shown.length} more`] : shown;
}
