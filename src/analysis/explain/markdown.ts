import { escapeText } from '../../protocol';
import { counted, durationText, percentText } from '../statistics/words';
import type { Stretch, TimeBreakdown } from '../statistics/model';
import { markdownText as md, tableHead, tableRow } from './markdownText';
import type { Cause, JobReport, LogText, StateLine, Step, WrongTurn } from './model';

/** A report as Markdown that ends with a line end. Text of the capture cannot become markup. */
export function reportMarkdown(report: JobReport, file: string): string {
  const { job, verdict, firstWrongTurn, others, missing } = report;
  const lines = [
    `# Job ${job.id + 1}: ${md(job.title)}`,
    '',
    `${md(verdict.text)} ${messages(verdict.rows)}`.trim(),
    '',
    `Read from ${md(escapeText(file))}, messages ${job.firstRow + 1} to ${job.lastRow + 1}. Times are seconds since the capture’s first message.`,
    ...section('First wrong turn', firstWrongTurn === undefined ? [] : turnLines(firstWrongTurn)),
    ...section(firstWrongTurn === undefined ? 'Worth knowing' : 'And then', otherLines(others, report.othersDropped)),
    ...section(
      'What was asked',
      report.asked.map(({ label, text, rows }) => `- ${label}: ${md(text)} ${messages(rows)}`),
    ),
    ...section('Who took part', sideLines(report)),
    ...section('States', report.states.map(stateLine)),
    ...section('What the servers logged', logLines(report.logs, report.logsDropped)),
    ...section('Where the time went', report.time === undefined ? [] : timeLines(report.time)),
    ...section('What was asked and answered, in order', stepLines(report.steps, report.stepsDropped)),
    ...section(
      'What this capture does not show',
      missing.map(({ text, rows }) => `- ${md(text)} ${messages(rows)}`),
    ),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];
}

function messages(rows: readonly number[]): string {
  if (rows.length === 0) return '';
  const shown = rows.slice(0, 6).map((row) => row + 1);
  const more = rows.length > shown.length ? ', …' : '';
  return `(message${rows.length === 1 ? '' : 's'} ${shown.join(', ')}${more})`;
}

function turnLines({ text, rows, states, causes, times }: WrongTurn): string[] {
  const often = times > 1 ? ` It came ${counted(times, 'time')}.` : '';
  return [
    `${md(text)}${often} ${messages(rows)}`,
    ...(states.length === 0 ? [] : ['', `At that moment: ${md(states.join(', '))}.`]),
    ...causes.flatMap(causeLines),
  ];
}

function causeLines({ cause, change, source, vendor }: Cause): string[] {
  return [
    '',
    `- Why: ${md(cause)}`,
    ...(change === '' ? [] : [`- What to change: ${md(change)}`]),
    `- Known from: ${md(`${vendor}, ${source}`)}`,
  ];
}

function otherLines(others: readonly WrongTurn[], dropped: number): string[] {
  return [
    ...others.map(({ text, rows, times, causes }) => {
      const often = times > 1 ? ` (${counted(times, 'time')})` : '';
      const why = causes.map(({ cause }) => ` ${md(cause)}`).join('');
      return `- ${md(text)}${often}${why} ${messages(rows)}`;
    }),
    ...(dropped > 0 ? [`- … and ${counted(dropped, 'more')}`] : []),
  ];
}

function sideLines({ sides }: JobReport): string[] {
  return sides.map(({ name, address, facts, requests, errors }) => {
    const count = requests === 0 ? '' : `, ${counted(requests, 'request')}, ${counted(errors, 'error')}`;
    const told = facts.map(({ text }) => md(text)).join('; ');
    return `- ${md(name)} (${md(address)})${count}${told === '' ? '' : `: ${told}`}`;
  });
}

function stateLine({ machine, connection, states, dropped }: StateLine): string {
  const path = states.map(({ state, reason, seconds, row, certain }) => {
    const why = reason === '' ? '' : ` (${md(reason)})`;
    return `${state}${why}${certain ? '' : ' (inferred)'} at ${seconds.toFixed(3)} s, message ${row + 1}`;
  });
  const more = dropped > 0 ? ` → … ${counted(dropped, 'more state')}` : '';
  return `- ${machine} on connection ${connection + 1}: ${path.join(' → ')}${more}`;
}

function logLines(logs: readonly LogText[], dropped: number): string[] {
  return [
    ...logs.flatMap(({ kind, text, times, rows, causes }) => [
      `- ${kind}: ${md(text)}${times > 1 ? ` (${counted(times, 'time')})` : ''} ${messages(rows)}`,
      ...causes.flatMap(({ cause, change, source }) => [
        `  - Why: ${md(cause)} What to change: ${md(change)} Known from: ${md(source)}.`,
      ]),
    ]),
    ...(dropped > 0 ? [`- … and ${counted(dropped, 'more text')}`] : []),
  ];
}

function timeLines({ seconds, shares, limits, pauses }: TimeBreakdown): string[] {
  return [
    `${durationText(seconds)} in all.`,
    '',
    ...tableHead(['Share', 'Time', 'Who', 'What', 'How that is known'], [true, true]),
    ...shares.map(({ share, seconds: time, who, label, evidence, parts }) => {
      const named = parts
        .slice(0, 3)
        .map(({ what, count, longest }) => {
          const often = count > 1 ? `, ${counted(count, 'time')}` : '';
          return `${what === '' ? 'longest' : md(what)}${often} ${messages(longest.rows) || `(at ${longest.from.toFixed(3)} s)`}`;
        })
        .join('; ');
      return tableRow([percentText(share), durationText(time), who, `${md(label)}: ${named}`, md(evidence)]);
    }),
    ...(limits.length === 0 ? [] : ['', ...limits.map(({ text, rows }) => `- ${md(text)} ${messages(rows)}`)]),
    ...(pauses.length === 0 ? [] : ['', 'Longest waits:', '', ...pauses.map((each) => pauseLine(each, shares))]),
  ];
}

function pauseLine({ from, to, cause, what, rows }: Stretch, shares: TimeBreakdown['shares']): string {
  const label = shares.find((share) => share.cause === cause)?.label ?? cause;
  return `- ${durationText(to - from)} at ${from.toFixed(3)} s: ${md(label)}${what === '' ? '' : `, ${md(what)}`} ${messages(rows)}`;
}

function stepLines(steps: readonly Step[], dropped: number): string[] {
  const rows = steps.map(({ row, seconds, way, message, text, answer, times, failed }) =>
    tableRow([
      String(row + 1),
      seconds.toFixed(3),
      md(way),
      `${md(message.replace(/^NDMP_/, ''))}${text === '' ? '' : ` ${md(text)}`}${times > 1 ? ` (${counted(times, 'time')})` : ''}`,
      failed ? `**${md(answer)}**` : md(answer),
    ]),
  );
  if (dropped > 0) rows.splice(100, 0, tableRow(['', '', '', `… ${counted(dropped, 'step')} left out`, '']));
  return rows.length === 0 ? [] : [...tableHead(['#', 's', 'Way', 'Asked', 'Answered'], [true, true]), ...rows];
}
