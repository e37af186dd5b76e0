/**
 * Text as Markdown (CommonMark and GitHub's) that shows exactly as it is: nothing in it becomes markup, a link, an image,
 * HTML or mathematics. Made for the middle of a line or a table cell; line ends become spaces.
 */
export function markdownText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*{}[\]<>#|!~$&@^]/g, '\\$&')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/(?<=www)\./gi, '\\.')
    .replace(
      /^(\s*)([-+=]|\d+[.)](?=\s|$))/,
      (_, space: string, mark: string) => `${space}${mark.slice(0, -1)}\\${mark.at(-1)}`,
    );
}

/** A table row of cells that are Markdown already. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Head and rule of a table; columns that hold numbers stand to the right. */
export function tableHead(titles: readonly string[], right: readonly boolean[] = []): string[] {
  return [tableRow(titles), tableRow(titles.map((_, i) => (right[i] ? '---:' : '---')))];
}
