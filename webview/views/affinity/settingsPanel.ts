import type { AffinityAnswer, AffinitySettings, LifSettings, LifType } from '../../../src/analysis/affinity';
import { button } from '../../controls';
import { element, show } from '../../dom';
import type { TabServices } from '../view';
import { Choice } from './choice';
import { panel, reasonList } from './panels';

const NOT_TOLD: [string, string] = ['', 'not told'];

/** What the user adds to the file, since no message tells it: LIF types, the mode, keys of affinity. */
export class SettingsPanel {
  readonly root: HTMLElement;
  private readonly title = element('span', { class: 'dim' });
  private readonly evidence = element('div', {});
  private readonly keys = element('div', { class: 'aff-keys' });
  private readonly choices = {
    type: new Choice('Type of the LIF', (value) =>
      this.changeLif({ type: (value || undefined) as LifType | undefined }),
    ),
    node: new Choice('Its node', (value) => this.changeLif({ node: this.node(value) })),
    svm: new Choice('Its SVM', (value) => this.changeLif({ svm: value || undefined })),
    role: new Choice('User of', (value) => this.change({ role: (value || undefined) as AffinitySettings['role'] })),
    scope: new Choice('Mode', (value) => this.change({ scope: (value || undefined) as AffinitySettings['scope'] })),
    key: new Choice('Counts as affinity', (value) => this.addKey(value)),
  };
  private answer: AffinityAnswer | undefined;

  constructor(
    private readonly services: TabServices,
    private readonly lifTypes: readonly LifType[],
    private readonly changed: (settings: AffinitySettings) => void,
  ) {
    const controls = element('div', { class: 'aff-choices' }, ...Object.values(this.choices).map(({ root }) => root));
    const hint = element('p', { class: 'dim' }, 'No message tells these. What you set is kept for this file.');
    this.root = panel(['Set by you ', this.title], controls, this.keys, this.evidence, hint);
  }

  update(answer: AffinityAnswer): void {
    this.answer = answer;
    const { settings, pairNames, svms, nodes } = answer;
    const control = this.control;
    const lif = this.lif;
    this.title.textContent = control === undefined ? '' : `for ${control.address} and this file`;
    const nodeOptions = nodes.flatMap(({ key, title }, i): [string, string][] =>
      key === undefined ? [] : [[String(i), title]],
    );
    const nodeAt = lif.node === undefined ? -1 : nodes.findIndex(({ key }) => key === lif.node);
    this.choices.type.fill([NOT_TOLD, ...this.lifTypes.map((type): [string, string] => [type, type])], lif.type ?? '');
    this.choices.node.fill([NOT_TOLD, ...nodeOptions], nodeAt < 0 ? '' : String(nodeAt));
    this.choices.svm.fill([NOT_TOLD, ...svms.map((name): [string, string] => [name, name])], lif.svm ?? '');
    this.choices.role.fill([NOT_TOLD, ['cluster', 'the cluster'], ['svm', 'an SVM']], settings.role ?? '');
    this.choices.scope.fill([NOT_TOLD, ['svm', 'SVM-scoped'], ['node', 'node-scoped']], settings.scope ?? '');
    this.choices.key.fill(
      [['', '/affin/ in the name'], ...pairNames.map((name): [string, string] => [name, `and ${name}`])],
      '',
    );
    for (const choice of [this.choices.type, this.choices.node, this.choices.svm])
      show(choice.root, control !== undefined);
    show(this.choices.node.root, control !== undefined && nodeOptions.length > 0);
    show(this.choices.svm.root, control !== undefined && svms.length > 0);
    this.drawKeys(settings.keys);
    this.evidence.replaceChildren(
      ...(control === undefined || control.evidence.length === 0 ? [] : [reasonList(this.services, control.evidence)]),
    );
  }

  private drawKeys(keys: readonly string[]): void {
    const removal = (key: string) =>
      button(
        { appearance: 'secondary', 'aria-label': `${key} no longer counts as affinity` },
        () => this.removeKey(key),
        `${key} ✕`,
      );
    this.keys.replaceChildren(...keys.map(removal));
    show(this.keys, keys.length > 0);
  }

  private get control() {
    return this.answer?.connections.find(({ place }) => place === this.answer?.control);
  }

  private get lif(): LifSettings {
    const { settings } = this.answer ?? {};
    const address = this.control?.address;
    return settings !== undefined && address !== undefined && Object.hasOwn(settings.lifs, address)
      ? settings.lifs[address]
      : {};
  }

  private node(value: string): string | undefined {
    return value === '' ? undefined : this.answer?.nodes.at(Number(value))?.key;
  }

  private changeLif(change: LifSettings): void {
    const { answer, control } = this;
    if (answer === undefined || control === undefined) return;
    this.change({ lifs: { ...answer.settings.lifs, [control.address]: { ...this.lif, ...change } } });
  }

  private addKey(key: string): void {
    const { settings } = this.answer ?? {};
    if (key !== '' && settings !== undefined && !settings.keys.includes(key))
      this.change({ keys: [...settings.keys, key] });
  }

  private removeKey(key: string): void {
    const { settings } = this.answer ?? {};
    if (settings !== undefined) this.change({ keys: settings.keys.filter((each) => each !== key) });
  }

  private change(change: Partial<AffinitySettings>): void {
    if (this.answer !== undefined) this.changed({ ...this.answer.settings, ...change });
  }
}
