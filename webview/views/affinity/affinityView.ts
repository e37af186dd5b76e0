import type { AffinityAnswer, AffinityAsk, AffinitySettings, LifType, ThingView } from '../../../src/analysis/affinity';
import { AskError } from '../../bus';
import { debounce, element, oncePerFrame, show } from '../../dom';
import { announce } from '../../layout/announcer';
import { JobList, JobPicker } from '../jobPicker';
import type { TabServices, TabTarget, TabView } from '../view';
import { Cards } from './cards';
import { Choice } from './choice';
import { Links } from './links';
import { cabPanel, everyPairPanel, movesPanel, openPanel, pairPanel, stepsPanel, tablePanel } from './panels';
import { Roving } from './roving';
import { SettingsPanel } from './settingsPanel';
import { WhatIfPanel } from './whatIfPanel';

const LIF_TYPES: readonly LifType[] = ['node-management', 'data', 'cluster-management', 'intercluster'];

/** Nodes, LIFs, volumes and devices by affinity; why a pair is local or three-way; and what if. */
export class AffinityView implements TabView {
  readonly root = element('div', { class: 'page affinity' });
  private readonly picker: JobPicker;
  private readonly from = new Choice('Seen from', (value) => this.choose({ connection: Number(value) }));
  private readonly find = element('input', {
    class: 'bar-input aff-find',
    type: 'search',
    placeholder: 'Find a volume or device',
    'aria-label': 'Find a volume or device',
  });
  private readonly made = element('div', { class: 'aff-made', role: 'note' });
  private readonly field = element('div', { class: 'aff-field' });
  private readonly reasons = element('div', {});
  private readonly under = element('div', { class: 'aff-under' });
  private readonly below = element('div', {});
  private readonly problem = element('p', { class: 'dim aff-problem' });
  private readonly body: HTMLElement;
  private readonly cards: Cards;
  private readonly links: Links;
  private readonly roving: Roving;
  private readonly whatIf = new WhatIfPanel(LIF_TYPES, () => void this.load());
  private readonly settings: SettingsPanel;
  private readonly relink = oncePerFrame(() => {
    if (this.answer !== undefined && this.shown) this.links.draw(this.answer);
  });
  private chosen: Pick<AffinityAsk, 'connection' | 'volume' | 'drive'> = {};
  private wanted: string | undefined;
  private answer: AffinityAnswer | undefined;
  private shown = false;
  private stale = true;

  constructor(private readonly services: TabServices) {
    this.picker = new JobPicker(services);
    this.settings = new SettingsPanel(services, LIF_TYPES, (settings) => this.keep(settings));
    this.cards = new Cards({
      thing: (thing) => this.pick(thing),
      ghost: (row) => services.open('timeline', { n: row + 1 }),
      lif: (place) => this.choose({ connection: place }),
    });
    this.links = new Links(this.cards.root);
    this.roving = new Roving(this.cards.root);
    this.field.append(this.links.root, this.cards.root);
    const side = element('div', { class: 'aff-side' }, this.reasons, this.whatIf.root, this.settings.root, this.below);
    const left = element('div', { class: 'aff-left' }, this.field, this.under);
    this.body = element('div', { class: 'aff-body' }, left, side);
    this.root.append(
      element('div', { class: 'page-bar' }, this.picker.root, this.from.root, this.find),
      this.made,
      this.problem,
      this.body,
    );
    this.follow();
  }

  private follow(): void {
    const { state } = this.services;
    this.picker.selected.onChange(() => {
      this.chosen = {};
      this.refresh();
    });
    JobList.of(this.services).jobs.onChange(() => this.refresh());
    state.affinity.onChange(() => this.refresh());
    this.find.addEventListener(
      'input',
      debounce(150, () => void this.load()),
    );
    new ResizeObserver(() => this.relink()).observe(this.field);
  }

