import { counted } from './counts';
import type { CaptureState } from './messages';

/** Text and tooltip of the status bar item for a capture. */
export function statusText({ progress, counts, error, damageTotal }: CaptureState): { text: string; label: string } {
  const messages = counted(Math.max(progress.rows, counts.messages), 'message');
  const facts = [messages];
  if (counts.errors > 0) facts.push(counted(counts.errors, 'error'));
  if (damageTotal > 0) facts.push(counted(damageTotal, 'damaged place'));
  const busy = progress.phase === 'opening' || progress.phase === 'unpacking' || progress.phase === 'indexing';
  const summary = error ? 'capture cannot be read' : facts.join(' · ');
  return {
    text: `${busy ? '$(loading~spin) ' : progress.phase === 'following' ? '$(pulse) ' : ''}NDMP: ${summary}`,
    label: `NDMP capture: ${error ?? facts.join(', ')}${busy ? ', still reading' : progress.phase === 'following' ? ', live' : ''}`,
  };
}
