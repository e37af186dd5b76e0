import { interfaceOf } from '../../protocol';
import type { MessageIndex } from '../../session/messageIndex';
import type { FilterToggles } from '../messages';
import { isFailed } from './result';
import type { RowFilter } from './visibleRows';

/** A filter text, compiled for one capture. */
export interface TextFilter {
  matches(row: number): boolean;
  /** True when bodies are decoded. */
  slow: boolean;
}

/**
 * The toggles and the filter text as one test of a row; undefined when every message passes.
 *
 * With `exchanges`, a row stands for a request and its reply, so it passes when either of them does.
 */
export function rowFilter(
  index: MessageIndex,
  toggles: FilterToggles,
  text: TextFilter | undefined,
): RowFilter | undefined {
  const { errorsOnly, posts, fileHistory, exchanges } = toggles;
  const connections = toggles.connections && new Set(toggles.connections);
  if (!errorsOnly && posts && fileHistory && !exchanges && !connections && !text) return undefined;

  const isListed = (row: number): boolean => {
    if (connections && !connections.has(index.connection(row))) return false;
    const kind = index.kind(row);
    if (kind === 'post' && (!posts || (!fileHistory && interfaceOf(index.code(row)) === 'fh'))) return false;
    return !(exchanges && kind === 'reply' && index.pair(row) >= 0);
  };
  const passes = (row: number): boolean =>
    (!errorsOnly || isFailed(index, row) || index.hasProblem(row)) && (!text || text.matches(row));
  const replyPasses = (row: number): boolean => {
    const reply = exchanges && index.kind(row) === 'request' ? index.pair(row) : -1;
    return reply >= 0 && reply < index.count && passes(reply);
  };

  return { matches: (row) => isListed(row) && (passes(row) || replyPasses(row)), slow: text?.slow ?? false };
}
