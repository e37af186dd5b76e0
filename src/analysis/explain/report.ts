import type { Analysis } from '../analysis';
import type { Evidence, Job } from '../jobs/model';
import { timeBreakdown } from '../statistics/breakdown';
import { jobRows } from '../statistics/scope';
import { bytesText, counted, durationText, percentText } from '../statistics/words';
import { askedFacts } from './asked';
import { logTexts } from './logs';
import type { JobReport } from './model';
import { sidesOf } from './sides';
import { spansOf, stateLines } from './stateAt';
import { stepsOf } from './steps';
import { turnContext, wrongTurns } from './turns';

/** One page about a job: what was asked and answered, where it went wrong and why, or where its time went. */
export function explainJob(analysis: Analysis, job: Job): JobReport {
  const { source } = analysis;
  const own = jobRows(source.index, job);
  const { rows } = own;
  const spans = spansOf(analysis, job);
  const { first, others, dropped } = wrongTurns(turnContext(analysis, job, spans, rows));
  const { steps, dropped: stepsDropped } = stepsOf(source, job, rows);
  const { logs, dropped: logsDropped } = logTexts(source, rows);
  const time = timeBreakdown(source, job, own);
  const report: JobReport = {
    job,
    verdict: { text: '', rows: [] },
    asked: askedFacts(source, job, rows),
    sides: sidesOf(analysis, job),
    states: stateLines(analysis, job, spans),
    steps,
    stepsDropped,
    firstWrongTurn: first,
    others,
    othersDropped: dropped,
    logs,
    logsDropped,
    time,
    missing: missingOf(analysis, job),
  };
  return { ...report, verdict: verdictOf(report) };
}

const outcomes: Readonly<Record<Job['outcome'], string>> = {
  successful: 'ended successfully',
  aborted: 'was aborted',
  failed: 'failed',
  refused: 'was refused',
  'not seen': 'has no end in this capture',
};

function verdictOf({ job, firstWrongTurn: first, time }: JobReport): Evidence {
  const took = time === undefined ? '' : ` after ${durationText(time.seconds)}`;
  const why = job.outcomeWhy.text === '' ? '' : ` ${job.outcomeWhy.text}`;
  const moved = job.link?.bytes === undefined ? '' : ` ${bytesText(job.link.bytes)} went over.`;
  const doubted = job.outcome === 'successful' && first !== undefined;
  const head = `The job ${doubted ? 'was reported successful' : outcomes[job.outcome]}${took}.${why}${moved}`;
  const rows = [...job.outcomeWhy.rows];
  const said = first !== undefined && first.rows.some((row) => rows.includes(row));
  if (said) return { text: head, rows };
  if (first !== undefined) {
    const although = doubted ? 'Even so, not all went well' : 'The first wrong turn';
    return { text: `${head} ${although}: ${lowerFirst(first.text)}`, rows: [...new Set([...rows, first.row])] };
  }
  const [longest] = time?.byWho ?? [];
  const mostly = longest === undefined ? '' : ` Most of the time (${percentText(longest.share)}): ${longest.who}.`;
  return { text: `${head}${job.outcome === 'successful' ? mostly : ''}`, rows };
}

/** A sentence within a sentence, unless it begins with a message's name. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
}

/** What the capture does not hold of a job. */
function missingOf({ source }: Analysis, job: Job): Evidence[] {
  const { index } = source;
  const missing: Evidence[] = [];
  if (!job.startSeen) missing.push({ text: 'The beginning of the job is not in the capture.', rows: [job.firstRow] });
  if (!job.endSeen) missing.push({ text: 'The end of the job is not in the capture.', rows: [job.lastRow] });
  for (const { connection, fromRow } of job.spans) {
    const { lostBytes, skippedBytes, started, bytes } = index.connections[connection];
    const name = `connection ${connection + 1}`;
    if (started === 'missing') missing.push({ text: `The start of ${name} is not in the capture.`, rows: [fromRow] });
    if (bytes[0] === 0 || bytes[1] === 0) {
      const side = bytes[0] === 0 ? 'server' : 'DMA';
      missing.push({ text: `Of ${name} the capture holds only what the ${side} sent.`, rows: [fromRow] });
    }
    if (lostBytes > 0)
      missing.push({ text: `${counted(lostBytes, 'byte')} of ${name} are not in the capture.`, rows: [fromRow] });
    if (skippedBytes > 0)
      missing.push({ text: `${counted(skippedBytes, 'byte')} of ${name} are no NDMP messages.`, rows: [fromRow] });
  }
  const broken = index.problemRows.filter(
    (row) => row >= job.firstRow && row <= job.lastRow && inJob(index.connection(row), row, job),
  );
  if (broken.length > 0) {
    const [row] = broken;
    const more = broken.length === 1 ? '' : ` (and ${counted(broken.length - 1, 'other message')})`;
    missing.push({
      text: `Message ${row + 1} is damaged${more}: ${index.problems(row)[0] ?? ''}`,
      rows: broken.slice(0, 20),
    });
  }
  return missing;
}

function inJob(connection: number, row: number, job: Job): boolean {
  return job.spans.some((span) => span.connection === connection && row >= span.fromRow && row <= span.toRow);
}
