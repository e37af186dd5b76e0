import { knownPayload } from '../../session/recordReader';
import { bodyToJson, decodeMessage, interfaceOf } from '../../protocol';
import type { InterfaceName } from '../../protocol';
import type { Overview, Pause } from '../messages';
import type { Work } from '../scheduler';
import { INTERFACES, Series } from './captureModel';
import type { CaptureModel } from './captureModel';
import { isFailed } from './result';
import type { VisibleRows } from './visibleRows';

const MAX_BUCKETS = 4096;
const MAX_PAUSES = 50;
const MAX_DAMAGE = 200;
/** A silence is worth a mark from this share of the shown time on. */
const SILENCE_SHARE = 0.04;
const SHORTEST_SILENCE = 0.05;

export interface OverviewAsk {
  from: number;
  to: number;
  buckets: number;
}

/**
 * Counts over time for the strip above the table. Times are seconds since the capture's earliest moment. Wide
 * stretches come from the model's histogram; where that is too coarse the messages themselves are counted.
 */
export function* overview(model: CaptureModel, visible: VisibleRows, ask: OverviewAsk): Work<Overview> {
  const { from, to } = ask;
  const buckets = Math.max(1, Math.min(MAX_BUCKETS, Math.floor(ask.buckets) || 1));
  const fine = (to - from) / buckets < 2 * model.histogram.width;
  const counts = fine
    ? yield* countMessages(model, visible, from, to, buckets)
    : resampled(model, visible, from, to, buckets);
  const damage = yield* damageIn(model, from, to);
  return { from, to, ...counts, pauses: pausesIn(model, from, to), damage };
}

type Counts = Pick<Overview, 'total' | 'errors' | 'matching' | 'interfaces'>;

function resampled(model: CaptureModel, visible: VisibleRows, from: number, to: number, buckets: number): Counts {
  const { histogram, origin } = model;
  const series = (i: number) => rounded(histogram.resample(i, from + origin, to + origin, buckets));
  const interfaces: Partial<Record<InterfaceName, number[]>> = {};
  INTERFACES.forEach((name, i) => {
    const list = series(Series.INTERFACES + i);
    if (list.some((count) => count > 0)) interfaces[name] = list;
  });
  return {
    total: series(Series.TOTAL),
    errors: series(Series.ERRORS),
    matching: visible.filtered
      ? rounded(visible.histogram.resample(0, from + origin, to + origin, buckets))
      : undefined,
    interfaces,
  };
}

/** Messages that spread over several buckets make fractions; a bucket with any of one shows at least that. */
const rounded = (counts: Float64Array) => Array.from(counts, (count) => Math.round(count * 100) / 100);

function* countMessages(
  model: CaptureModel,
  visible: VisibleRows,
  from: number,
  to: number,
  buckets: number,
): Work<Counts> {
  const { index, times, origin } = model;
  const list = () => new Array<number>(buckets).fill(0);
  const total = list();
  const errors = list();
  const matching = visible.filtered ? list() : undefined;
  const interfaces: Partial<Record<InterfaceName, number[]>> = {};
  for (const [first, end] of times.blocksBetween(from + origin, to + origin, false)) {
    for (let row = first; row < end; row++) {
      const time = model.time(row);
      if (time < from || time > to) continue;
      const bucket = Math.min(buckets - 1, Math.floor(((time - from) / (to - from)) * buckets) || 0);
      total[bucket]++;
      if (isFailed(index, row)) errors[bucket]++;
      if (matching && visible.contains(row)) matching[bucket]++;
      (interfaces[interfaceOf(index.code(row))] ??= list())[bucket]++;
    }
    yield;
  }
  return { total, errors, matching, interfaces };
}

function pausesIn(model: CaptureModel, from: number, to: number): Pause[] {
  const { origin } = model;
  const silences = model.silences
    .longest(from + origin, to + origin, Math.max(SHORTEST_SILENCE, (to - from) * SILENCE_SHARE))
    .map((silence): Pause => ({
      from: silence.from - origin,
      to: silence.to - origin,
      kind: 'silence',
      text: 'No messages',
    }));
  const movers = model.pauses.pauses
    .map((pause) => ({ row: pause.row, from: pause.from - origin, to: (pause.to ?? model.times.end) - origin }))
    .filter((pause) => pause.to >= from && pause.from <= to)
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, MAX_PAUSES)
    .map(({ row, ...stretch }): Pause => ({
      ...stretch,
      kind: 'mover',
      text: `Mover paused${pauseReason(model, row)}`,
    }));
  return [...movers, ...silences].slice(0, MAX_PAUSES);
}

/** ' (EOM)' from the body of a NOTIFY_MOVER_PAUSED. */
function pauseReason({ session }: CaptureModel, row: number): string {
  const context = session.context(row);
  const { reason } = bodyToJson(decodeMessage(knownPayload(session.record(row)), context).value, context);
  return typeof reason === 'string' ? ` (${reason.replace(/^NDMP_(MOVER_)?PAUSE_/, '')})` : '';
}

function* damageIn(model: CaptureModel, from: number, to: number): Work<Overview['damage']> {
  const places: Overview['damage'] = [];
  for (let i = 0; i < model.damage.count && places.length < MAX_DAMAGE; i++) {
    if (i % 8 === 7) yield;
    const row = model.damage.row(i);
    if (row === undefined || row >= model.count) continue;
    const at = model.time(row);
    if (at < from || at > to) continue;
    places.push({ at, text: model.damage.at(i).damage.text, n: row + 1 });
  }
  return places;
}
