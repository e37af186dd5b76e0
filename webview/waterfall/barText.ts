import type { Bar } from '../../src/extension/messages';
import { countText, durationText, relativeText } from '../format';
import { interfaceLabel } from '../interfaces';
import type { TooltipLine } from '../layout/tooltip';

/** What a bar stands for, in words. */
export function barLines(bar: Bar, digits: number): TooltipLine[] {
  const many = bar.count > 1;
  const lines: TooltipLine[] = [
    { text: many ? `${countText(bar.count)} messages, most of them ${bar.name}` : bar.name, class: 'strong' },
    {
      text: `${many ? 'from message' : 'message'} ${countText(bar.n)}, ${interfaceLabel(bar.interface)}`,
      class: 'dim',
    },
    { text: `${relativeText(bar.from, Math.min(digits, 6))} s` },
  ];
  if (bar.to === undefined) lines.push({ text: 'no reply in this capture', class: 'bad' });
  else if (many) lines.push({ text: `over ${durationText(bar.to - bar.from)}` });
  else if (bar.kind === 'request') lines.push({ text: `replied after ${durationText(bar.to - bar.from)}` });
  else lines.push({ text: "the server's own message", class: 'dim' });
  if (bar.mark) lines.push({ text: bar.mark, class: 'marked' });
  if (bar.failed) lines.push({ text: many ? 'some of them failed' : (bar.result ?? 'failed'), class: 'bad' });
  return lines;
}
