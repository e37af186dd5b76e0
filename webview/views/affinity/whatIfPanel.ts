import type { AffinityAnswer, LifType, WhatIf } from '../../../src/analysis/affinity';
import { button } from '../../controls';
import { element, show } from '../../dom';
import { wayTag } from './cards';
import { Choice } from './choice';
import { panel } from './panels';

const AS_IS: [string, string] = ['', 'as it is'];

/** Another LIF, without CAB, the volume on another node: by the same tables. */
export class WhatIfPanel {
  readonly root: HTMLElement;
  private whatIf: WhatIf = {};
  private readonly controls = element('div', { class: 'aff-choices' });
  private readonly result = element('div', { class: 'aff-result', role: 'status' });
  private readonly back = button({ appearance: 'secondary' }, () => this.set({}), 'Back to as it is');
  private readonly choices = {
    lif: new Choice('Connect to', (value) => this.change({ lif: (value || undefined) as LifType | undefined })),
    cab: new Choice('CAB', (value) => this.change({ cab: value === '' ? undefined : value === 'on' })),
    role: new Choice('User of', (value) => this.change({ role: (value || undefined) as WhatIf['role'] })),
    lifNode: new Choice('LIF is on', (value) => this.change({ lifNode: this.node(value) })),
    svm: new Choice('LIF belongs to', (value) => this.change({ svm: value || undefined })),
    volumeNode: new Choice('Volume is on', (value) => this.change({ volumeNode: this.node(value) })),
  };
  private answer: AffinityAnswer | undefined;

  constructor(
    private readonly lifTypes: readonly LifType[],
    private readonly changed: (whatIf: WhatIf | undefined) => void,
  ) {
    this.controls.append(...Object.values(this.choices).map(({ root }) => root));
    this.root = panel('What if', this.controls, this.result, this.back);
  }

  get value(): WhatIf | undefined {
    return Object.values(this.whatIf).some((value) => value !== undefined) ? this.whatIf : undefined;
  }

  update(answer: AffinityAnswer): void {
    this.answer = answer;
    const { lif, cab, role, lifNode, svm, volumeNode } = this.whatIf;
    const nodes = this.nodes();
    this.choices.lif.fill([AS_IS, ...this.lifTypes.map((type): [string, string] => [type, `${type} LIF`])], lif ?? '');
    this.choices.cab.fill([AS_IS, ['on', 'on'], ['off', 'off']], cab === undefined ? '' : cab ? 'on' : 'off');
    this.choices.role.fill([AS_IS, ['cluster', 'the cluster'], ['svm', 'an SVM']], role ?? '');
    this.choices.lifNode.fill([AS_IS, ...nodes], this.place(lifNode));
    this.choices.svm.fill([AS_IS, ...answer.svms.map((name): [string, string] => [name, name])], svm ?? '');
    this.choices.volumeNode.fill([AS_IS, ...nodes], this.place(volumeNode));
    show(this.choices.lifNode.root, nodes.length > 0);
    show(this.choices.volumeNode.root, nodes.length > 0 && answer.pair !== undefined);
    show(this.choices.svm.root, answer.svms.length > 0);
    const hasTables = answer.lifRows.length > 0;
    show(this.controls, hasTables);
    show(this.back, hasTables && this.value !== undefined);
    this.drawResult(answer);
  }

  private drawResult({ whatIf, pair, lifRows }: AffinityAnswer): void {
    if (lifRows.length === 0) {
      const why = "This is judged by NetApp's tables, which are not applied here.";
      this.result.replaceChildren(element('p', { class: 'dim' }, why));
      return;
    }
    if (whatIf === undefined) {
      this.result.replaceChildren(
        element('p', { class: 'dim' }, 'Choose something above: cards and table show what would change.'),
      );
      return;
    }
    const pairLine =
      whatIf.way === undefined || pair === undefined
        ? undefined
        : element(
            'p',
            {},
            `${pair.volume.name} to ${pair.drive.name}: `,
            wayTag(pair.verdict.way),
            ' → ',
            wayTag(whatIf.way),
          );
    this.result.replaceChildren(
      ...(pairLine === undefined ? [] : [pairLine]),
      element('ul', {}, ...whatIf.reasons.map((text) => element('li', {}, text))),
      element('p', { class: 'dim' }, whatIf.summary),
    );
  }

  private change(change: Partial<WhatIf>): void {
    this.set({ ...this.whatIf, ...change });
  }

  private set(whatIf: WhatIf): void {
    this.whatIf = whatIf;
    this.changed(this.value);
  }

  /** Nodes by their place in the answer: keys are raw and stay out of the page. */
  private nodes(): [string, string][] {
    return (this.answer?.nodes ?? []).flatMap(({ key, title }, i): [string, string][] =>
      key === undefined ? [] : [[String(i), title]],
    );
  }

  private node(value: string): string | undefined {
    return value === '' ? undefined : this.answer?.nodes.at(Number(value))?.key;
  }

  private place(key: string | undefined): string {
    const at = key === undefined ? -1 : (this.answer?.nodes.findIndex((node) => node.key === key) ?? -1);
    return at < 0 ? '' : String(at);
  }
}
