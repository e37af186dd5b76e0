import type { Exported } from '../exported';
import { JobOfRow } from '../jobOfRow';
import { JobTrace } from './jobTrace';
import type { Attributes, Span, SpanBatch } from './model';

/** Spans of one request to a collector; collectors bound requests by some megabytes. */
const BATCH_SPANS = 500;
/** Events of one request. */
const BATCH_EVENTS = 2000;
/** A yield stands after so many messages at least, so that a caller can stop. */
const PAUSE = 256;
const SCOPE = { name: 'ndmp-workbench', version: '1' };

export interface TraceOptions {
  /** What the capture is called in the attribute `ndmp.capture`. */
  name: string;
  /** Attributes of the resource beside `service.name`. */
  resource?: Attributes;
  /** Messages to write; all when absent. A job is written when one of its messages is. */
  test?: (row: number) => boolean;
}

/**
 * The jobs of a capture as traces: a job is the root span, its phases are its children, each request is a child of its
 * phase, posts are events of the phase, the data transfer is a span with its bytes. Gives undefined now and then, so that
 * the caller can see to other things.
 */
export function* captureSpans(
  exported: Pick<Exported, 'source' | 'jobs'>,
  { name, test = () => true }: TraceOptions,
): Generator<Span | undefined> {
  const { source, jobs } = exported;
  const { index } = source;
  const jobOfRow = new JobOfRow(jobs);
  const open = new Map<number, JobTrace>();
  for (let row = 0; row < index.count; row++) {
    if (row % PAUSE === 0) yield undefined;
    const number = jobOfRow.jobOf(index.connection(row), row);
    const job = jobs[number];
    if (job === undefined) continue;
    if (test(row)) {
      let trace = open.get(number);
      if (trace === undefined) {
        trace = new JobTrace(source, job, name);
        open.set(number, trace);
        yield* trace.begin();
      }
      yield* trace.message(row);
    }
    if (row < job.lastRow) continue;
    yield* open.get(number)?.end() ?? [];
    open.delete(number);
  }
  for (const trace of open.values()) yield* trace.end();
}

/** {@link captureSpans} in batches of a size that collectors take. */
export function* spanBatches(
  exported: Pick<Exported, 'source' | 'jobs'>,
  options: TraceOptions,
): Generator<SpanBatch | undefined> {
  const resource = { 'service.name': 'ndmp', ...options.resource };
  let spans: Span[] = [];
  let events = 0;
  for (const span of captureSpans(exported, options)) {
    if (span === undefined) {
      yield undefined;
      continue;
    }
    spans.push(span);
    events += span.events.length;
    if (spans.length < BATCH_SPANS && events < BATCH_EVENTS) continue;
    yield { resource, scope: SCOPE, spans };
    spans = [];
    events = 0;
  }
  if (spans.length > 0) yield { resource, scope: SCOPE, spans };
}
