import { clockText, type SessionJoin } from '../../analysis/join';
import type { JsonValue } from '../../protocol';
import type { CaptureSession } from '../../session/capture';
import { counted } from '../terminal/text';

/** What a log and a capture of the same session have in common. */
export function joinLines(join: SessionJoin | undefined, a: CaptureSession, b: CaptureSession): string[] {
  if (join === undefined) return [];
  const byPorts = join.pairs.filter(({ how }) => how === 'addresses and ports').length;
  const how = byPorts === join.pairs.length ? 'addresses and ports' : 'sequence numbers, errors and values';
  const lines = [
    `Both hold the same session: ${counted(join.matched, 'message')} on ${counted(join.pairs.length, 'connection')}, told by ${how}.`,
    `  Only in A: ${counted(a.index.count - join.matched, 'message')}. Only in B: ${counted(b.index.count - join.matched, 'message')}.`,
  ];
  if (join.clock !== undefined) lines.push(`  Clocks: ${clockText(join.clock, a, 'A', b, 'B')}.`);
  return [...lines, ''];
}

/** The same for machines; null when they do not hold the same session. */
export function joinJson(join: SessionJoin | undefined): JsonValue {
  if (join === undefined) return null;
  const { matched, pairs, clock } = join;
  return {
    matched,
    connections: pairs.map(({ a, b, how, ...counts }) => ({ a: a + 1, b: b + 1, how, ...counts })),
    clock: clock === undefined ? null : { ...clock, drift: clock.drift ?? null },
  };
}
