import { clip, escapeText } from '../../protocol';
import type { RunReport } from '../../dma/run/model';
import type { Style } from '../terminal/style';

const MAX_PATH = 1000;

/** Where a run's recording and log are, as the last line of its report; nothing of a run that has none. */
export function runFileLines({ recording, log }: Pick<RunReport, 'recording' | 'log'>, style: Style): string[] {
  if (recording === undefined) return [];
  const beside = log === undefined ? '' : ' (as text in the .log beside it)';
  return [style.quiet(`  recorded in ${escapeText(clip(recording, MAX_PATH))}${beside}`)];
}
