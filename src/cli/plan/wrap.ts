import { cellWidth } from '../terminal/text';

/**
 * Folds a text at its spaces.
 * @param width columns of the terminal; undefined: nothing is folded
 * @param indent columns that stand before each line
 */
export function wrapped(text: string, width: number | undefined, indent: number): string[] {
  if (width === undefined) return [text];
  const room = Math.max(20, width - indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && cellWidth(line) + 1 + cellWidth(word) > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
