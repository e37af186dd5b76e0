import type { RuleCount } from '../../../src/analysis/findings/queries';
import { element } from '../../dom';
import { countText } from '../../format';
import type { ViewState } from '../../state';

/** All rules under their headings, each with a switch for this file. */
export class RulePanel {
  readonly root = element('section', { class: 'rule-panel', 'aria-label': 'Rules' });

  constructor(private readonly state: ViewState) {
    this.root.hidden = true;
  }

  show(rules: readonly RuleCount[]): void {
    const bySetting = new Set(this.state.findingSettings.value.disabledRules);
    const here = new Set(this.state.disabledHere.value);
    const children: HTMLElement[] = [];
    let group = '';
    for (const rule of rules) {
      if (rule.group !== group) children.push(element('h3', {}, rule.group));
      group = rule.group;
      children.push(this.entry(rule, bySetting.has(rule.id), here.has(rule.id)));
    }
    const top = this.root.scrollTop;
    this.root.replaceChildren(
      element(
        'p',
        { class: 'dim' },
        'A rule without its mark is off in this file. The setting “ndmp.findings.disabledRules” switches rules off everywhere.',
      ),
      ...children,
    );
    this.root.scrollTop = top;
  }

  private entry(rule: RuleCount, bySetting: boolean, here: boolean): HTMLElement {
    const box = element('input', { type: 'checkbox', disabled: bySetting });
    box.checked = !bySetting && !here;
    box.addEventListener('change', () => this.state.switchRule(rule.id, box.checked));
    const count = rule.findings === 0 ? '' : countText(rule.findings);
    return element(
      'label',
      { class: bySetting ? 'rule-entry dim' : 'rule-entry', title: `${rule.doc}\n\n${rule.specification}` },
      box,
      element('span', { class: 'rule-name' }, rule.name),
      element('span', { class: 'rule-id' }, bySetting ? `${rule.id}, off by setting` : rule.id),
      element('span', { class: 'rule-count' }, count),
    );
  }
}
