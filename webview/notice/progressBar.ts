import type { Bus } from '../bus';
import { button } from '../controls';
import { element, setAttributes, setText, show } from '../dom';
import { bytesText, countText } from '../format';
import type { ViewState } from '../state';

/** How far reading has come, with the button that stops it; gone when it is done. */
export class ProgressBar {
  readonly root = element('div', { class: 'progress' });
  private readonly track = element('div', {
    class: 'progress-track',
    role: 'progressbar',
    'aria-label': 'Reading the capture',
  });
  private readonly fill = element('div', { class: 'progress-fill' });
  private readonly text = element('span', { class: 'progress-text' });

  constructor(
    bus: Bus,
    private readonly state: ViewState,
  ) {
    this.track.append(this.fill);
    const cancel = button({ appearance: 'secondary', class: 'tool' }, () => bus.tell({ type: 'cancel' }), 'Cancel');
    this.root.append(this.track, this.text, cancel);
    state.capture.follow(() => this.update());
  }

  private update(): void {
    const { phase, bytesRead, bytesTotal, rows } = this.state.capture.value.progress;
    const running = phase === 'opening' || phase === 'unpacking' || phase === 'indexing';
    show(this.root, running);
    if (!running) return;
    const share = bytesTotal ? Math.min(1, bytesRead / bytesTotal) : undefined;
    this.track.classList.toggle('unknown', share === undefined);
    this.fill.style.transform = share === undefined ? '' : `scaleX(${share})`;
    setAttributes(this.track, {
      'aria-valuemin': 0,
      'aria-valuemax': 100,
      'aria-valuenow': share === undefined ? undefined : Math.round(share * 100),
    });
    const of = bytesTotal ? ` of ${bytesText(bytesTotal)}` : '';
    const verb = phase === 'unpacking' ? 'Unpacking' : 'Reading';
    setText(this.text, `${verb}: ${bytesText(bytesRead)}${of}, ${countText(rows)} messages`);
  }
}
