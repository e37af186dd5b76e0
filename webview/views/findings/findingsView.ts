import type { ListedFinding, RuleCount } from '../../../src/analysis/findings/queries';
import { AskError } from '../../bus';
import { button, dropdown, setPressed, toggle } from '../../controls';
import { debounce, element, setText, show } from '../../dom';
import { countText } from '../../format';
import { icon } from '../../icons';
import type { Severity } from '../../../src/extension/messages';
import { JobList } from '../jobPicker';
import type { TabDescription, TabServices, TabTarget, TabView } from '../view';
import { FindingDetail } from './findingDetail';
import { FindingList, ROW_HEIGHT } from './findingList';
import { linesOf, SEVERITIES, type Grouping } from './listing';
import { RulePanel } from './rulePanel';

const WORDS: Readonly<Record<Severity, [one: string, many: string]>> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  note: ['note', 'notes'],
};

/** What is noteworthy in the capture, with explanations; every finding leads to its messages. */
class FindingsView implements TabView {
  readonly root = element('div', { class: 'findings' });
  private readonly body = element('div', { class: 'findings-body' });
  private readonly list: FindingList;
  private readonly detail: FindingDetail;
  private readonly rulePanel: RulePanel;
  private readonly jobs: JobList;
  private readonly input: HTMLInputElement;
  private readonly grouping = dropdown('Group by', [
    ['severity', 'By severity'],
    ['rule', 'By rule'],
    ['job', 'By job'],
    ['none', 'In order'],
  ]);
  private readonly minimum = dropdown('Show', [
    ['note', 'All severities'],
    ['warning', 'Warnings and errors'],
    ['error', 'Errors only'],
  ]);
  private readonly ruleButton: HTMLElement;
  private readonly clearButton: HTMLElement;
  private readonly status = element('span', { class: 'dim', role: 'status' });
  private readonly empty = element('p', { class: 'findings-empty dim' });
  private readonly collapsed = new Set<string>();
  private findings: readonly ListedFinding[] = [];
  private total = 0;
  private rules: ReadonlyMap<string, RuleCount> = new Map();
  private selected: ListedFinding | undefined;
  private target: TabTarget | undefined;
  private loaded = false;
  private shown = false;
  private stale = true;

  constructor(private readonly services: TabServices) {
    const { state } = services;
    this.detail = new FindingDetail(services);
    this.rulePanel = new RulePanel(state);
    this.jobs = JobList.of(services);
    this.list = new FindingList({
      selected: (finding) => this.select(finding),
      opened: ({ row }) => (row < 0 ? undefined : services.open('timeline', { n: row + 1 })),
      toggled: (group) => this.toggleGroup(group),
    });
    const typed = debounce(120, () => this.draw());
    this.input = element('input', {
      class: 'bar-input findings-input',
      type: 'text',
      placeholder: 'Filter findings',
      'aria-label': 'Filter findings by words',
      spellcheck: 'false',
      maxlength: 200,
    });
    this.input.addEventListener('input', typed);
    this.input.addEventListener('input', () => show(this.clearButton, this.input.value !== ''));
    this.ruleButton = toggle({ class: 'chip', 'aria-label': 'Rules' }, () => this.toggleRules(), 'Rules');
    this.grouping.addEventListener('change', () => this.draw());
    this.minimum.addEventListener('change', () => this.draw());
    this.clearButton = button(
      { appearance: 'icon', 'aria-label': 'Clear filter', title: 'Clear filter' },
      () => this.clear(),
      icon('close'),
    );
    const bar = element(
      'div',
      { class: 'findings-bar' },
      this.input,
      this.clearButton,
      this.minimum,
      this.grouping,
      this.ruleButton,
      this.status,
    );
    show(this.clearButton, false);
    this.body.append(this.list.root, this.empty, this.rulePanel.root, this.detail.root);
    this.root.append(bar, this.body);
    const again = (): void => this.reload();
    state.disabledHere.onChange(again);
    state.findingSettings.onChange(again);
    this.jobs.jobs.onChange(() => this.draw());
  }

  show(target?: TabTarget): void {
    this.shown = true;
    this.target = target ?? this.target;
    if (this.stale) void this.load();
    else this.aim();
  }

  hide(): void {
    this.shown = false;
  }

  reload(): void {
    this.stale = true;
    if (this.shown) void this.load();
  }

