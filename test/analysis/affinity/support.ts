import {
  affinityOfCapture,
  type AffinityAnswer,
  type AffinityAsk,
  type ThingView,
} from '../../../src/analysis/affinity';
import { Analysis } from '../../../src/analysis/analysis';
import type { CaptureSession } from '../../../src/session/capture';
import { Story } from '../../samples/cab/nights';
import { indexed } from '../../support/indexed';

export const NONE = { lifs: {}, keys: [] };

/** The session of a story that was told. */
export function told(tell: (story: Story) => void): CaptureSession {
  const story = new Story();
  tell(story);
  return indexed(story.recording.toPcapng('told by a test'));
}

export function answer(session: CaptureSession, ask: Partial<AffinityAsk> = {}): AffinityAnswer {
  return affinityOfCapture(new Analysis(session), { settings: NONE, ...ask });
}

export function thingOf({ nodes }: AffinityAnswer, name: string): ThingView {
  const found = nodes.flatMap(({ things }) => things).find((thing) => thing.name === name);
  if (found === undefined) throw new Error(`nothing is called ${name}`);
  return found;
}

/** Way of the pair, with names looked up. */
export function wayBetween(
  session: CaptureSession,
  volume: string,
  drive: string,
  ask: Partial<AffinityAsk> = {},
): string {
  const first = answer(session, ask);
  const pair = { volume: thingOf(first, volume).id, drive: thingOf(first, drive).id };
  return answer(session, { ...ask, ...pair }).pair?.verdict.way ?? 'no pair';
}

/** All texts of an answer, for what must or must not be said anywhere. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
