import type { Actions } from '../actions';
import type { Bus } from '../bus';
import { button } from '../controls';
import { element, setText, show } from '../dom';
import { bytesText, plural } from '../format';
import type { ViewState } from '../state';

/** Says that the capture is still being written, and brings the list back to its end. */
export class LiveBar {
  readonly root = element('div', { class: 'live', role: 'region', 'aria-label': 'Live capture' });
  private readonly text = element('span', { class: 'live-text' });
  private readonly jump = element('button', { class: 'link live-jump' });

  constructor(
    bus: Bus,
    private readonly state: ViewState,
    actions: Actions,
  ) {
    this.jump.addEventListener('click', () => actions.jumpToEnd());
    const stop = button(
      { appearance: 'secondary', class: 'tool', title: 'Show what there is now; what writes the file goes on' },
      () => bus.tell({ type: 'stopFollowing' }),
      'Stop Following',
    );
    this.root.append(
      element('span', { class: 'live-dot', 'aria-hidden': 'true' }),
      element('span', { class: 'live-word' }, 'Live'),
      this.text,
      this.jump,
      stop,
    );
    state.capture.follow(() => this.update());
    state.behind.follow(() => this.update());
  }

  private update(): void {
    const { isLive, capture, behind } = this.state;
    show(this.root, isLive);
    if (!isLive) return;
    const { rows, bytesRead } = capture.value.progress;
    const count = behind.value;
    const where = count === undefined ? 'the list follows its end' : 'the list stands still';
    setText(this.text, `${plural(rows, 'message')}, ${bytesText(bytesRead)}; ${where}`);
    show(this.jump, count !== undefined);
    setText(this.jump, count ? `Jump to End (${plural(count, 'new row')})` : 'Jump to End');
  }
}
