/** Names in the first column and text in the last column of a Markdown document's tables. */
export function tableDescriptions(markdown: string): Map<string, string> {
  const descriptions = new Map<string, string>();
  for (const line of markdown.split('\n')) {
    if (!line.startsWith('|')) continue;
    const cells = line.split('|').slice(1, -1);
    for (const [, name] of (cells[0] ?? '').matchAll(/`([^`]+)`/g))
      descriptions.set(name, (cells.at(-1) ?? '').replace(/[`*]/g, '').trim());
  }
  return descriptions;
}
