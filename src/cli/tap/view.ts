import { escapeText } from '../../protocol';
import { bytesText, connectionLine } from '../../tap/statusText';
import type { TapStatus } from '../../tap/status';
import type { TapWatcher } from '../../tap/watch';
import { Grid, type GridColumn } from '../output/grid';
import type { Io } from '../terminal/io';
import { styleFor, widthOf } from '../terminal/style';
import { counted, fit, span } from '../terminal/text';
import { EventQueue } from './eventQueue';
import { kept, Latencies, shown, type ShownMessage } from './seen';

/** A watcher that the command line tells more. */
export interface CliWatcher extends TapWatcher {
  /** How the tap is, some times a second. */
  status?: (status: TapStatus) => void;
  /** It is over. */
  stopped?: (status: TapStatus, why: string) => void;
}

const COLUMNS: readonly GridColumn[] = [
  { title: 'time', align: 'right', width: 12 },
  { title: 'conn', align: 'right', width: 4, spare: 2 },
  { title: '', align: 'left', width: 1, spare: 1 },
  { title: 'kind', align: 'left', width: 7, spare: 3 },
  { title: 'message', align: 'left', width: 24 },
  { title: 'seq', align: 'right', width: 5, spare: 4 },
  { title: 'latency', align: 'right', width: 8, spare: 5 },
  { title: 'info', align: 'left', width: 20 },
];

/** What passes, as lines on standard output; on a terminal with a line below them that tells how the tap is. */
export function tapView(io: Io): CliWatcher {
  const style = styleFor(io);
  const width = widthOf(io);
  const grid = new Grid(COLUMNS, width);
  const latencies = new Latencies();
  const isLive = io.stdout.isTTY === true;
  let below = '';
  const clear = isLive ? '\r\x1b[K' : '';
  const queue = new EventQueue(io.stdout, (lines) => `${clear}${style.quiet(`… ${counted(lines, 'line')} left out`)}`);
  let head = `${style.heading(grid.head())}\n`;
  const put = (make: () => string): void =>
    queue.put(() => {
      const line = `${clear}${head}${make()}`;
      head = '';
      return line;
    });
  const event = (at: number, text: string, paint = style.quiet): void =>
    put(() => {
      const line = `${clock(at)}  ${escapeText(text)}`;
      return paint(width === undefined ? line : fit(line, width));
    });

  const line = (
    { seen, context, name, errors, problems, summary }: ShownMessage,
    latency: number | undefined,
  ): string => {
    const marks = seen.marks.map((mark) => `[${mark}]`);
    const info = [...marks, errors.join(', '), ...problems.map((each) => `(${each})`), summary].filter(
      (each) => each !== '',
    );
    const isWarned = marks.length + problems.length > 0;
    const paint = context.kind === 'post' ? style.quiet : undefined;
    return grid.row([
      { text: clock(seen.at), paint: style.quiet },
      { text: String(seen.connection) },
      { text: seen.from === 'client' ? '→' : '←' },
      { text: context.kind, paint },
      { text: name.replace(/^NDMP_/, ''), paint },
      { text: String(seen.header.sequence), paint: style.quiet },
      { text: latency === undefined ? '' : span(latency) },
      {
        text: info.map(escapeText).join('  '),
        paint: errors.length > 0 ? style.error : isWarned ? style.warning : undefined,
      },
    ]);
  };
  return {
    opened: ({ id, client, target, kind, tls, opened }) =>
      event(opened, `connection ${id}: ${client} → ${target}${kind === 'data' ? ', data' : ''}${tlsText(tls)}`),
    closed: (status) => event(status.closed ?? Date.now(), connectionLine(status)),
    refused: (client, why) => event(Date.now(), `${client} was refused: ${why}`, style.warning),
    noted: (connection, text) => event(Date.now(), `connection ${connection}: ${text}`, style.warning),
    message: (message) => {
      const latency = latencies.of(message);
      const copy = kept(message);
      put(() => line(shown(copy), latency));
    },
    warning: (text) => io.stderr.write(`${isLive ? clear : ''}ndmp: ${escapeText(text)}\n`),
    status: (status) => {
      if (!isLive || io.stdout.writableLength > 0) return;
      below = fit(statusLine(status), (width ?? 80) - 1);
      io.stdout.write(`${clear}${style.quiet(below)}`);
    },
    stopped: (status, why) => {
      queue.finish();
      const { recording } = status;
      const where = recording === undefined ? '' : ` in ${escapeText(recording.path)}`;
      io.stdout.write(`${clear}${why}: ${statusLine(status)}${where}\n`);
    },
  };
}

function statusLine({ connections, forgotten, rate, recording, refused, faults }: TapStatus): string {
  const open = connections.filter(({ closed }) => closed === undefined).length;
  const hits = faults.reduce((sum, each) => sum + each.hits, 0);
  return [
    `${open} open, ${connections.length - open + forgotten} closed${refused > 0 ? `, ${refused} refused` : ''}`,
    `→ ${bytesText(rate.toTarget)}/s  ← ${bytesText(rate.toClient)}/s`,
    ...(faults.length > 0 ? [`${counted(faults.length, 'fault')}, ${counted(hits, 'hit')}`] : []),
    ...(recording ? [recording.hasFailed ? 'the recording is OVER' : `recorded ${bytesText(recording.bytes)}`] : []),
  ].join('  ·  ');
}

function tlsText({ client, target }: TapStatus['connections'][number]['tls']): string {
  const parts = [
    ...(client === undefined ? [] : [`client ${client}`]),
    ...(target === undefined ? [] : [`target ${target}`]),
  ];
  return parts.length === 0 ? '' : `, TLS: ${parts.join(', ')}`;
}

/** Time of the day by this machine's zone, with milliseconds. */
function clock(at: number): string {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}
