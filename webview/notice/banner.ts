import type { CaptureState, DamageState } from '../../src/extension/messages';
import type { Actions } from '../actions';
import { button } from '../controls';
import { element, show } from '../dom';
import { countText, plural } from '../format';
import { icon } from '../icons';
import type { ViewState } from '../state';

/** Places shown before "Show all". */
const FEW = 2;

/** Says what of the capture could not be read, and where. */
export class Banner {
  readonly root = element('div', { class: 'banner', role: 'region', 'aria-label': 'Damage in this capture' });
  private dismissed = 0;
  private all = false;
  private shown = '';

  constructor(
    private readonly state: ViewState,
    private readonly actions: Actions,
  ) {
    state.capture.follow((capture) => this.update(capture));
  }

  private update(capture: CaptureState): void {
    const { damage, damageTotal, progress } = capture;
    const stopped = progress.phase === 'cancelled' || (progress.phase === 'failed' && capture.counts.messages > 0);
    const visible = damageTotal > this.dismissed || (stopped && this.dismissed >= 0);
    show(this.root, visible);
    const key = JSON.stringify([damage, damageTotal, this.all, progress.phase, capture.error]);
    if (!visible || key === this.shown) return;
    this.shown = key;
    const lines = damage.slice(0, this.all ? damage.length : FEW).map((place) => this.place(place));
    if (progress.phase === 'cancelled') {
      const share = progress.bytesTotal
        ? ` after ${Math.floor((progress.bytesRead / progress.bytesTotal) * 100)} %`
        : '';
      lines.unshift(element('li', {}, `Reading was cancelled${share}: what was read until then is shown.`));
    } else if (stopped) lines.unshift(element('li', {}, capture.error ?? 'Reading stopped.'));
    this.root.replaceChildren(
      icon('warning'),
      element('ul', { class: 'banner-list' }, ...lines),
      element('span', { class: 'banner-tools' }, this.moreButton(damage, damageTotal), this.closeButton(damageTotal)),
    );
  }

  private place(damage: DamageState): HTMLElement {
    const { n } = damage;
    const where = ` (packet ${countText(damage.frame)})`;
    const known = damage.frame > 0 && !/(packet|frame) \d/i.test(damage.text) ? where : '';
    const show =
      n === undefined
        ? undefined
        : element('button', { class: 'link', title: `Go to message ${countText(n)}` }, 'Show');
    show?.addEventListener('click', () => this.actions.select(n!, 'jump'));
    return element('li', {}, `${damage.text}${known} `, show);
  }

  private moreButton(damage: DamageState[], total: number): HTMLElement | undefined {
    if (total <= FEW) return undefined;
    const rest = total > damage.length && this.all ? `first ${damage.length} of ${plural(total, 'place')}` : '';
    const label = this.all ? 'Show less' : `${plural(total - FEW, 'more place')}`;
    const more = button({ appearance: 'secondary', class: 'tool', title: rest || undefined }, () => {
      this.all = !this.all;
      this.update(this.state.capture.value);
    });
    more.append(label);
    return more;
  }

  private closeButton(total: number): HTMLElement {
    return button(
      { appearance: 'icon', class: 'filter-button', 'aria-label': 'Dismiss', title: 'Dismiss' },
      () => {
        this.dismissed = total === 0 ? -1 : total;
        show(this.root, false);
      },
      icon('close'),
    );
  }
}
