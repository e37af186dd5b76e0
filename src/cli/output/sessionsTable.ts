import { frameWord } from './frames';
import { describeConnections, type Authentication, type ConnectionFacts } from '../../analysis/connections';
import { findJobs, type Job } from '../../analysis/jobs';
import { endpointText } from '../../analysis/messageView';
import { tlsStateText } from '../../analysis/tlsText';
import { escapeText } from '../../protocol';
import type { CaptureSession } from '../../session/capture';
import type { Connection } from '../../session/messageIndex';
import { nanosBetween, relativeSeconds } from '../../session/messageTimes';
import type { Style } from '../terminal/style';
import { byteSize, cellWidth, counted, span, utcText } from '../terminal/text';
import { Grid, type GridCell } from './grid';

/** The connections and jobs of a capture for people. */
export function sessionLines(name: string, session: CaptureSession, style: Style, width: number | undefined): string[] {
  const { index, info } = session;
  const facts = describeConnections(session);
  const start = utcText(index.startSeconds, index.startNanos);
  const what = `${counted(index.count, 'message')} on ${counted(facts.length, 'connection')} in ${counted(info.packets, frameWord(info))}`;
  return [
    `${style.heading(escapeText(name))}: ${what}`,
    style.quiet(`Times are seconds since ${start} UTC.`),
    '',
    ...connectionTable(session, facts, style, width),
    ...jobTable(session, style, width),
    ...tlsTable(session, style, width),
  ];
}

function connectionTable(
  session: CaptureSession,
  facts: readonly ConnectionFacts[],
  style: Style,
  width: number | undefined,
): string[] {
  const rows = facts.map((each) => connectionCells(session, each, style));
  const titles = [
    'conn',
    'start',
    'lasted',
    'client',
    'server',
    'serves',
    'version',
    'messages',
    'errors',
    'bytes',
    'login',
    'end',
  ];
  const right = new Set(['conn', 'start', 'lasted', 'messages', 'errors', 'bytes']);
  const spare: Record<string, number> = { bytes: 6, lasted: 5, start: 4, client: 3, messages: 2, version: 1 };
  return tableLines(titles, right, spare, rows, style, width);
}

function tableLines(
  titles: readonly string[],
  right: ReadonlySet<string>,
  spare: Readonly<Record<string, number>>,
  rows: readonly GridCell[][],
  style: Style,
  width: number | undefined,
): string[] {
  const columns = titles.map((title, i) => ({
    title,
    align: right.has(title) ? ('right' as const) : ('left' as const),
    width: rows.reduce((widest, row) => Math.max(widest, cellWidth(row[i].text)), 0),
    ...(spare[title] === undefined ? {} : { spare: spare[title] }),
    shrinks: title === 'path' || title === 'server' || title === 'operation',
  }));
  const grid = new Grid(columns, width);
  return [style.heading(grid.head()), ...rows.map((row) => grid.row(row))];
}

function connectionCells({ index }: CaptureSession, facts: ConnectionFacts, style: Style): GridCell[] {
  const { connection, errors, firstRow } = facts;
  const [toServer, toClient] = connection.bytes;
  const server =
    endpointText(connection.server) + (facts.hostName === undefined ? '' : ` (${escapeText(facts.hostName)})`);
  return [
    { text: String(connection.id + 1) },
    { text: firstRow < 0 ? '' : relativeSeconds(index, firstRow).toFixed(3) },
    { text: facts.seconds === null ? 'clock went back' : span(facts.seconds) },
    { text: endpointText(connection.client) },
    { text: server },
    { text: facts.roles.map((role) => role.replace(' server', '')).join(', ') || 'queries only' },
    { text: versionText(connection) },
    { text: String(connection.messages) },
    { text: errors === 0 ? '' : String(errors), paint: style.error },
    { text: byteSize(toServer + toClient) },
    loginCell(facts.authentication, style),
    endCell(facts, style),
  ];
}

const sources: Readonly<Record<Connection['versionSource'], string>> = {
  open: '',
  announced: ' (announced)',
  guess: ' (guessed)',
  user: ' (chosen)',
};

function versionText({ version, versionSource }: Connection): string {
  return `v${version}${sources[versionSource]}`;
}

