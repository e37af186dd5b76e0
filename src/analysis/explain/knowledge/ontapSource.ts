import type { TextKnowledge } from './model';

/** An entry of ONTAP's own list of error messages; `page` is the name of its page there. */
export function ontap(page: string, pattern: string, cause: string, change: string): TextKnowledge {
  return {
    id: `ontap-${page}`,
    vendor: 'NetApp ONTAP',
    pattern,
    cause,
    change,
    source: `ONTAP documentation, tape backup error messages (tape-backup/${page}-reference)`,
  };
}
