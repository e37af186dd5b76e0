import { isAnswered, messageName } from '../../protocol';
import { latencyNanos, relativeSeconds } from '../../session/messageTimes';
import type { MessageSource } from '../messageView';
import type { Amount, MessageCount, MessageStatistics, ReplyTimes } from './model';
import { Quantiles } from './quantiles';
import type { RowTest } from './scope';

interface Counter {
  count: Omit<MessageCount, 'times'>;
  times: TimesOf;
}

/** Reply times with the slowest one's row. */
class TimesOf {
  private readonly quantiles = new Quantiles();
  private slowestRow = -1;

  add(seconds: number, row: number): void {
    if (seconds > this.quantiles.most) this.slowestRow = row;
    this.quantiles.add(seconds);
  }

  result(): ReplyTimes | undefined {
    const { quantiles, slowestRow } = this;
    if (quantiles.count === 0) return undefined;
    return {
      count: quantiles.count,
      least: quantiles.least,
      median: quantiles.quantile(0.5),
      p90: quantiles.quantile(0.9),
      p99: quantiles.quantile(0.99),
      most: quantiles.most,
      sum: quantiles.sum,
      exact: quantiles.exact,
      slowestRow,
    };
  }
}

/**
 * Counts, bytes and reply times by message. One walk over the index; no body is read.
 * @param range seconds since the capture's first message, both ends included
 */
export function countMessages(
  source: MessageSource,
  test: RowTest,
  range: { from: number; to: number } = { from: -Infinity, to: Infinity },
): MessageStatistics {
  const { index } = source;
  const counters = new Counters();
  const all = new TimesOf();
  const whole = range.from === -Infinity && range.to === Infinity;
  for (let row = 0; row < index.count; row++) {
    if (!test(row)) continue;
    if (!whole) {
      const at = relativeSeconds(index, row);
      if (at < range.from || at > range.to) continue;
    }
    const counter = counters.of(source, row);
    countRow(source, row, counter.count);
    const nanos = latencyNanos(index, row);
    if (nanos !== undefined) {
      counter.times.add(nanos / 1e9, row);
      all.add(nanos / 1e9, row);
    }
  }
  const messages = counters.all
    .map(({ count, times }): MessageCount => ({ ...count, times: times.result() }))
    .sort((a, b) => bytesOf(b) - bytesOf(a));
  return { messages, total: totalOf(messages), times: all.result() };
}

/** Counters by name; names are looked up once for each code and version. */
class Counters {
  private readonly byName = new Map<string, Counter>();
  private readonly byCode = new Map<number, Counter>();

  of({ index }: MessageSource, row: number): Counter {
    const code = index.code(row);
    const version = index.version(row);
    const key = code * 8 + version;
    let counter = this.byCode.get(key);
    if (counter === undefined) {
      const message = messageName(code, version);
      counter = this.byName.get(message) ?? newCounter(message, code, row);
      this.byName.set(message, counter);
      this.byCode.set(key, counter);
    }
    return counter;
  }

  get all(): Counter[] {
    return [...this.byName.values()];
  }
}

function newCounter(message: string, code: number, firstRow: number): Counter {
  const none = (): Amount => ({ messages: 0, bytes: 0 });
  const count = { message, code, requests: 0, replies: 0, posts: 0, errors: 0, unanswered: 0, firstRow };
  return { count: { ...count, toServer: none(), toDma: none() }, times: new TimesOf() };
}

function countRow({ index }: MessageSource, row: number, count: Counter['count']): void {
  const amount = index.fromServer(row) ? count.toDma : count.toServer;
  amount.messages++;
  amount.bytes += index.length(row);
  const kind = index.kind(row);
  if (kind === 'request') {
    count.requests++;
    count.unanswered += index.pair(row) < 0 && isAnswered(index.code(row)) ? 1 : 0;
  } else if (kind === 'reply') count.replies++;
  else count.posts++;
  count.errors += index.headerError(row) !== 0 || index.bodyError(row) > 0 ? 1 : 0;
}

function bytesOf({ toServer, toDma }: MessageCount): number {
  return toServer.bytes + toDma.bytes;
}

function totalOf(counts: readonly MessageCount[]): MessageStatistics['total'] {
  const sum = (of: (count: MessageCount) => number): number => counts.reduce((total, count) => total + of(count), 0);
  const toServer = { messages: sum((each) => each.toServer.messages), bytes: sum((each) => each.toServer.bytes) };
  const toDma = { messages: sum((each) => each.toDma.messages), bytes: sum((each) => each.toDma.bytes) };
  return {
    messages: toServer.messages + toDma.messages,
    toServer,
    toDma,
    errors: sum(({ errors }) => errors),
    unanswered: sum(({ unanswered }) => unanswered),
  };
}