function loginCell(authentication: Authentication | undefined, style: Style): GridCell {
  if (authentication === undefined) {
    return { text: 'none seen' };
  }
  const { kind, user, result, refusedBefore } = authentication;
  const who = user === '' ? '' : ` ${escapeText(user)}`;
  const before = refusedBefore === 0 ? '' : ` after ${refusedBefore} refused`;
  const text = `${kind}${who}${result === 'accepted' ? '' : `, ${result}`}${before}`;
  return { text, paint: result === 'accepted' ? undefined : style.error };
}

const ends: Readonly<Record<Connection['ended'], string>> = { fin: 'closed', rst: 'reset', open: 'open at the end' };

function endCell({ connection, unanswered }: ConnectionFacts, style: Style): GridCell {
  const { started, ended, lostBytes, skippedBytes } = connection;
  const remarks = [
    ends[ended],
    ...(started === 'missing' ? ['begins before the capture'] : []),
    ...(unanswered > 0 ? [`${counted(unanswered, 'request')} unanswered`] : []),
    ...(lostBytes > 0 ? [`${byteSize(lostBytes)} not captured`] : []),
    ...(skippedBytes > 0 ? [`${byteSize(skippedBytes)} not NDMP`] : []),
  ];
  return { text: remarks.join(', '), paint: ended === 'fin' && remarks.length === 1 ? undefined : style.warning };
}

function jobTable(session: CaptureSession, style: Style, width: number | undefined): string[] {
  const jobs = findJobs(session).filter(({ operation }) => operation !== 'session');
  if (jobs.length === 0) {
    return [];
  }
  const titles = ['job', 'start', 'took', 'message', 'what', 'type', 'connections', 'outcome'];
  const rows = jobs.map((job) => jobCells(session, job, style));
  return [
    '',
    ...tableLines(
      titles,
      new Set(['job', 'start', 'took', 'message']),
      { took: 4, message: 3, start: 2 },
      rows,
      style,
      width,
    ),
  ];
}

function tlsTable({ info }: CaptureSession, style: Style, width: number | undefined): string[] {
  if (info.tls.length === 0) return [];
  const rows = info.tls.map((each) => [
    { text: each.connection === undefined ? '' : String(each.connection + 1) },
    { text: endpointText(each.client) },
    { text: endpointText(each.server) },
    { text: each.version ?? '' },
    { text: each.suite ?? '' },
    { text: tlsStateText(each), paint: each.state === 'read' ? undefined : style.warning },
  ]);
  const more = info.tlsConnections - rows.length;
  const titles = ['conn', 'client', 'server', 'TLS', 'cipher suite', 'state'];
  const spare = { 'cipher suite': 2, client: 1 };
  return [
    '',
    ...tableLines(titles, new Set(['conn']), spare, rows, style, width),
    ...(more > 0 ? [style.quiet(`And ${counted(more, 'more TLS connection')}.`)] : []),
  ];
}

function jobCells({ index }: CaptureSession, job: Job, style: Style): GridCell[] {
  const { endRow, outcome } = job;
  const startRow = job.startRow < 0 ? job.firstRow : job.startRow;
  const good = outcome === 'successful';
  return [
    { text: String(job.id + 1) },
    { text: relativeSeconds(index, startRow).toFixed(3) },
    { text: endRow < 0 ? '' : span(nanosBetween(index, startRow, endRow) / 1e9) },
    { text: String(startRow + 1) },
    { text: job.title },
    { text: job.type },
    { text: connectionsText(job) },
    {
      text: outcome === 'not seen' ? 'end not seen' : outcome,
      paint: good ? undefined : outcome === 'not seen' ? style.warning : style.error,
    },
  ];
}

/** `1 (data) and 2 (tape), 3 (changer)`, by connection numbers from 1. */
function connectionsText({ dataConnection, tapeConnection, changerConnection, spans }: Job): string {
  const roles = new Map<number, string[]>(spans.map(({ connection }) => [connection, []]));
  roles.get(dataConnection)?.push('data');
  roles.get(tapeConnection)?.push('tape');
  roles.get(changerConnection)?.push('changer');
  return [...roles].map(([id, names]) => `${id + 1}${names.length > 0 ? ` (${names.join(', ')})` : ''}`).join(', ');
}
