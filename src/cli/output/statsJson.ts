import type {
  Amount,
  MessageStatistics,
  Progress,
  ReplyTimes,
  Series,
  Stretch,
  TimeBreakdown,
} from '../../analysis/statistics';
import type { JsonObject, JsonValue } from '../../protocol';

/** Message numbers are from 1, as everywhere outside. */
const numbers = (rows: readonly number[]): JsonValue => rows.map((row) => row + 1);

export function messagesJson({ messages, total, times }: MessageStatistics): JsonObject {
  return {
    total: {
      messages: total.messages,
      toServer: amountJson(total.toServer),
      toDma: amountJson(total.toDma),
      errors: total.errors,
      unanswered: total.unanswered,
      replyTimes: timesJson(times),
    },
    byMessage: messages.map((each) => ({
      message: each.message,
      code: each.code,
      requests: each.requests,
      replies: each.replies,
      posts: each.posts,
      toServer: amountJson(each.toServer),
      toDma: amountJson(each.toDma),
      errors: each.errors,
      unanswered: each.unanswered,
      replyTimes: timesJson(each.times),
    })),
  };
}

function amountJson({ messages, bytes }: Amount): JsonObject {
  return { messages, bytes };
}

function timesJson(times: ReplyTimes | undefined): JsonValue {
  if (times === undefined) return null;
  const { slowestRow, ...rest } = times;
  return { ...rest, slowest: slowestRow + 1 };
}

export function breakdownJson(breakdown: TimeBreakdown): JsonObject {
  const { from, to, seconds, shares, byWho, pauses, limits } = breakdown;
  return {
    from,
    to,
    seconds,
    byWho: byWho.map((each) => ({ ...each })),
    shares: shares.map(({ parts, ...share }) => ({
      ...share,
      parts: parts.map((part) => ({ ...part, longest: stretchJson(part.longest) })),
    })),
    pauses: pauses.map(stretchJson),
    limits: limits.map(({ text, rows }) => ({ text, messages: numbers(rows) })),
  };
}

function stretchJson({ from, to, cause, what, rows }: Stretch): JsonObject {
  return { from, to, cause, what, messages: numbers(rows) };
}

export function rateJson({ source, from, width, values }: Series): JsonObject {
  return { source, from, width, bytesPerSecond: values };
}

export function progressJson({ by, source, points }: Progress): JsonObject {
  return { by, source, points: points.map(({ seconds, bytes, row }) => ({ seconds, bytes, message: row + 1 })) };
}
