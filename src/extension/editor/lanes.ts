import { interfaceOf, messageName } from '../../protocol';
import type { InterfaceName } from '../../protocol';
import type { Bar, Lane } from '../messages';
import type { Work } from '../scheduler';
import type { CaptureModel } from './captureModel';
import { isFailed, resultOf } from './result';

const MAX_BARS = 4000;
const MAX_GAPS = 200;

export interface LanesAsk {
  from: number;
  to: number;
  connections: number[];
  maxBars: number;
}

/** A bar while neighbours may still join it. */
interface OpenBar {
  first: number;
  from: number;
  to: number;
  endless: boolean;
  kind: 'request' | 'post';
  interface: InterfaceName;
  count: number;
  /** The row whose result is told: the first that failed. */
  failed: number;
  /** How often each code occurs. */
  codes: Map<number, number>;
}

/**
 * The exchanges and posts that touch from .. to, a lane for each connection. Neighbours of one kind that stand closer
 * than the asked resolution become one bar, so that the answer's size does not grow with the capture.
 */
export function* lanes(model: CaptureModel, ask: LanesAsk): Work<{ lanes: Lane[] }> {
  const { from, to } = ask;
  const resolution = (to - from) / Math.max(1, Math.min(MAX_BARS, ask.maxBars));
  const builders = new Map(ask.connections.map((id) => [id, new LaneBuilder(model, resolution)]));
  const { index, times, origin } = model;
  for (const [first, end] of times.blocksBetween(from + origin, to + origin, true)) {
    for (let row = first; row < end; row++) {
      const builder = builders.get(index.connection(row));
      if (!builder || isPairedRequest(model, row)) continue;
      const bar = barOf(model, row);
      if (bar.from <= to && (bar.to >= from || bar.endless)) builder.add(bar);
    }
    yield;
  }
  const gaps = yield* gapsIn(model, from, to);
  return {
    lanes: ask.connections.map((connection) => ({
      connection,
      bars: builders.get(connection)!.finish(),
      gaps: gaps.get(connection) ?? [],
    })),
  };
}

/** A request whose reply is there is drawn when the reply is met. */
function isPairedRequest(model: CaptureModel, row: number): boolean {
  const { index } = model;
  return index.kind(row) === 'request' && index.pair(row) >= 0 && index.pair(row) < model.count;
}

function barOf(model: CaptureModel, row: number): OpenBar {
  const { index } = model;
  const request = index.kind(row) === 'reply' && index.pair(row) >= 0 ? index.pair(row) : row;
  const from = model.time(request);
  const to = model.time(row);
  const code = index.code(row);
  return {
    first: request,
    from: Math.min(from, to),
    to,
    endless: index.kind(row) === 'request',
    kind: index.kind(row) === 'post' ? 'post' : 'request',
    interface: interfaceOf(code),
    count: 1,
    failed: isFailed(index, row) ? row : -1,
    codes: new Map([[code, 1]]),
  };
}

class LaneBuilder {
  private readonly bars: OpenBar[] = [];
  /** The latest bar of each kind and interface, those without a reply apart. */
  private readonly last = new Map<string, OpenBar>();

  constructor(
    private readonly model: CaptureModel,
    private readonly resolution: number,
  ) {}

  add(bar: OpenBar): void {
    const key = `${bar.kind} ${bar.interface} ${bar.endless}`;
    const last = this.last.get(key);
    if (last && this.isNear(last, bar)) join(last, bar);
    else {
      this.bars.push(bar);
      this.last.set(key, bar);
    }
  }

  /** Both shorter than the resolution or with less than that between them: nobody could tell them apart. */
  private isNear(last: OpenBar, bar: OpenBar): boolean {
    return Math.abs(bar.from - last.to) < this.resolution && bar.to - bar.from < this.resolution;
  }

  finish(): Bar[] {
    return this.bars.sort((a, b) => a.from - b.from).map((bar) => this.finished(bar));
  }

  private finished(bar: OpenBar): Bar {
    const { index } = this.model;
    const code = commonest(bar.codes);
    return {
      n: bar.first + 1,
      from: bar.from,
      to: bar.endless ? undefined : bar.to,
      kind: bar.kind,
      interface: bar.interface,
      name: messageName(code, index.version(bar.first)).replace(/^NDMP_/, ''),
      count: bar.count,
      failed: bar.failed >= 0,
      result: bar.failed >= 0 ? resultOf(index, bar.failed)?.text : undefined,
    };
  }
}

function join(bar: OpenBar, next: OpenBar): void {
  bar.from = Math.min(bar.from, next.from);
  bar.to = Math.max(bar.to, next.to);
  bar.count += next.count;
  if (bar.failed < 0) bar.failed = next.failed;
  for (const [code, count] of next.codes) bar.codes.set(code, (bar.codes.get(code) ?? 0) + count);
}

function commonest(codes: Map<number, number>): number {
  let best = 0;
  let most = 0;
  for (const [code, count] of codes)
    if (count > most) {
      best = code;
      most = count;
    }
  return best;
}

/** Where bytes are missing, by connection: from the message before to the one after. */
function* gapsIn(model: CaptureModel, from: number, to: number): Work<Map<number, Lane['gaps']>> {
  const gaps = new Map<number, Lane['gaps']>();
  for (let i = 0; i < model.damage.count; i++) {
    if (i % 8 === 7) yield;
    const { damage, before, after } = model.damage.at(i);
    const { connection } = damage;
    if (connection === undefined || (before === undefined && after === undefined)) continue;
    const gap = {
      from: before === undefined ? 0 : model.time(before),
      to: after === undefined ? model.duration : model.time(after),
      text: damage.text,
    };
    const list = gaps.get(connection) ?? [];
    if (gap.to >= from && gap.from <= to && list.length < MAX_GAPS) gaps.set(connection, [...list, gap]);
  }
  return gaps;
}
