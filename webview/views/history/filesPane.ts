import type { FileRow } from '../../../src/analysis/history/fileRow';
import type { HistorySummary } from '../../../src/analysis/history/queries';
import { button } from '../../controls';
import { element, setText, show } from '../../dom';
import { bytesText, plural } from '../../format';
import { notify } from '../../layout/announcer';
import { messageLink } from '../messageLinks';
import type { TabServices } from '../view';
import { DetailPanel } from './detailPanel';
import { exportCsv } from './exportCsv';
import { FileList } from './fileList';
import { ProblemsPanel } from './problemsPanel';
import { SearchBox, type Wanted } from './searchBox';
import { SearchSource } from './searchSource';
import { TreeSource, type TreeOrder } from './treeSource';
import { attempt } from '../../attempt';

/** The files of one job: tree or what a search found, details of one, and what is wrong with the history. */
export class FilesPane {
  readonly root = element('div', { class: 'history-files' });
  private readonly summary = element('p', { class: 'history-summary' });
  private readonly tools: HTMLElement;
  private readonly body = element('div', { class: 'history-split' });
  private readonly empty = element('p', { class: 'history-empty dim' });
  private readonly list: FileList;
  private readonly detail: DetailPanel;
  private readonly problems: ProblemsPanel;
  private readonly search: SearchBox;
  private order: TreeOrder = { sort: 'name', descending: false };
  private current: HistorySummary | undefined;
  private tree: TreeSource | undefined;
  /** Message that was selected from here: it need not be looked for when it comes back. */
  private own = 0;

  constructor(private readonly services: TabServices) {
    this.list = new FileList({
      selected: (file) => this.select(file),
      opened: (file) => this.open(file),
      sorted: (order) => void this.sort(order),
    });
    this.detail = new DetailPanel(services);
    this.problems = new ProblemsPanel(services, (place) => void this.reveal(place));
    this.search = new SearchBox((wanted) => void this.find(wanted));
    const save = button(
      { appearance: 'secondary', class: 'tool', title: 'Save the list of all files of this job as CSV' },
      () => void (this.current && exportCsv(services, this.current.job)),
      'Export CSV',
    );
    this.tools = element('div', { class: 'history-tools' }, this.search.root, save);
    const side = element(
      'div',
      { class: 'history-side', tabindex: 0, role: 'region', 'aria-label': 'The selected file' },
      this.detail.root,
      this.problems.root,
    );
    this.body.append(this.list.root, side);
    this.root.append(this.summary, this.tools, this.body, this.empty);
    this.root.addEventListener('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 'f') return;
      event.preventDefault();
      this.search.focus();
    });
  }

  /** Shows a job's files; undefined: it has none. */
  show(summary: HistorySummary | undefined): void {
    this.current = summary;
    for (const part of [this.summary, this.tools, this.body]) show(part, summary !== undefined);
    show(this.empty, summary === undefined);
    setText(this.empty, 'This job has no file history: no message of it names files. Choose another job above.');
    this.detail.clear();
    if (!summary) {
      this.list.show(undefined);
      return;
    }
    this.describe(summary);
    this.problems.fill(summary);
    this.newTree(summary);
    if (this.search.wanted.pattern !== '') void this.find(this.search.wanted);
    else this.list.show(this.tree, 0);
  }

  /** Brings the file of a message into sight, when it names one and was not selected here. */
  async showMessage(n: number): Promise<void> {
    if (n === this.own || !this.current) return;
    await this.reveal({ n });
  }

  private describe({
    entries,
    files,
    folders,
    bytes,
    messages,
    withoutAttributes,
    firstN,
    problems,
  }: HistorySummary): void {
    const told = [
      ...(entries.path > 0 ? [plural(entries.path, 'path')] : []),
      ...(entries.directory > 0 ? [plural(entries.directory, 'directory entry', 'directory entries')] : []),
      ...(entries.node > 0 ? [plural(entries.node, 'node')] : []),
    ];
    const without =
      entries.directory > 0 && withoutAttributes > 0
        ? ` ${plural(withoutAttributes, 'name')} without attributes: not in the stream.`
        : '';
    this.summary.replaceChildren(
      element(
        'strong',
        {},
        `${plural(files, 'file')} and ${plural(folders, 'directory', 'directories')}, ${bytesText(bytes)}`,
      ),
      ` · told by ${told.join(', ') || 'no entries'} in ${plural(messages, 'message')}, the first is `,
      messageLink(this.services, firstN - 1),
      `.${without}`,
      ...this.problemsLink(problems),
    );
  }

  /** Leads to the problems, which may be out of sight below the details. */
  private problemsLink(problems: HistorySummary['problems']): (string | HTMLElement)[] {
    const total = problems.reduce((sum, each) => sum + (each.severity === 'info' ? 0 : each.total), 0);
    if (total === 0) return [];
    const link = element('button', { class: 'link', type: 'button' }, plural(total, 'problem'));
    link.addEventListener('click', () => {
      this.problems.root.scrollIntoView();
      this.problems.root.querySelector('summary')?.focus();
    });
    return [' ', link, '.'];
  }

  private newTree(summary: HistorySummary): void {
    const tree: TreeSource = new TreeSource(this.services.bus, summary, this.order, () => {
      if (this.tree === tree) this.list.refresh();
    });
    this.tree = tree;
    this.list.setOrder(this.order);
  }

  private select(file: FileRow): void {
    if (!this.current) return;
    void this.detail.show(this.current.job, file);
    const n = file.attributesN ?? file.nameN;
    if (n === undefined) return;
    this.own = n;
    this.services.actions.select(n, 'jump');
  }

  private open(file: FileRow): void {
    const n = file.attributesN ?? file.nameN;
    if (n !== undefined) this.services.open('timeline', { n });
  }

  private async sort(order: TreeOrder): Promise<void> {
    this.order = order;
    if (!this.current) return;
    this.newTree(this.current);
    if (this.search.wanted.pattern === '') this.list.show(this.tree, 0);
    await Promise.resolve();
  }

  private async find({ pattern, matchCase }: Wanted): Promise<void> {
    const summary = this.current;
    if (!summary) return;
    if (pattern === '') {
      this.services.bus.drop('history search');
      this.search.tell(undefined);
      this.list.show(this.tree, 0);
      return;
    }
    const search = { job: summary.job, pattern, matchCase };
    const found = await attempt(
      this.services.bus.askNewest('historySearch', { ...search, from: 0, to: 1 }, 'history search'),
    );
    if (!found || this.current !== summary) return;
    this.search.tell(found);
    this.list.show(
      new SearchSource(this.services.bus, search, found.kept, () => this.list.refresh()),
      found.kept > 0 ? 0 : -1,
    );
  }

  /** Opens the tree down to a file. */
  private async reveal(place: { n?: number; link?: number; object?: number }): Promise<void> {
    const { current, tree } = this;
    if (!current || !tree) return;
    const ask = { job: current.job, ...place, ...this.order };
    const answer = await attempt(this.services.bus.ask('historyPlace', ask));
    if (!answer?.place || this.tree !== tree) return;
    const row = await attempt(tree.reveal(answer.place));
    if (row === undefined || row < 0) {
      notify('It cannot be shown in the tree: it has no place there, or lies too deep.');
      return;
    }
    this.list.show(tree, row);
    this.list.select(row, 'middle');
  }
}