  private async load(): Promise<void> {
    this.stale = false;
    const { bus, state } = this.services;
    try {
      const answer = await bus.askNewest('findings', { disabled: state.disabledRules });
      if (answer === undefined) return;
      this.findings = answer.findings;
      this.total = answer.total;
      this.rules = new Map(answer.rules.map((rule) => [rule.id, rule]));
      this.loaded = true;
      this.rulePanel.show(answer.rules);
      this.draw();
      this.aim();
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      this.loaded = false;
      this.list.show([], undefined);
      setText(this.empty, error.message);
      show(this.empty, true);
    }
  }

  private draw(): void {
    if (!this.loaded) return;
    const minimum = SEVERITIES.find((each) => each === this.minimum.value) ?? 'note';
    const grouping = this.grouping.value as Grouping;
    const { collapsed } = this;
    const lines = linesOf(this.findings, this.rules, this.jobs.jobs.value ?? [], {
      grouping,
      minimum,
      text: this.input.value,
      collapsed,
    });
    // the first finding of a list can be read at once; which message is selected is left to the user
    const listed = lines.flatMap((line) => (line.kind === 'finding' ? [line.finding] : []));
    this.selected = listed.find(({ id }) => id === this.selected?.id) ?? listed[0];
    this.list.show(lines, this.selected?.id);
    this.body.style.setProperty('--list-height', `${Math.max(lines.length * ROW_HEIGHT, 56) + 8}px`);
    setText(this.status, this.summary());
    const off = this.services.state.disabledRules.length;
    const none =
      off > 0 ? `Nothing was found. ${countText(off)} rules are off.` : 'Nothing was found: the capture is clean.';
    setText(this.empty, this.findings.length === 0 ? none : 'No finding passes the filter.');
    show(this.empty, lines.length === 0);
    show(this.detail.root, lines.length > 0);
    show(this.clearButton, this.input.value !== '');
    this.drawDetail();
  }

  private summary(): string {
    const parts = SEVERITIES.flatMap((severity) => {
      const count = this.findings.filter((each) => each.severity === severity).length;
      return count === 0 ? [] : [`${countText(count)} ${WORDS[severity][count === 1 ? 0 : 1]}`];
    });
    const more = this.total - this.findings.length;
    return [...parts, ...(more > 0 ? [`${countText(more)} more are not listed`] : [])].join(', ');
  }

  private drawDetail(): void {
    const { selected } = this;
    this.detail.show(selected, selected && this.rules.get(selected.rule), this.jobs.jobs.value ?? []);
  }

  private select(finding: ListedFinding | undefined): void {
    this.selected = finding;
    this.drawDetail();
    if (finding !== undefined && finding.row >= 0) this.services.actions.select(finding.row + 1, 'jump');
  }

  /** Brings what the tab was opened for into sight. */
  private aim(): void {
    const { target } = this;
    if (target === undefined || !this.loaded) return;
    this.target = undefined;
    const { n, job, finding } = target;
    const found =
      this.findings.find(({ id }) => id === finding) ??
      (n === undefined ? undefined : nearest(this.findings, n - 1)) ??
      this.findings.find((each) => job !== undefined && each.job === job);
    if (found === undefined) return;
    if (this.list.reveal(found.id)) return;
    // a filter or a closed heading hides it
    this.input.value = '';
    this.minimum.value = 'note';
    this.collapsed.clear();
    this.draw();
    this.list.reveal(found.id);
  }

  private toggleGroup(group: string): void {
    if (!this.collapsed.delete(group)) this.collapsed.add(group);
    this.draw();
  }

  private toggleRules(): void {
    const open = this.rulePanel.root.hidden;
    show(this.rulePanel.root, open);
    this.root.classList.toggle('with-rules', open);
    setPressed(this.ruleButton, open);
  }

  private clear(): void {
    this.input.value = '';
    this.draw();
    this.input.focus();
  }
}

/** The finding at a row, else one that names the row as related. */
function nearest(findings: readonly ListedFinding[], row: number): ListedFinding | undefined {
  const at = findings.filter((finding) => finding.row === row);
  at.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  return at[0] ?? findings.find(({ related }) => related.includes(row));
}

export const findingsTab: TabDescription = {
  id: 'findings',
  title: 'Findings',
  icon: 'findings',
  make: (services) => new FindingsView(services),
};
