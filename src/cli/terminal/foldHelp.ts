import { wrapped } from '../plan/wrap';
import { cellWidth } from './text';

/** Texts behind the options are written in lines of up to 120 columns; one longer than this goes on in the next. */
const FULL_LINE = 100;
const EXAMPLE = /^( +)(\S.*?) {2,}(\S.*)$/;

/**
 * Folds what is too wide for the terminal: paragraphs at their words, what stands beside an example or an option onto lines of its own.
 * @param width columns of the terminal; undefined: nothing is folded
 */
export function foldedHelp(text: string, width: number | undefined): string {
  if (width === undefined) return text;
  return joined(text.split('\n'))
    .flatMap((line) => (cellWidth(line) <= width ? [line] : foldedLine(line, width)))
    .join('\n');
}

/** Sentences that go over several lines, each in one. */
function joined(lines: readonly string[]): string[] {
  const all: string[] = [];
  let before = '';
  for (const line of lines) {
    const goesOn = before.length > FULL_LINE && !before.endsWith('.') && /^\S/.test(before) && /^\S/.test(line);
    if (goesOn) all.push(`${all.pop() ?? ''} ${line}`);
    else all.push(line);
    before = line;
  }
  return all;
}

function foldedLine(line: string, width: number): string[] {
  if (/^\S/.test(line)) return wrapped(line, width, 0);
  const [, indent, example, remark] = EXAMPLE.exec(line) ?? [];
  if (remark === undefined) return [line];
  const below = `${indent}    `;
  return [`${indent}${example}`, ...wrapped(remark, width, below.length).map((each) => below + each)];
}
