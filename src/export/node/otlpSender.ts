import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { batchToJson } from '../otlp/encodeJson';
import { batchToProtobuf } from '../otlp/encodeProtobuf';
import type { SpanBatch } from '../otlp/model';
import { clip, escapeText } from '../../protocol';
import { OtlpError } from './otlpError';
import type { OtlpTarget } from './otlpTarget';

/** Answers after which the same request may succeed later (OTLP/HTTP, "Retryable response codes"). */
const RETRYABLE = new Set([429, 502, 503, 504]);
const MAX_TRIES = 5;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
/** Of an answer that explains a refusal. */
const LONGEST_ANSWER = 500;

const contentTypes = { 'http/json': 'application/json', 'http/protobuf': 'application/x-protobuf' } as const;

/** Sends batches of spans to a collector, one after the other, each until it is taken or refused for good. */
export class OtlpSender {
  /** Spans that the collector said it does not take. */
  rejected = 0;

  constructor(
    private readonly target: OtlpTarget,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws OtlpError when the collector cannot be reached or refuses the batch; AbortError when the signal aborts */
  async send(batch: SpanBatch): Promise<void> {
    const body = this.encode(batch);
    for (let attempt = 1; ; attempt++) {
      const problem = await this.attempt(body);
      if (problem === undefined) return;
      if (!problem.retry || attempt === MAX_TRIES) throw new OtlpError(this.failureText(problem.text, attempt));
      const wait = problem.wait ?? FIRST_PAUSE * 2 ** (attempt - 1) * (0.5 + Math.random());
      await pause(Math.min(wait, LONGEST_PAUSE), undefined, { signal: this.signal });
    }
  }

  private encode(batch: SpanBatch): Uint8Array<ArrayBuffer> {
    const { protocol, gzip } = this.target;
    const bytes = protocol === 'http/json' ? new TextEncoder().encode(batchToJson(batch)) : batchToProtobuf(batch);
    return new Uint8Array(gzip ? gzipSync(bytes) : bytes);
  }

  private async attempt(
    body: Uint8Array<ArrayBuffer>,
  ): Promise<{ text: string; retry: boolean; wait?: number } | undefined> {
    const { url, protocol, headers, timeout, gzip } = this.target;
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(timeout)]);
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          ...headers,
          'content-type': contentTypes[protocol],
          ...(gzip ? { 'content-encoding': 'gzip' } : {}),
        },
        redirect: 'manual', // the headers may hold a secret: they go nowhere else
        signal,
      });
      const answer = await response.text();
      if (response.ok) {
        this.rejected += rejectedSpans(answer);
        return undefined;
      }
      const text = `it answered ${response.status} ${escapeText(clip(answer.trim(), LONGEST_ANSWER))}`.trim();
      return { text, retry: RETRYABLE.has(response.status), wait: retryAfter(response) };
    } catch (error) {
      this.signal.throwIfAborted();
      if (signal.aborted) return { text: `no answer came within ${timeout} ms`, retry: true };
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      return { text: escapeText(cause instanceof Error ? cause.message : String(cause)), retry: true };
    }
  }

  private failureText(problem: string, attempts: number): string {
    const tries = attempts === 1 ? '' : ` after ${attempts} tries`;
    return `the collector at ${escapeText(this.target.url)} did not take the traces${tries}: ${problem}. Traces have the same ids when they are sent again.`;
  }
}

/** Milliseconds, where the collector says how long to wait. */
function retryAfter({ headers }: Response): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? '');
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

/** What a JSON answer says of spans that were not taken. */
function rejectedSpans(answer: string): number {
  const found = /"rejectedSpans"\s*:\s*"?(\d+)/.exec(answer);
  return found === null ? 0 : Number(found[1]);
}
