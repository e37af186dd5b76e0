import { interfaceOf, messageName } from '../../protocol';
import type { InterfaceName } from '../../protocol';
import type { Bar, Lane } from '../messages';
import type { Work } from '../scheduler';
import type { CaptureModel } from './captureModel';
import { isFailed, resultOf } from './result';
import { marksText } from './rows';

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
  post: boolean;
  interface: InterfaceName;
  count: number;
  /** The row whose result is told: the first that failed; -1 when none did. */
  failed: number;
  /** What a tap did with the first of its messages with which it did something. */
  mark: string | undefined;
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
      if (builder && !isPairedRequest(model, row)) builder.add(row, from, to);
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

class LaneBuilder {
  private readonly bars: OpenBar[] = [];
  /** The latest bar of each kind and interface, those without a reply apart. */
  private readonly last = new Map<string, OpenBar>();

  constructor(
    private readonly model: CaptureModel,
    private readonly resolution: number,
  ) {}

  /** Takes the exchange that ends with `row`, or the post, when it touches from .. to. */
  add(row: number, from: number, to: number): void {
    const { index } = this.model;
    const kind = index.kind(row);
    const endless = kind === 'request';
    const first = kind === 'reply' && index.pair(row) >= 0 ? index.pair(row) : row;
    const end = this.model.time(row);
    const begin = first === row ? end : Math.min(end, this.model.time(first));
    if (begin > to || (end < from && !endless)) return;
    const code = index.code(row);
    const name = interfaceOf(code);
    const key = `${kind === 'post' ? 'p' : endless ? 'e' : 'r'}${name}`;
    let bar = this.last.get(key);
    if (!bar || Math.abs(begin - bar.to) >= this.resolution || end - begin >= this.resolution) {
      bar = {
        first,
        from: begin,
        to: end,
        endless,
        post: kind === 'post',
        interface: name,
        count: 0,
        failed: -1,
        mark: undefined,
        codes: new Map(),
      };
      this.bars.push(bar);
      this.last.set(key, bar);
    }
    bar.count++;
    bar.from = Math.min(bar.from, begin);
    bar.to = Math.max(bar.to, end);
    bar.codes.set(code, (bar.codes.get(code) ?? 0) + 1);
    if (bar.failed < 0 && isFailed(index, row)) bar.failed = row;
    bar.mark ??= marksText(this.model, row) ?? marksText(this.model, first);
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
      kind: bar.post ? 'post' : 'request',
      interface: bar.interface,
      name: messageName(code, index.version(bar.first)).replace(/^NDMP_/, ''),
      count: bar.count,
      failed: bar.failed >= 0,
      mark: bar.mark,
      result: bar.failed >= 0 ? resultOf(index, bar.failed)?.text : undefined,
    };
  }
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
