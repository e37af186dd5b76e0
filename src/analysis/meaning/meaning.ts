import { errorDoc, findMessage, stateDoc } from '../../protocol';
import type { Analysis } from '../analysis';
import { findRule } from '../findings';
import type { Severity } from '../findings/model';
import type { Job } from '../jobs/model';
import type { Machine, StateSpan } from '../states';

/** A state machine as it stood when a message was sent. */
export interface StateAt {
  machine: Machine;
  connection: number;
  state: string;
  /** What the state is, in a sentence. */
  doc: string;
  /** Pause or halt reason by name, '' when there is none. */
  reason: string;
  /** The state began with this message. */
  changed: boolean;
  /** False where it is inferred and no message says it. */
  certain: boolean;
}

/** What is known of a message beyond its own fields. Plain data; texts are escaped. */
export interface MessageMeaning {
  /** What the message is for. */
  doc: string;
  /** What its error means, where it carries one. */
  errorDoc: string | undefined;
  /** The jobs that it belongs to; the first one is the one that other tabs show. */
  jobs: { id: number; title: string }[];
  states: StateAt[];
  /** Findings at the message, at most {@link MAX_FINDINGS}; `id` is the place in the list of all. */
  findings: FoundAt[];
}

/** A finding at a message. */
export interface FoundAt {
  id: number;
  rule: string;
  /** Name of the rule. */
  name: string;
  severity: Severity;
  text: string;
}

const MAX_FINDINGS = 20;

/** Explains the message at a row; rows that do not exist have no meaning but an empty one. */
export function meaningOf(analysis: Analysis, row: number): MessageMeaning {
  const { index } = analysis.source;
  if (!Number.isInteger(row) || row < 0 || row >= index.count)
    return { doc: '', errorDoc: undefined, jobs: [], states: [], findings: [] };
  const error = index.headerError(row) || Math.max(0, index.bodyError(row));
  const jobs = jobsOf(analysis, row);
  return {
    doc: findMessage(index.code(row), index.version(row))?.doc ?? 'Not publicly documented: shown as bytes.',
    errorDoc: error === 0 ? undefined : errorDoc(error),
    jobs: jobs.map(({ id, title }) => ({ id, title })),
    states: statesAt(analysis, row, jobs.at(0)),
    findings: findingsAt(analysis, row),
  };
}

function findingsAt(analysis: Analysis, row: number): FoundAt[] {
  const { findings } = analysis;
  const byRow = analysis.once('findings by row', () => {
    const made = new Map<number, number[]>();
    for (const [id, finding] of findings.entries()) {
      const known = made.get(finding.row);
      if (known) known.push(id);
      else made.set(finding.row, [id]);
    }
    return made;
  });
  return (byRow.get(row) ?? []).slice(0, MAX_FINDINGS).map((id) => {
    const { rule, severity, text } = findings[id];
    return { id, rule, name: findRule(rule)?.name ?? rule, severity, text };
  });
}

function jobsOf(analysis: Analysis, row: number): Job[] {
  const connection = analysis.source.index.connection(row);
  return analysis.jobs.filter(({ spans }) =>
    spans.some((span) => span.connection === connection && span.fromRow <= row && row <= span.toRow),
  );
}

/** Of the job's data server and mover, wherever they are; without a job those of the message's own connection. */
function statesAt(analysis: Analysis, row: number, job: Job | undefined): StateAt[] {
  const own = analysis.source.index.connection(row);
  const wanted: [Machine, number][] = [
    ['data', job ? job.dataConnection : own],
    ['mover', job ? job.tapeConnection : own],
  ];
  return wanted.flatMap(([machine, connection]) => {
    const span = spansOf(analysis)
      .get(key(machine, connection))
      ?.findLast(({ fromRow }) => fromRow <= row);
    return span && (span.toRow < 0 || row <= span.toRow) ? [stateAt(span, row)] : [];
  });
}

function stateAt({ machine, connection, state, reason, fromRow, certain }: StateSpan, row: number): StateAt {
  return { machine, connection, state, doc: stateDoc(machine, state), reason, changed: fromRow === row, certain };
}

const key = (machine: Machine, connection: number): string => `${machine} ${connection}`;

function spansOf(analysis: Analysis): ReadonlyMap<string, StateSpan[]> {
  return analysis.once('spans by machine', () => {
    const made = new Map<string, StateSpan[]>();
    for (const span of analysis.states.spans) {
      const known = made.get(key(span.machine, span.connection));
      if (known) known.push(span);
      else made.set(key(span.machine, span.connection), [span]);
    }
    return made;
  });
}
