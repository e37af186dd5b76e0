import type { DiffItem, DiffSide, JobDiff, JobFacts, SessionDiff, ValueDifference } from '../../analysis/diff';
import type { Style } from '../terminal/style';
import { counted, span } from '../terminal/text';

/** Differences of one step that are printed without --all. */
const MAX_VALUES = 12;

/** A comparison as text: a heading for each pair of jobs, a line for each step that differs, `-` only in A, `+` only in B. */
export function diffLines(diff: SessionDiff, all: boolean, style: Style): string[] {
  const lines = diff.jobs.flatMap((job) => [...jobLines(job, all, style), '']);
  lines.push(...diff.onlyA.map((job) => style.warning(`- only in A: ${factsText(job)}`)));
  lines.push(...diff.onlyB.map((job) => style.warning(`+ only in B: ${factsText(job)}`)));
  lines.push(diff.same ? 'Both say the same.' : 'They differ.');
  return lines;
}

function jobLines(job: JobDiff, all: boolean, style: Style): string[] {
  const { a, b, counts } = job;
  const lines = [style.heading(`A ${factsText(a)}`), style.heading(`B ${factsText(b)}`)];
  lines.push(...job.facts.filter((each) => all || !each.expected).map((each) => `  ${valueText(each)}`));
  lines.push(`  ${countsText(job)}`);
  let equal = 0;
  const flush = (): void => {
    if (equal > 0) lines.push(style.quiet(`    … ${counted(equal, 'equal step')}`));
    equal = 0;
  };
  for (const item of job.items) {
    const isQuiet = (item.kind === 'same' && !item.moved) || item.minor;
    if (isQuiet && !all) {
      equal++;
      continue;
    }
    flush();
    lines.push(...itemLines(item, all, style));
  }
  flush();
  if (counts.same + counts.changed > 0) lines.push(...timingLines(job));
  return lines;
}

function countsText({ counts }: JobDiff): string {
  const parts = [
    counted(counts.same, 'equal step'),
    `${counts.changed} changed`,
    `${counts.onlyA} only in A`,
    `${counts.onlyB} only in B`,
    ...(counts.moved > 0 ? [`${counts.moved} in another order`] : []),
    ...(counts.minor > 0 ? [`${counts.minor} without meaning (polling)`] : []),
  ];
  return parts.join(', ');
}

function itemLines(item: DiffItem, all: boolean, style: Style): string[] {
  const sign = item.kind === 'onlyA' ? '-' : item.kind === 'onlyB' ? '+' : item.kind === 'changed' ? '!' : ' ';
  const { a, b } = item;
  const moved = item.moved ? ' (in another order)' : '';
  const where = `${item.name}${moved}  ${item.service}  A ${placeText(a)}  B ${placeText(b)}`;
  const side = a ?? b;
  const summary = side === undefined || side.summary === '' ? '' : `  ${side.summary}`;
  const line = `  ${sign} ${where}${item.kind === 'changed' ? '' : summary}`;
  const differences = item.differences.filter(({ expected }) => all || !expected);
  const shown = all ? differences : differences.slice(0, MAX_VALUES);
  const rest = differences.length - shown.length;
  return [
    item.kind === 'same' ? line : style.warning(line),
    ...shown.map((each) => `      ${valueText(each)}`),
    ...(rest > 0 ? [`      and ${rest} more (--all shows them)`] : []),
  ];
}

function placeText(side: DiffSide | undefined): string {
  if (side === undefined) return '–';
  const count = side.count > 1 ? ` ×${side.count}` : '';
  const took = side.took === undefined ? '' : ` took ${span(side.took)}`;
  return `#${side.row + 1}${count} at ${side.at.toFixed(3)}${took}`;
}

function valueText({ path, a, b, expected }: ValueDifference): string {
  return `${path}: ${a ?? '(not there)'} → ${b ?? '(not there)'}${expected ? ' (differs from run to run)' : ''}`;
}

function factsText({ job, title, outcome, messages, seconds }: JobFacts): string {
  const took = seconds === undefined ? '' : `, ${span(seconds)}`;
  const what = outcome === '' ? 'connection' : 'job';
  return `${what} ${job + 1}: ${title}${outcome === '' ? '' : `, ${outcome}`}, ${counted(messages, 'message')}${took}`;
}

function timingLines({ timing, items }: JobDiff): string[] {
  if (timing.length === 0) return [];
  return [
    '  Timing: what took longer in one than in the other',
    ...timing.map(({ item, behind }) => {
      const { name, a, b } = items[item];
      const who = behind > 0 ? `B ${span(behind)} behind` : `A ${span(-behind)} behind`;
      return `    ${who} at ${name} (A #${(a?.row ?? 0) + 1} at ${a?.at.toFixed(3)}, B #${(b?.row ?? 0) + 1} at ${b?.at.toFixed(3)})`;
    }),
  ];
}
