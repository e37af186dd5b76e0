import type { DiffSummary, JobSummary } from '../../../src/analysis/diff/comparison';
import type { JobFacts } from '../../../src/analysis/diff';
import { element } from '../../dom';
import { spanText } from './spans';

/** What stands above the steps: whether the two say the same, what the chosen jobs are, and where one was slower. */
export function diffHead(
  summary: DiffSummary,
  job: JobSummary | undefined,
  names: { a: string; b: string },
  pick: (side: 'a' | 'b', row: number) => void,
): HTMLElement {
  const verdict = summary.same ? 'Both say the same.' : 'They differ.';
  return element(
    'div',
    { class: 'diff-head' },
    element('p', { class: `diff-verdict ${summary.same ? 'diff-equal' : 'diff-unequal'}`, role: 'status' }, verdict),
    joinText(summary),
    onlyText('A', summary.onlyA),
    onlyText('B', summary.onlyB),
    job && jobHead(job, names),
    job && job.timing.length > 0 && timing(job, pick),
  );
}

function joinText({ join }: DiffSummary): HTMLElement | false {
  if (!join) return false;
  const rest = [
    join.onlyA > 0 ? `${join.onlyA} only in A` : '',
    join.onlyB > 0 ? `${join.onlyB} only in B` : '',
  ].filter((text) => text !== '');
  const text = `Both are records of the same session: ${join.matched} messages in both${rest.length > 0 ? `, ${rest.join(', ')}` : ''}.`;
  return element('p', { class: 'diff-join' }, text, element('br'), `Clocks: ${join.clock}.`);
}

function onlyText(side: string, jobs: readonly JobFacts[]): HTMLElement | false {
  if (jobs.length === 0) return false;
  const shown = jobs.slice(0, 20).map(({ title, outcome }) => `${title}${outcome === '' ? '' : ` (${outcome})`}`);
  const more = jobs.length > 20 ? ` and ${jobs.length - 20} more` : '';
  return element('p', { class: 'diff-only' }, `Only in ${side}: ${shown.join('; ')}${more}.`);
}

function jobHead(job: JobSummary, names: { a: string; b: string }): HTMLElement {
  const side = (letter: string, name: string, { title, outcome, messages, seconds }: JobFacts): HTMLElement =>
    element(
      'div',
      { class: 'diff-side' },
      element('strong', {}, `${letter}  ${name}`),
      element('div', {}, title),
      element(
        'div',
        { class: 'dim' },
        [outcome, `${messages} messages`, seconds === undefined ? '' : spanText(seconds)]
          .filter((text) => text !== '')
          .join(', '),
      ),
    );
  const facts = job.facts.map(({ path, a, b }) => `${path}: ${a ?? ''} → ${b ?? ''}`);
  return element(
    'div',
    { class: 'diff-jobs' },
    side('A', names.a, job.a),
    side('B', names.b, job.b),
    facts.length > 0 && element('p', { class: 'diff-facts' }, facts.join('   ')),
  );
}

/** Steps in whose course one fell behind the other. */
function timing(job: JobSummary, pick: (side: 'a' | 'b', row: number) => void): HTMLElement {
  return element(
    'details',
    { class: 'diff-timing' },
    element('summary', {}, `Timing: ${job.timing.length} steps took longer in one than in the other`),
    element(
      'ul',
      {},
      ...job.timing.map(({ behind, name, a }) => {
        const who = behind > 0 ? 'B' : 'A';
        const link = element('button', { type: 'button', class: 'link' }, name.replace(/^NDMP_/, ''));
        link.addEventListener('click', () => pick('a', a + 1));
        return element('li', {}, `${who} fell ${spanText(Math.abs(behind))} behind at `, link);
      }),
    ),
  );
}
