import type { CaptureState } from '../../src/extension/messages';
import type { Bus } from '../bus';
import { button } from '../controls';
import { element, show, type Child } from '../dom';
import { bytesText, plural } from '../format';
import type { Matches, ViewState } from '../state';

type Situation = 'rows' | 'waiting' | 'live' | 'failed' | 'nothing' | 'filtered';

/** What stands in the table's place when it has no rows, and what one can do about it. */
export class EmptyState {
  readonly root = element('div', { class: 'empty' });
  private situation: Situation | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly state: ViewState,
    private readonly clearFilter: () => void,
    /** Tells whether the capture has any messages to draw. */
    private readonly onCapture: (hasMessages: boolean) => void,
  ) {
    state.capture.follow(() => this.update());
    state.matches.onChange(() => this.update());
  }

  private update(): void {
    const capture = this.state.capture.value;
    const situation = situationOf(capture, this.state.matches.value);
    this.onCapture(situation === 'rows' || situation === 'filtered');
    if (situation === this.situation && situation !== 'nothing') return;
    this.situation = situation;
    show(this.root, situation !== 'rows');
    if (situation !== 'rows') this.root.replaceChildren(...this.content(situation, capture));
  }

  private content(situation: Exclude<Situation, 'rows'>, capture: CaptureState): HTMLElement[] {
    switch (situation) {
      case 'waiting':
        return [line('Reading the capture…', 'Messages appear here as they are found.')];
      case 'live':
        return [line('No messages yet.', 'They appear here as they are written.')];
      case 'filtered':
        return [
          line('No message matches the filter.', 'The overview and the waterfall still show all of the capture.'),
          button({ appearance: 'secondary' }, () => this.clearFilter(), 'Clear Filter'),
        ];
      case 'failed':
        return [line('This file could not be read.', capture.error ?? 'It is not a packet capture.'), this.reopen()];
      case 'nothing':
        if (capture.encrypted.length > 0)
          return [
            line(
              'No NDMP that could be read in this capture.',
              `It has connections that are encrypted with TLS: ${capture.encrypted.join('; ')}. With the key log of ` +
                'their client or server they can be read.',
            ),
            button({}, () => this.bus.tell({ type: 'useTlsKeyLog' }), 'Use TLS Key Log…'),
            this.reopen(),
          ];
        return [
          line(
            'No NDMP in this capture.',
            `${plural(capture.packets, 'packet')} (${bytesText(capture.bytes)}) were read, and none of them belongs to a ` +
              'TCP connection that speaks NDMP, whatever the port. ' +
              'A capture with a short snap length may hold headers only.',
          ),
          this.reopen(),
        ];
    }
  }

  private reopen(): HTMLElement {
    return button({ appearance: 'secondary' }, () => this.bus.tell({ type: 'reopenWith' }), 'Reopen Editor With…');
  }
}

function situationOf(capture: CaptureState, matches: Matches): Situation {
  const { phase } = capture.progress;
  const any = capture.counts.messages > 0 || matches.count > 0;
  if (matches.count > 0) return 'rows';
  if (any) return matches.done ? 'filtered' : 'rows';
  if (phase === 'failed') return 'failed';
  if (phase === 'following') return 'live';
  return phase === 'done' || phase === 'cancelled' ? 'nothing' : 'waiting';
}

function line(title: string, text: string): HTMLElement {
  const children: Child[] = [element('h2', {}, title), element('p', {}, text)];
  return element('div', { role: 'status' }, ...children);
}
