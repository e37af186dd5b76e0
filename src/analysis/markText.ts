/** What a tap begins its comments of packets with, so that readers of captures know whose they are. */
const TAP_PREFIX = 'NDMP Workbench tap: ';

/** A mark of a message as people read it. */
export function markText(mark: string): string {
  return mark.startsWith(TAP_PREFIX) ? mark.slice(TAP_PREFIX.length) : mark;
}
