import type { TimeBreakdown } from '../../../src/analysis/statistics/model';
import { element } from '../../dom';
import { durationText } from '../../format';
import { WHO_CLASSES, WHO_TITLES } from '../whoColours';

/** 0.123 → '12 %', '0.4 %', '< 0.1 %'. */
export function percentText(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  const whole = percent === 0 || (percent >= 9.95 && percent < 99.5) || percent > 99.95;
  return `${whole ? Math.round(percent) : percent.toFixed(1)} %`;
}

/** The time of a job as one bar, cut by who had it, with the words for each part under it. */
export function shareBar({ byWho, seconds }: TimeBreakdown): HTMLElement {
  if (byWho.length === 0) return element('div', {});
  const parts = byWho.map(({ who, share }) => {
    const part = element('div', {
      class: `share-part ${WHO_CLASSES[who]}`,
      title: `${WHO_TITLES[who]}: ${percentText(share)}`,
    });
    part.style.flexGrow = String(Math.max(share, 0.0005));
    return part;
  });
  const words = byWho.map(({ who, share, seconds: time }) =>
    element(
      'li',
      {},
      element('span', { class: `who-patch ${WHO_CLASSES[who]}`, 'aria-hidden': 'true' }),
      element('strong', {}, percentText(share)),
      ` ${WHO_TITLES[who]}, ${durationText(time)}`,
    ),
  );
  const label = `${durationText(seconds)} in all`;
  return element(
    'div',
    { class: 'share-bar' },
    element('div', { class: 'share-strip', role: 'img', 'aria-label': `Shares of the time, ${label}` }, ...parts),
    element('ul', { class: 'share-words', 'aria-label': label }, ...words),
  );
}
