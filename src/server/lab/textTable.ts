/** Rows as aligned columns, two blanks apart; the last column keeps its length. */
export function textTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at])))
      .join('  ')
      .trimEnd(),
  );
}

/** Words behind a heading, in lines of at most 80 columns; what follows is indented. */
export function wordLines(heading: string, words: readonly string[]): string[] {
  const lines = [heading];
  for (const word of words) {
    const last = lines.length - 1;
    if (lines[last].length + 1 + word.length <= 80) lines[last] += ` ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines;
}
