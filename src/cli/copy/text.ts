import type { RunReport } from '../../dma/run/model';
import { clip, escapeText } from '../../protocol';
import { runFileLines } from '../dma/runFilesText';
import type { Style } from '../terminal/style';
import { byteSize, counted, span } from '../terminal/text';

const LENGTH = 1000;

/** How a copy went, for people. */
export function copyLines({ sources, state, message, recording, log }: RunReport, style: Style): string[] {
  const lines = sources.map((source) => {
    const { path, set, bytes, milliseconds, transferMilliseconds, barcodes } = source;
    const head = `set ${set ?? ''}  ${shown(path)}`;
    if (source.state !== 'done') return `${head}  ${style.error(`${source.state}: ${shown(source.message)}`)}`;
    const seconds = transferMilliseconds / 1000;
    const rate = seconds > 0 && bytes > 0n ? `, ${byteSize(Number(bytes) / seconds)}/s` : '';
    const tapes = barcodes.map(shown).join(', ');
    return `${head}  ${byteSize(Number(bytes))} to ${tapes} in ${span(milliseconds / 1000)}${rate}`;
  });
  const good = sources.filter((source) => source.state === 'done').length;
  if (state !== 'done') lines.push(style.error(`${state}: ${shown(message)}`));
  else lines.push(good === 0 ? 'Nothing had to be copied.' : style.heading(`${counted(good, 'set')} copied.`));
  lines.push(...runFileLines({ recording, log }, style));
  return lines;
}

function shown(text: string): string {
  return escapeText(clip(text, LENGTH));
}
