import type { AnalysisSource } from '../../analysis/analysis';
import type { Job, Outcome } from '../../analysis/jobs/model';
import { PhaseTracker } from '../../analysis/sequence/phases';
import { PHASES } from '../../analysis/sequence/model';
import { nanos } from '../times';
import { TraceIds } from './ids';
import { SpanKind, StatusCode, type Attributes, type Span, type SpanEvent } from './model';
import { eventOf, requestSpan } from './messages';

/** Posts that become events of one phase; more are counted. */
const MAX_EVENTS = 1000;
const FILE_HISTORY = 0x7;

const statusOf: Readonly<Record<Outcome, Span['status']['code']>> = {
  successful: StatusCode.OK,
  aborted: StatusCode.ERROR,
  failed: StatusCode.ERROR,
  refused: StatusCode.ERROR,
  'not seen': StatusCode.UNSET,
};

interface OpenPhase {
  /** Place in PHASES. */
  phase: number;
  /** Which phase of the job it is, from 1. */
  number: number;
  start: bigint;
  end: bigint;
  messages: number;
  errors: number;
  historyPosts: number;
  events: SpanEvent[];
  droppedEvents: number;
}

/** Turns the messages of one job, given in their order, into the spans of one trace. */
export class JobTrace {
  private readonly ids: TraceIds;
  private readonly root: Uint8Array;
  private readonly phases: PhaseTracker;
  private phase: OpenPhase | undefined;
  private phaseCount = 0;

  constructor(
    private readonly source: AnalysisSource,
    private readonly job: Job,
    private readonly captureName: string,
  ) {
    this.ids = TraceIds.ofJob(source.index, job);
    this.root = this.ids.span('job');
    this.phases = new PhaseTracker(job);
  }

  /** The spans of the job as a whole and of its data transfer. */
  *begin(): Generator<Span> {
    const { job, source, ids, root } = this;
    const { index } = source;
    const [start, end] = ordered(nanos(index, job.firstRow), nanos(index, job.lastRow));
    yield {
      traceId: ids.trace,
      spanId: root,
      name: job.operation,
      kind: SpanKind.INTERNAL,
      start,
      end,
      attributes: this.jobAttributes(),
      events: [],
      droppedEvents: 0,
      status: { code: statusOf[job.outcome], ...(isFailure(job.outcome) ? { message: job.outcomeWhy.text } : {}) },
    };
    if (job.startRow < 0) return;
    const [from, to] = ordered(nanos(index, job.startRow), nanos(index, job.endRow < 0 ? job.lastRow : job.endRow));
    yield {
      traceId: ids.trace,
      spanId: ids.span('transfer'),
      parentSpanId: root,
      name: 'data transfer',
      kind: SpanKind.INTERNAL,
      start: from,
      end: to,
      attributes: this.transferAttributes(Number(to - from) / 1e9),
      events: [],
      droppedEvents: 0,
      status: { code: statusOf[job.outcome] },
    };
  }

  /** The spans that a message completes: of its request, and of the phase before when it begins a new one. */
  *message(row: number): Generator<Span> {
    const { index } = this.source;
    const kind = index.kind(row);
    const phase = this.phases.next(row, index.code(row), kind, index.connection(row));
    if (this.phase?.phase !== phase) {
      yield* this.endPhase();
      this.phase = this.newPhase(phase, row);
    }
    const open = this.phase;
    if (open === undefined) return;
    const time = nanos(index, row) ?? 0n;
    open.messages++;
    if (time > open.end) open.end = time;
    if (index.headerError(row) !== 0 || index.bodyError(row) > 0) open.errors++;
    if (kind === 'request') yield requestSpan(this.source, row, this.ids, this.phaseId(open));
    else if (kind === 'post') this.post(row, open);
  }

  /** The span of the last phase. */
  *end(): Generator<Span> {
    yield* this.endPhase();
  }

