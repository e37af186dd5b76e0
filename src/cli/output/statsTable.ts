import type { Job } from '../../analysis/jobs/model';
import type {
  MessageCount,
  MessageStatistics,
  Series,
  SharePart,
  TimeBreakdown,
  TimeShare,
} from '../../analysis/statistics';
import type { Style } from '../terminal/style';
import { byteSize, cellWidth, counted, span } from '../terminal/text';
import { Grid, type GridCell, type GridColumn } from './grid';

/** Counts and reply times by message. */
export function messageLines(
  { messages, total, times }: MessageStatistics,
  style: Style,
  width: number | undefined,
): string[] {
  const titles = [
    'message',
    'to server',
    'to DMA',
    'bytes',
    'errors',
    'no reply',
    'median',
    '90 %',
    '99 %',
    'slowest',
    '#',
  ];
  const spare: Record<string, number> = { '#': 5, '99 %': 4, bytes: 3, '90 %': 2, 'no reply': 1 };
  const sum: MessageCount = {
    ...total,
    message: 'all',
    code: 0,
    requests: 0,
    replies: 0,
    posts: 0,
    times,
    firstRow: 0,
  };
  const rows = [...messages, sum].map((each) => countCells(each, style));
  return table(titles, rows, spare, style, width);
}

function countCells(each: MessageCount, style: Style): GridCell[] {
  const { message, toServer, toDma, errors, unanswered, times } = each;
  const time = (of: 'median' | 'p90' | 'p99' | 'most'): GridCell => ({
    text: times === undefined ? '' : span(times[of]),
  });
  return [
    { text: message.replace(/^NDMP_/, '') },
    { text: some(toServer.messages) },
    { text: some(toDma.messages) },
    { text: byteSize(toServer.bytes + toDma.bytes) },
    { text: some(errors), paint: style.error },
    { text: some(unanswered), paint: style.warning },
    time('median'),
    time('p90'),
    time('p99'),
    time('most'),
    { text: times === undefined ? '' : String(times.slowestRow + 1), paint: style.quiet },
  ];
}

function some(count: number): string {
  return count === 0 ? '' : String(count);
}

function table(
  titles: readonly string[],
  rows: readonly GridCell[][],
  spare: Readonly<Record<string, number>>,
  style: Style,
  width: number | undefined,
): string[] {
  const columns = titles.map((title, i): GridColumn => {
    const widest = rows.reduce((most, row) => Math.max(most, cellWidth(row[i].text)), 0);
    const rest = spare[title] === undefined ? {} : { spare: spare[title] };
    return { title, align: i === 0 ? 'left' : 'right', width: widest, ...rest };
  });
  const grid = new Grid(columns, width);
  return [style.heading(grid.head()), ...rows.map((row) => grid.row(row))];
}

/** Where the time of a job went. */
export function breakdownLines(job: Job, time: TimeBreakdown, style: Style, width: number | undefined): string[] {
  const { seconds, byWho, shares, limits } = time;
  const grid = new Grid(
    [
      { title: 'share', align: 'right', width: 7 },
      { title: 'time', align: 'right', width: 8 },
      { title: 'who', align: 'left', width: byWho.reduce((most, { who }) => Math.max(most, who.length), 3) },
      { title: 'what, and by which messages that is known', align: 'left', width: 40 },
    ],
    width,
  );
  return [
    style.heading(`Job ${job.id + 1}: ${job.title}, ${span(seconds)}, ${job.outcome}`),
    style.quiet(grid.head()),
    ...shares.map((share) =>
      grid.row([
        { text: percent(share.share) },
        { text: span(share.seconds) },
        { text: share.who },
        { text: shareText(share) },
      ]),
    ),
    ...limits.map(({ text }) => style.quiet(`! ${text}`)),
  ];
}

function shareText({ label, parts }: TimeShare): string {
  const named = parts.slice(0, 3).map(partText);
  return `${label}: ${named.join('; ')}`;
}

function partText({ what, count, seconds, longest }: SharePart): string {
  const times = count === 1 ? '' : `${counted(count, 'time')}, `;
  const rows = longest.rows.slice(0, 2).map((row) => `#${row + 1}`);
  const at = rows.length === 0 ? `at ${longest.from.toFixed(3)} s` : rows.join(' to ');
  return `${what === '' ? '' : `${what} `}${times}${span(seconds)} (${count === 1 ? '' : 'longest '}${at})`;
}

function percent(share: number): string {
  const value = share * 100;
  return value > 0 && value < 0.1 ? '< 0.1 %' : `${value.toFixed(1)} %`;
}

/** Throughput of the data connection, where its packets are in the capture. */
export function rateLine(series: Series | undefined, style: Style): string[] {
  if (series === undefined || series.values.length === 0) return [];
  const bytes = series.values.reduce((sum, value) => sum + value * series.width, 0);
  const seconds = series.values.length * series.width;
  const most = series.values.reduce((a, b) => Math.max(a, b), 0);
  return [
    style.quiet(
      `Data connection: ${byteSize(bytes)} in ${span(seconds)}, ${byteSize(bytes / seconds)}/s on average, ${byteSize(most)}/s at most over ${span(series.width)}.`,
    ),
  ];
}
