import type { Job } from '../../../src/analysis/jobs/model';
import type { ListedFinding, RuleCount } from '../../../src/analysis/findings/queries';
import { button } from '../../controls';
import { element } from '../../dom';
import { icon } from '../../icons';
import { messageLink, messageNumbers } from '../messageLinks';
import type { TabServices } from '../view';

const NAMES = { error: 'Error', warning: 'Warning', note: 'Note' } as const;
const ICONS = { error: 'error', warning: 'warning', note: 'note' } as const;

/** The finding at hand in full: what was found, what the rule means, where the protocol says so. */
export class FindingDetail {
  readonly root = element('section', { class: 'finding-detail', 'aria-label': 'The selected finding', tabindex: 0 });

  constructor(private readonly services: TabServices) {
    this.show(undefined, undefined, []);
  }

  show(finding: ListedFinding | undefined, rule: RuleCount | undefined, jobs: readonly Job[]): void {
    if (finding === undefined) {
      const hint = 'Select a finding to read what it means and where the protocol says so.';
      this.root.replaceChildren(element('p', { class: 'dim' }, hint));
      return;
    }
    const { severity, text, row, related, job } = finding;
    const mark = icon(ICONS[severity]);
    mark.classList.add(`severity-${severity}`);
    const title = element('h2', {}, mark, `${NAMES[severity]}: ${rule?.name ?? finding.rule}`);
    this.root.replaceChildren(
      title,
      element('p', { class: 'finding-said' }, text),
      element('p', {}, rule?.doc ?? ''),
      element(
        'dl',
        {},
        ...(row < 0 ? [] : fact('Message', messageLink(this.services, row))),
        ...(related.length === 0 ? [] : fact('Related messages', messageNumbers(this.services, related, 20))),
        ...(job < 0 ? [] : fact('Job', `${job + 1}  ${jobs[job]?.title ?? ''}`)),
        ...fact('Specification', rule?.specification ?? ''),
        ...fact('Rule', finding.rule),
      ),
      this.actions(finding),
    );
    this.root.scrollTop = 0;
  }

  private actions({ row, rule, job }: ListedFinding): HTMLElement {
    const { services } = this;
    const target = { n: row + 1, ...(job < 0 ? {} : { job }) };
    const timeline = button(
      { appearance: 'secondary', class: 'tool' },
      () => services.open('timeline', target),
      'Show in Timeline',
    );
    const sequence = button(
      { appearance: 'secondary', class: 'tool' },
      () => services.open('sequence', target),
      'Show in Sequence',
    );
    const off = button(
      { appearance: 'secondary', class: 'tool', title: `Do not look for ${rule} in this file` },
      () => services.state.switchRule(rule, false),
      'Switch this rule off here',
    );
    return element('div', { class: 'finding-actions' }, ...(row < 0 ? [] : [timeline, sequence]), off);
  }
}

function fact(name: string, value: Node | string): HTMLElement[] {
  return [element('dt', {}, name), element('dd', {}, value)];
}