  private post(row: number, open: OpenPhase): void {
    if (this.source.index.code(row) >>> 8 === FILE_HISTORY) open.historyPosts++;
    else if (open.events.length < MAX_EVENTS) open.events.push(eventOf(this.source, row));
    else open.droppedEvents++;
  }

  private newPhase(phase: number, row: number): OpenPhase {
    const time = nanos(this.source.index, row) ?? 0n;
    this.phaseCount++;
    return {
      phase,
      number: this.phaseCount,
      start: time,
      end: time,
      messages: 0,
      errors: 0,
      historyPosts: 0,
      events: [],
      droppedEvents: 0,
    };
  }
  private phaseId({ number }: OpenPhase): Uint8Array {
    return this.ids.span(`phase ${number}`);
  }

  private *endPhase(): Generator<Span> {
    const { phase: open, ids, root } = this;
    if (open === undefined) return;
    this.phase = undefined;
    yield {
      traceId: ids.trace,
      spanId: this.phaseId(open),
      parentSpanId: root,
      name: PHASES[open.phase],
      kind: SpanKind.INTERNAL,
      start: open.start,
      end: open.end,
      attributes: {
        'ndmp.phase': PHASES[open.phase],
        'ndmp.messages': open.messages,
        'ndmp.errors': open.errors,
        'ndmp.file_history.posts': open.historyPosts > 0 ? open.historyPosts : undefined,
      },
      events: open.events,
      droppedEvents: open.droppedEvents,
      status: { code: StatusCode.UNSET },
    };
  }

  private jobAttributes(): Attributes {
    const { job, captureName } = this;
    const dma = job.parties.find((party) => party.dma);
    return {
      'ndmp.job.title': job.title,
      'ndmp.job.operation': job.operation,
      'ndmp.job.topology': job.topology,
      'ndmp.job.topology_why': job.topologyWhy.text || undefined,
      'ndmp.job.type': job.type || undefined,
      'ndmp.job.path': job.path || undefined,
      'ndmp.job.level': job.level || undefined,
      'ndmp.job.outcome': job.outcome,
      'ndmp.job.outcome_why': job.outcomeWhy.text || undefined,
      'ndmp.job.number': job.id + 1,
      'ndmp.job.missing': missingPart(job),
      'ndmp.job.bytes': job.link?.bytes,
      'ndmp.capture': captureName,
      'client.address': dma?.address,
      'ndmp.data_server': addressOf(job, 'data server'),
      'ndmp.tape_server': addressOf(job, 'tape server'),
    };
  }

  private transferAttributes(seconds: number): Attributes {
    const { link, operation } = this.job;
    const bytes = link?.bytes;
    return {
      'ndmp.transfer.operation': operation,
      'ndmp.transfer.bytes': bytes,
      'ndmp.transfer.bytes_from': link?.bytesFrom,
      'ndmp.transfer.bytes_per_second': bytes === undefined || seconds <= 0 ? undefined : bytes / seconds,
      'ndmp.transfer.link': link?.kind,
      'ndmp.transfer.listener': link?.listener,
      'ndmp.transfer.address': link?.address,
    };
  }
}

function addressOf({ parties }: Job, role: 'data server' | 'tape server'): string | undefined {
  return parties.find(({ dma, roles }) => !dma && roles.includes(role))?.address;
}

/** What the capture does not show of the job. */
function missingPart({ startSeen, endSeen }: Job): string | undefined {
  if (startSeen && endSeen) return undefined;
  return startSeen ? 'end' : endSeen ? 'start' : 'start and end';
}

function isFailure(outcome: Outcome): boolean {
  return statusOf[outcome] === StatusCode.ERROR;
}

/** Both moments; the end is the start where the capture's clock went back or does not tell. */
function ordered(start: bigint | null, end: bigint | null): [bigint, bigint] {
  const from = start ?? 0n;
  return [from, end === null || end < from ? from : end];
}
