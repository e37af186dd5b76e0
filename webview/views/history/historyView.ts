import { AskError } from '../../bus';
import { element, oneAtATime, setText, show } from '../../dom';
import { countText } from '../../format';
import { JobList, JobPicker } from '../jobPicker';
import type { TabDescription, TabServices, TabTarget, TabView } from '../view';
import { EnvironmentPane } from './environmentPane';
import { FilesPane } from './filesPane';
import { NamesPane } from './namesPane';
import { SubTabs } from './subTabs';

/** Files that a job's file history tells, its environment, and the list of names of a recovery. */
class HistoryView implements TabView {
  readonly root = element('div', { class: 'page history' });
  private readonly picker: JobPicker;
  private readonly note = element('p', { class: 'history-note dim', role: 'status' });
  private readonly files: FilesPane;
  private readonly environment: EnvironmentPane;
  private readonly names: NamesPane;
  private readonly parts: SubTabs<'files' | 'environment' | 'names'>;
  private shown = false;
  private stale = true;
  /** Message whose file is to be shown once the tree is there. */
  private wanted: number | undefined;
  /** Whether the job was chosen by the user or by a link. */
  private hasChosen = false;
  private readonly load = oneAtATime(() => this.ask());

  constructor(private readonly services: TabServices) {
    const { state } = services;
    this.picker = new JobPicker(services);
    this.files = new FilesPane(services);
    this.environment = new EnvironmentPane(services);
    this.names = new NamesPane(services);
    this.parts = new SubTabs(
      'Parts of the job',
      [
        { id: 'files', title: 'Files', root: this.files.root },
        { id: 'environment', title: 'Environment', root: this.environment.root },
        { id: 'names', title: 'Recovery list', root: this.names.root },
      ],
      () => undefined,
    );
    this.root.append(
      element('div', { class: 'page-bar' }, this.picker.root, this.parts.root),
      this.note,
      this.files.root,
      this.environment.root,
      this.names.root,
    );
    this.picker.selected.onChange(() => {
      this.hasChosen = true;
      this.reload();
    });
    state.selection.onChange((selection) => {
      if (!this.shown) this.wanted = selection?.n;
    });
  }

  show(target?: TabTarget): void {
    this.shown = true;
    if (target?.job !== undefined) {
      this.hasChosen = true;
      this.picker.selected.value = target.job;
    }
    if (target?.n !== undefined) {
      this.wanted = target.n;
      this.parts.choose('files');
    }
    if (this.stale) this.load();
    else this.showWanted();
  }

  hide(): void {
    this.shown = false;
  }

  reload(): void {
    this.stale = true;
    if (this.shown) this.load();
  }

  private async ask(): Promise<void> {
    this.stale = false;
    const { bus } = this.services;
    this.tell(JobList.of(this.services).jobs.value === undefined ? 'Looking for jobs …' : 'Reading the file history …');
    try {
      const { jobs } = await bus.ask('historyJobs', {});
      if (jobs.length === 0) {
        this.tell('This capture has no job with file history, an environment or a list of names.');
        return;
      }
      if (!this.hasChosen) this.chooseFirst(jobs);
      const job = this.picker.selected.value;
      const [{ summary }, { table }, names] = await Promise.all([
        bus.ask('history', { job }),
        bus.ask('historyEnvironment', { job }),
        bus.ask('historyNames', { job, from: 0, to: 200 }),
      ]);
      if (job !== this.picker.selected.value) return;
      this.tell('');
      this.parts.setNote('files', summary ? countText(summary.names) : '');
      this.parts.setNote('environment', table ? countText(table.rows.length) : '');
      this.parts.setNote('names', names.list ? countText(names.total) : '');
      this.files.show(summary);
      this.environment.show(table);
      this.names.show(job, names);
      this.showWanted();
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      this.tell(error.message);
    }
  }

  /** A tab that begins with a job without files shows nothing though there are files in the next. */
  private chooseFirst(jobs: readonly { job: number; messages: number }[]): void {
    this.hasChosen = true;
    const current = jobs.find(({ job }) => job === this.picker.selected.value);
    if (current && current.messages > 0) return;
    const first = jobs.find(({ messages }) => messages > 0);
    if (first && this.picker.selected.value === 0) this.picker.selected.value = first.job;
  }

  private showWanted(): void {
    const { wanted } = this;
    this.wanted = undefined;
    if (wanted !== undefined) void this.files.showMessage(wanted);
  }

  private tell(text: string): void {
    setText(this.note, text);
    show(this.note, text !== '');
  }
}

export const historyTab: TabDescription = {
  id: 'history',
  title: 'History',
  icon: 'history',
  make: (services) => new HistoryView(services),
};