  show(target?: TabTarget): void {
    this.shown = true;
    if (target?.job !== undefined) this.services.state.job.value = target.job;
    if (target?.volume !== undefined) {
      this.wanted = target.volume;
      this.stale = true;
    }
    if (this.stale) void this.load();
    else this.relink();
  }

  hide(): void {
    this.shown = false;
  }

  reload(): void {
    this.chosen = {};
    this.refresh();
  }

  private refresh(): void {
    this.stale = true;
    if (this.shown) void this.load();
  }

  private choose(chosen: typeof this.chosen): void {
    this.chosen = { ...this.chosen, ...chosen };
    void this.load();
  }

  private pick({ id, kind, row }: ThingView): void {
    if (kind === 'changers') this.services.open('timeline', { n: row + 1 });
    else this.choose(kind === 'volumes' ? { volume: id } : { drive: id });
  }

  private keep(settings: AffinitySettings): void {
    this.services.state.affinity.value = settings;
  }

  private async load(): Promise<void> {
    this.stale = false;
    const { bus, state } = this.services;
    const hasJobs = (JobList.of(this.services).jobs.value ?? []).length > 0;
    const ask: AffinityAsk = {
      settings: state.affinity.value,
      job: hasJobs ? this.picker.selected.value : undefined,
      find: this.find.value,
      whatIf: this.whatIf.value,
      ...this.chosen,
    };
    try {
      const answer = await bus.askNewest('affinity', ask);
      if (answer === undefined) return;
      if (this.takeWanted(answer)) return;
      this.draw(answer);
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      this.problem.textContent = error.message;
      show(this.problem, true);
      show(this.body, false);
    }
  }

  /** Chooses the volume that another tab asked for. */
  private takeWanted({ nodes }: AffinityAnswer): boolean {
    const { wanted } = this;
    this.wanted = undefined;
    const thing = nodes.flatMap(({ things }) => things).find(({ kind, name }) => kind === 'volumes' && name === wanted);
    if (thing === undefined) return false;
    this.pick(thing);
    return true;
  }

  private draw(answer: AffinityAnswer): void {
    const before = this.answer?.pair;
    this.answer = answer;
    const nothing = answer.connections.length === 0;
    this.problem.textContent = nothing ? 'There is no NDMP connection in this capture.' : '';
    show(this.problem, nothing);
    show(this.body, !nothing);
    this.made.replaceChildren(...answer.comments.map((text) => element('span', {}, text)));
    show(this.made, answer.comments.length > 0);
    this.from.fill(connectionOptions(answer), String(answer.control));
    this.drawCards(answer);
    this.whatIf.update(answer);
    this.settings.update(answer);
    const { services } = this;
    this.reasons.replaceChildren(pairPanel(services, answer));
    const under = [
      everyPairPanel(answer),
      tablePanel(answer),
      cabPanel(services, answer),
      movesPanel(services, answer),
    ];
    this.under.replaceChildren(...under.filter((each) => each !== undefined));
    const below = [stepsPanel(services, answer), openPanel(answer)];
    this.below.replaceChildren(...below.filter((each) => each !== undefined));
    const { pair } = answer;
    if (pair !== undefined && (before?.volume.id !== pair.volume.id || before.drive.id !== pair.drive.id))
      announce(`${pair.volume.name} to ${pair.drive.name}: ${pair.verdict.way}`);
  }

  private drawCards(answer: AffinityAnswer): void {
    const hadFocus = this.cards.root.contains(document.activeElement);
    this.cards.draw(answer, () => this.drawCards(answer));
    this.roving.restore(hadFocus);
    this.relink();
  }
}

const MAX_CONNECTIONS = 200;

function connectionOptions({ connections, control }: AffinityAnswer): [string, string][] {
  const kept = connections.filter(({ place }, i) => i < MAX_CONNECTIONS || place === control);
  return kept.map(({ place, endpoint, addressName, type }): [string, string] => [
    String(place),
    [`${place + 1}  ${endpoint}`, type ?? '', addressName ?? ''].filter((part) => part !== '').join(', '),
  ]);
}
