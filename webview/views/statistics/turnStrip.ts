import type { Stretch, TimeBreakdown } from '../../../src/analysis/statistics/model';
import { element, setAttributes } from '../../dom';
import { durationText, relativeText } from '../../format';
import { hideTooltip, showTooltip } from '../../layout/tooltip';
import { TimeScale } from '../../overview/timeScale';
import type { Range } from '../../state';
import { WHO_CLASSES, WHO_TITLES } from '../whoColours';
import { svg } from './svg';

const HEIGHT = 22;

/** Who had the time, moment by moment, under the same times as the charts. */
export class TurnStrip {
  readonly root = element('div', { class: 'chart' });
  private readonly plot = svg('svg', { class: 'chart-plot turn-strip', height: HEIGHT, role: 'img' });
  private breakdown: TimeBreakdown | undefined;
  private time = new TimeScale({ from: 0, to: 1 }, 0, 1);

  constructor() {
    const title = element('div', { class: 'chart-title' }, 'Who had the time');
    this.root.append(element('div', { class: 'chart-side' }, title), this.plot);
    this.plot.append(hatch());
    this.plot.addEventListener('pointermove', (event) => this.tell(event));
    this.plot.addEventListener('pointerleave', hideTooltip);
  }

  draw(breakdown: TimeBreakdown, range: Range, width: number): void {
    this.breakdown = breakdown;
    this.time = new TimeScale(range, 0, width);
    const { shares } = breakdown;
    const who = new Map(shares.map((share) => [share.cause, share.who]));
    const bars = breakdown.stretches
      .filter(({ from, to }) => to > range.from && from < range.to)
      .map(({ from, to, cause }) => {
        const x = this.time.clampedX(from);
        const name = WHO_CLASSES[who.get(cause) ?? 'not told'];
        const end = this.time.clampedX(to);
        return svg('rect', { class: `turn ${name}`, x, y: 2, width: Math.max(0.5, end - x), height: HEIGHT - 4 });
      });
    setAttributes(this.plot, { width, viewBox: `0 0 ${width} ${HEIGHT}`, 'aria-label': this.summary() });
    this.plot.replaceChildren(hatch(), ...bars);
  }

  private summary(): string {
    const parts = this.breakdown?.byWho.map(
      ({ who, share }) => `${WHO_TITLES[who]} ${Math.round(share * 100)} percent`,
    );
    return `Who had the time: ${parts?.join(', ') ?? ''}. The table below says the same in words.`;
  }

  private tell(event: PointerEvent): void {
    const seconds = this.time.seconds(event.clientX - this.plot.getBoundingClientRect().left);
    const found = this.breakdown?.stretches.find(({ from, to }) => seconds >= from && seconds < to);
    if (found === undefined) hideTooltip();
    else showTooltip(event.clientX, event.clientY, this.lines(found));
  }

  private lines({ from, to, cause, what, rows }: Stretch): { text: string; class?: 'strong' | 'dim' }[] {
    const share = this.breakdown?.shares.find((each) => each.cause === cause);
    const messages = rows.slice(0, 4).map((row) => row + 1);
    return [
      { text: `${durationText(to - from)} at ${relativeText(from, 3)} s`, class: 'strong' },
      { text: `${share ? `${WHO_TITLES[share.who]}: ${share.label}` : cause}${what === '' ? '' : `, ${what}`}` },
      ...(messages.length > 0 ? [{ text: `messages ${messages.join(', ')}`, class: 'dim' as const }] : []),
    ];
  }
}

/** The pattern of what is not told, so that it is not told by its colour alone. */
function hatch(): SVGElement {
  return svg(
    'defs',
    {},
    svg(
      'pattern',
      { id: 'turn-hatch', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      svg('rect', { class: 'hatch-ground', width: 6, height: 6 }),
      svg('rect', { class: 'hatch-line', width: 2, height: 6 }),
    ),
  );
}
