import type { MessageMeaning } from '../../src/extension/messages';
import type { Actions } from '../actions';
import type { Bus } from '../bus';
import { element, show } from '../dom';
import { icon } from '../icons';
import type { ViewState } from '../state';

/** Below the heading of the detail pane: the job a message belongs to and the states it was sent in, with links. */
export class MeaningLine {
  readonly root = element('div', { class: 'meaning' });

  constructor(
    private readonly bus: Bus,
    private readonly state: ViewState,
    private readonly actions: Actions,
  ) {
    show(this.root, false);
    state.selection.follow((selection, before) => {
      if (selection?.n !== before?.n) this.load();
    });
    bus.on('analysisChanged', () => this.load());
    state.disabledHere.onChange(() => this.load());
    state.findingSettings.onChange(() => this.load());
  }

  private load(): void {
    const n = this.state.selection.value?.n;
    if (n === undefined) return show(this.root, false);
    this.bus.askNewest('meaning', { row: n - 1 }, 'meaning line').then(
      (meaning) => {
        if (meaning && this.state.selection.value?.n === n) this.draw(n, meaning);
      },
      () => show(this.root, false),
    );
  }

  private draw(n: number, { jobs, states, findings }: MessageMeaning): void {
    const link = (label: string, run: () => void): HTMLElement => {
      const made = element('button', { class: 'link', type: 'button' }, label);
      made.addEventListener('click', run);
      return made;
    };
    const off = new Set(this.state.disabledRules);
    const parts: HTMLElement[] = findings
      .filter(({ rule }) => !off.has(rule))
      .slice(0, 5)
      .map(({ id, name, text, severity }) =>
        element(
          'div',
          { class: `found found-${severity}` },
          icon(severity),
          element('span', { class: 'hidden-text' }, `${severity}: `),
          element('span', {}, `${name}: ${text}`),
          link('Show in Findings', () => this.actions.open('findings', { finding: id, n })),
        ),
      );
    for (const { machine, state, reason, doc, changed, certain } of states) {
      if (state === 'UNKNOWN') continue;
      const name = machine === 'data' ? 'data server' : 'mover';
      const text = `${name} ${changed ? '→ ' : ''}${state}${reason ? ` (${reason})` : ''}${certain ? '' : ' (inferred)'}`;
      parts.push(element('span', { class: `state state-${state.toLowerCase()}`, title: doc }, text));
    }
    const [job] = jobs;
    if (job) {
      parts.push(
        element('span', { class: 'meaning-job' }, `Job ${job.id + 1}: ${job.title}`),
        link('Show in Sequence', () => this.actions.open('sequence', { n, job: job.id })),
        link('Explain', () => this.actions.open('explain', { n, job: job.id })),
      );
    }
    this.root.replaceChildren(...parts);
    show(this.root, parts.length > 0);
  }
}
