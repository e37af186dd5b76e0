/** The row a key moves to from `cursor` (-1: none yet), or undefined when the key does not move. */
export function tableKey(
  event: Pick<KeyboardEvent, 'key' | 'altKey' | 'metaKey' | 'shiftKey'>,
  cursor: number,
  page: number,
  count: number,
): number | undefined {
  if (event.altKey || event.metaKey || event.shiftKey || count === 0) return undefined;
  const clamp = (row: number): number => Math.min(Math.max(row, 0), count - 1);
  switch (event.key) {
    case 'ArrowDown':
      return clamp(cursor + 1);
    case 'ArrowUp':
      return clamp(cursor - 1);
    case 'PageDown':
      return clamp(cursor + Math.max(1, page));
    case 'PageUp':
      return clamp(cursor - Math.max(1, page));
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
