import type { HistorySummary, ProblemRow, ProblemSummary } from '../../../src/analysis/history/queries';
import { AskError } from '../../bus';
import { element, show } from '../../dom';
import { countText } from '../../format';
import { icon } from '../../icons';
import { messageLink } from '../messageLinks';
import type { TabServices } from '../view';

const PAGE = 100;

/** What is wrong with a file history: repeated names, orphans, circles, a line each with its places. */
export class ProblemsPanel {
  readonly root = element('section', { class: 'file-problems', 'aria-label': 'Problems of the file history' });

  constructor(
    private readonly services: TabServices,
    private readonly reveal: (place: { link: number; object: number }) => void,
  ) {}

  fill({ job, problems }: HistorySummary): void {
    show(this.root, problems.length > 0);
    this.root.replaceChildren(
      element('h2', {}, 'What is wrong with it'),
      ...problems.map((problem) => this.kind(job, problem)),
    );
  }

  clear(): void {
    show(this.root, false);
  }

  private kind(job: number, problem: ProblemSummary): HTMLElement {
    const { severity, title, doc, total } = problem;
    const places = element('ul', { class: 'problem-places' });
    const sign = element(
      'span',
      { class: `problem-sign ${severity}` },
      icon(severity === 'error' ? 'error' : 'warning'),
    );
    const made = element(
      'details',
      {},
      element('summary', {}, sign, `${title} `, element('span', { class: 'dim' }, `${countText(total)} (${severity})`)),
      element('p', { class: 'dim' }, doc),
      places,
    );
    made.addEventListener('toggle', () => {
      if (made.open && places.childElementCount === 0) void this.load(job, problem, places, 0);
    });
    return made;
  }

  private async load(job: number, problem: ProblemSummary, places: HTMLElement, from: number): Promise<void> {
    try {
      const { rows } = await this.services.bus.ask('historyProblems', {
        job,
        kind: problem.kind,
        from,
        to: from + PAGE,
      });
      places.append(...rows.map((row) => this.place(row)));
      const next = from + rows.length;
      if (rows.length === PAGE && next < problem.kept) places.append(this.more(job, problem, places, next));
      else if (problem.total > next)
        places.append(element('li', { class: 'dim' }, `${countText(problem.total - next)} more are only counted.`));
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      places.append(element('li', { class: 'dim' }, error.message));
    }
  }

  private place({ n, path, link, object }: ProblemRow): HTMLElement {
    const item = element('li', {});
    if (link >= 0 || object >= 0) {
      const there = element('button', { class: 'link', type: 'button', title: 'Show it in the tree' }, path);
      there.addEventListener('click', () => this.reveal({ link, object }));
      item.append(there, ' ');
    }
    if (n !== undefined) item.append(messageLink(this.services, n - 1, `message ${countText(n)}`));
    return item;
  }

  private more(job: number, problem: ProblemSummary, places: HTMLElement, from: number): HTMLElement {
    const item = element('li', {});
    const load = element(
      'button',
      { class: 'link', type: 'button' },
      `Show ${countText(Math.min(PAGE, problem.kept - from))} more`,
    );
    load.addEventListener('click', () => {
      item.remove();
      void this.load(job, problem, places, from);
    });
    item.append(load);
    return item;
  }
}
