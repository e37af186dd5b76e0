import type { Job } from '../../src/analysis/jobs/model';
import type { Bus } from '../bus';
import { dropdown, setOptions } from '../controls';
import { element, show } from '../dom';
import { Signal } from '../signal';
import type { TabServices } from './view';

/** The capture's jobs, asked for once for all tabs and again when the analysis changed. */
export class JobList {
  private static readonly lists = new WeakMap<Bus, JobList>();
  /** Undefined until the answer is there. */
  readonly jobs = new Signal<readonly Job[] | undefined>(undefined);

  private constructor(private readonly bus: Bus) {
    bus.on('analysisChanged', () => this.load());
    this.load();
  }

  /** The list of this page. */
  static of({ bus }: Pick<TabServices, 'bus'>): JobList {
    const known = JobList.lists.get(bus);
    if (known) return known;
    const made = new JobList(bus);
    JobList.lists.set(bus, made);
    return made;
  }

  private load(): void {
    void this.bus.askNewest('jobs', {}).then(
      (answer) => {
        if (answer) this.jobs.value = answer.jobs;
      },
      () => {
        this.jobs.value = [];
      },
    );
  }
}

/** The list of jobs in which a tab about one job is told which. The choice is the same in all tabs. */
export class JobPicker {
  readonly root = element('label', { class: 'job-picker' }, element('span', {}, 'Job'));
  /** Id of the chosen job. */
  readonly selected: Signal<number>;
  private readonly list = dropdown('Job', []);

  constructor(services: TabServices) {
    this.selected = services.state.job;
    this.root.append(this.list);
    this.list.addEventListener('change', () => (this.selected.value = Number(this.list.value)));
    JobList.of(services).jobs.follow((jobs) => this.fill(jobs ?? []));
    this.selected.onChange((id) => (this.list.value = String(id)));
  }

  private fill(jobs: readonly Job[]): void {
    show(this.root, jobs.length > 0);
    setOptions(
      this.list,
      jobs.map(({ id, title }) => [String(id), `${id + 1}  ${title}`]),
    );
    if (jobs.length === 0) return;
    const known = jobs.some(({ id }) => id === this.selected.value);
    if (!known) this.selected.value = jobs[0].id;
    queueMicrotask(() => (this.list.value = String(this.selected.value)));
  }
}
