import { bodyToJson, clip, escapeText } from '../../protocol';
import type { AnalysisSource } from '../analysis';
import { bodyOf, textField } from '../connections';
import { textCauses } from './match';
import type { LogText } from './model';

const LOG_LOG = 0x600;
const LOG_DEBUG = 0x601;
const LOG_MESSAGE = 0x603;
const MAX_TEXTS = 200;
const MAX_READ = 50000;
const MAX_LENGTH = 500;

/** The log texts of a job's servers, equal ones joined, with what is known of them. */
export function logTexts(source: AnalysisSource, rows: readonly number[]): { logs: LogText[]; dropped: number } {
  const { index } = source;
  const texts = new Map<string, LogText>();
  let read = 0;
  let dropped = 0;
  for (const row of rows) {
    const code = index.code(row);
    if (index.kind(row) !== 'post' || (code !== LOG_MESSAGE && code !== LOG_LOG && code !== LOG_DEBUG)) continue;
    if (++read > MAX_READ) {
      dropped++;
      continue;
    }
    const body = bodyOf(source, row);
    const raw = (textField(body, 'entry') ?? textField(body, 'message') ?? '').trim();
    if (raw === '') continue;
    const text = clip(escapeText(raw), MAX_LENGTH);
    const known = texts.get(text);
    if (known !== undefined) {
      known.times++;
      if (known.rows.length < 20) known.rows.push(row);
    } else if (texts.size >= MAX_TEXTS) dropped++;
    else {
      const json = bodyToJson(body, source.context(row));
      const kind = typeof json.log_type === 'string' ? json.log_type : code === LOG_DEBUG ? 'DEBUG' : 'NORMAL';
      texts.set(text, { row, rows: [row], times: 1, kind, text, causes: textCauses(raw, row) });
    }
  }
  return { logs: [...texts.values()], dropped };
}
