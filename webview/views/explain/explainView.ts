import type { JobReport } from '../../../src/analysis/explain/model';
import { AskError } from '../../bus';
import { button } from '../../controls';
import { element, setText } from '../../dom';
import { icon } from '../../icons';
import { notify } from '../../layout/announcer';
import { JobList, JobPicker } from '../jobPicker';
import { messageLinks } from '../messageLinks';
import type { TabDescription, TabServices, TabTarget, TabView } from '../view';
import { reportSections } from './sections';

const OUTCOMES: Readonly<Record<JobReport['job']['outcome'], string>> = {
  successful: '✓ successful',
  aborted: '✗ aborted',
  failed: '✗ failed',
  refused: '✗ refused',
  'not seen': '? end not seen',
};

/** One page about a job, with its messages as links. */
class ExplainView implements TabView {
  readonly root = element('div', { class: 'page explain' });
  private readonly picker: JobPicker;
  private readonly page = element('article', { class: 'page-body', tabindex: 0, 'aria-label': 'Report of the job' });
  private shown = false;
  private stale = true;

  constructor(private readonly services: TabServices) {
    this.picker = new JobPicker(services);
    const copy = button(
      { appearance: 'secondary', class: 'tool' },
      () => void this.copy(),
      icon('copy'),
      'Copy as Markdown',
    );
    const save = button({ appearance: 'secondary', class: 'tool' }, () => void this.save(), 'Save…');
    const tools = element('div', { class: 'page-tools' }, copy, save);
    this.root.append(element('div', { class: 'page-bar' }, this.picker.root, tools), this.page);
    this.picker.selected.onChange(() => this.refresh());
    JobList.of(services).jobs.onChange(() => this.refresh());
    services.state.selection.onChange(() => this.markSelected());
  }

  show(target?: TabTarget): void {
    this.shown = true;
    if (target?.n !== undefined && target.job === undefined) this.chooseJobOf(target.n - 1);
    if (this.stale) void this.load();
    else this.markSelected();
  }

  /** The job that a message belongs to, as far as its place among the messages tells. */
  private chooseJobOf(row: number): void {
    const jobs = JobList.of(this.services).jobs.value ?? [];
    const job = jobs.find(({ spans }) => spans.some(({ fromRow, toRow }) => row >= fromRow && row <= toRow));
    if (job !== undefined) this.picker.selected.value = job.id;
  }

  hide(): void {
    this.shown = false;
  }

  reload(): void {
    this.refresh();
  }

  private refresh(): void {
    this.stale = true;
    if (this.shown) void this.load();
  }

  private async load(): Promise<void> {
    this.stale = false;
    const { bus } = this.services;
    try {
      const answer = await bus.askNewest('explain', { job: this.picker.selected.value });
      if (answer) this.draw(answer.report);
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      this.page.replaceChildren(element('p', { class: 'dim' }, error.message));
    }
  }

  private draw(report: JobReport | undefined): void {
    if (report === undefined) {
      this.page.replaceChildren(element('p', { class: 'dim' }, 'There is no job in this capture.'));
      return;
    }
    const { job, verdict } = report;
    const { services } = this;
    const outcome = element('span', { class: `outcome outcome-${job.outcome.replace(' ', '-')}` });
    setText(outcome, OUTCOMES[job.outcome]);
    const doubted = job.outcome === 'successful' && report.firstWrongTurn !== undefined;
    this.page.replaceChildren(
      element(
        'h1',
        {},
        job.title,
        ' ',
        outcome,
        doubted && element('span', { class: 'outcome outcome-not-seen' }, '! not all went well'),
      ),
      element('p', { class: 'verdict' }, verdict.text, ' ', messageLinks(services, verdict.rows)),
      ...reportSections(services, report),
    );
    this.page.scrollTop = 0;
    this.markSelected();
  }

  /** Marks the step of the message that is selected, so that it is found when one comes from another tab. */
  private markSelected(): void {
    const row = String((this.services.state.selection.value?.n ?? 0) - 1);
    for (const step of this.page.querySelectorAll<HTMLElement>('tr[data-rows]')) {
      const selected = step.dataset['rows']?.split(' ').includes(row) === true;
      step.classList.toggle('selected', selected);
      if (selected) step.setAttribute('aria-current', 'true');
      else step.removeAttribute('aria-current');
    }
  }

  private async markdown(): Promise<string | undefined> {
    const { bus, state } = this.services;
    const file = state.capture.value.fileName;
    const { markdown } = await bus.ask('explainMarkdown', { job: this.picker.selected.value, file });
    return markdown === '' ? undefined : markdown;
  }

  private async copy(): Promise<void> {
    const text = await this.markdown();
    if (text === undefined) return;
    await this.services.bus.ask('copyText', { text });
    notify('Copied the page as Markdown.');
  }

  private async save(): Promise<void> {
    const content = await this.markdown();
    if (content === undefined) return;
    const name = `job-${this.picker.selected.value + 1}.md`;
    const { saved } = await this.services.bus.ask('saveFile', { name, content });
    if (saved !== undefined) notify(`Saved ${saved}.`);
  }
}

export const explainTab: TabDescription = {
  id: 'explain',
  title: 'Explain',
  icon: 'explain',
  make: (services) => new ExplainView(services),
};
