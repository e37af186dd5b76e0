import type { MessageIndex, TcpFlow } from '../../session/messageIndex';
import { bodyOf } from '../connections';
import { ofSpans } from '../grouped';
import { Code } from './codes';
import type { DataFlow } from './dataSides';
import type { Claim } from './sweep';
import { relativeTime, type JobTime } from './times';

/** Without payload for less than this, data is still said to move. Seconds. */
const LEAST_IDLE = 0.01;

/** What the packets of the data connection, and the windows of all connections of a job, tell about its time. */
export function flowClaims(time: JobTime, data: DataFlow | undefined): Claim[] {
  return [...(data === undefined ? [] : dataClaims(time, data)), ...controlWindows(time)];
}

function dataClaims(time: JobTime, data: DataFlow): Claim[] {
  const { source, transfer } = time;
  const { index } = source;
  const { flow } = data;
  const claims: Claim[] = [];
  const ends = relativeTime(index, flow.to);
  for (const { from, to, idle } of runs(time, data)) {
    if (!idle) claims.push({ from, to, cause: 'moving', what: '', rows: [] });
    else if (transfer !== undefined) {
      const over = from >= ends && flow.ended !== 'open';
      if (!over) claims.push(...idleClaims(time, data, Math.max(from, transfer.from), Math.min(to, transfer.to)));
    }
  }
  for (const window of flow.zeroWindows) {
    const dataServer = window.side === data.dataSide;
    claims.push({
      from: relativeTime(index, window.from),
      to: window.to === undefined ? ends : relativeTime(index, window.to),
      cause: dataServer ? 'data-takes-nothing' : 'mover-takes-nothing',
      what: '',
      rows: [],
    });
  }
  claims.push(...stallClaims(index, flow, 'on the data connection'));
  if (transfer !== undefined && flow.ended !== 'open')
    claims.push(afterStream(Math.max(ends, transfer.from), transfer.to, transfer.endRow));
  return claims;
}

/** The stream is over: the data server is to report its end. Where it never does, nothing tells why. */
function afterStream(from: number, to: number, endRow: number): Claim {
  if (endRow >= 0)
    return { from, to, cause: 'data-finishing', what: 'after the last bytes of the data connection', rows: [endRow] };
  return { from, to, cause: 'untold', what: 'the data connection was over, and neither side told an end', rows: [] };
}

interface Run {
  from: number;
  to: number;
  idle: boolean;
}

/** Stretches with and without payload, short gaps counted to the former, over the transfer. */
function runs({ source, transfer }: JobTime, { flow, stream }: DataFlow): Run[] {
  const { from, width } = flow.rate;
  const begin = relativeTime(source.index, from);
  const least = Math.max(LEAST_IDLE, 2 * width);
  const found: Run[] = [];
  let last = Math.min(begin, transfer?.from ?? begin);
  const moved = (start: number, end: number): void => {
    if (start - last >= least) found.push({ from: last, to: start, idle: true });
    else if (found.length === 0) found.push({ from: last, to: start, idle: false });
    const before = found.at(-1);
    if (before !== undefined && !before.idle) before.to = end;
    else found.push({ from: start, to: end, idle: false });
    last = end;
  };
  const ends = relativeTime(source.index, flow.to);
  stream.forEach((bytes, i) => {
    if (bytes > 0) moved(begin + i * width, Math.min(ends, begin + (i + 1) * width));
  });
  const end = transfer?.to ?? last;
  if (end > last) found.push({ from: last, to: end, idle: true });
  return found;
}

/** Who kept the data connection idle between two moments. */
function idleClaims(time: JobTime, data: DataFlow, from: number, to: number): Claim[] {
  if (!(to > from)) return [];
  if (data.repeated > 0)
    return [
      {
        from,
        to,
        cause: 'untold',
        what: 'no new payload: the sender had none, or packets were lost',
        rows: [],
        rank: 70,
      },
    ];
  if (data.sender === 'data server') return [{ from, to, cause: 'data-gives-nothing', what: '', rows: [] }];
  return recoveryClaims(time, data, from, to);
}

/** In a recovery the mover sends what was asked for: without an open question it is not the mover that waits. */
function recoveryClaims(time: JobTime, data: DataFlow, from: number, to: number): Claim[] {
  const reads = readsOf(time);
  if (reads.length === 0) return [];
  const claims: Claim[] = [];
  const delivered = deliveredBefore(time, data, from);
  let asked = 0;
  let at = from;
  let before = -1;
  const wait = (end: number): void => {
    const [start, stop] = [Math.max(at, from), Math.min(end, to)];
    if (stop > start) {
      const cause = asked > delivered ? 'mover-gives-nothing' : 'data-asks-nothing';
      claims.push({ from: start, to: stop, cause, what: '', rows: before < 0 ? [] : [before] });
    }
  };
  for (const read of reads) {
    if (read.posted >= to) break;
    wait(read.posted);
    asked += read.length;
    before = read.row;
    at = read.answered;
  }
  wait(to);
  return claims;
}

interface Read {
  /** Moment of the NOTIFY_DATA_READ, or of the MOVER_READ where none was seen; and of the MOVER_READ's reply. */
  posted: number;
  answered: number;
  length: number;
  row: number;
}

function readsOf({ source, rows, at }: JobTime): Read[] {
  const { index } = source;
  const reads: Read[] = [];
  let post = -1;
  for (const row of rows) {
    const code = index.code(row);
    if (code === Code.NOTIFY_DATA_READ && index.kind(row) === 'post') post = row;
    else if (code === Code.MOVER_READ && index.kind(row) === 'request') {
      const reply = index.pair(row);
      const length = Number(bodyOf(source, row).length ?? 0);
      reads.push({ posted: at(post < 0 ? row : post), answered: at(reply < 0 ? row : reply), length, row });
      post = -1;
    }
  }
  return reads;
}

function deliveredBefore({ source }: JobTime, { flow, stream }: DataFlow, moment: number): number {
  const begin = relativeTime(source.index, flow.rate.from);
  const buckets = Math.max(0, Math.ceil((moment - begin) / flow.rate.width - 1e-6));
  return stream.slice(0, buckets).reduce((sum, bytes) => sum + bytes, 0);
}

/** Waits for acknowledgements that did not come. */
function stallClaims(index: MessageIndex, { stalls }: TcpFlow, what: string): Claim[] {
  return stalls.map(({ from, to }) => ({
    from: relativeTime(index, from),
    to: relativeTime(index, to),
    cause: 'sent-again',
    what,
    rows: [],
  }));
}

/** Moments in which the DMA took no messages, and losses on control connections. */
function controlWindows({ source, job }: JobTime): Claim[] {
  const { index, info } = source;
  return ofSpans(info.flows, job.spans).flatMap((flow) => [
    ...stallClaims(index, flow, `on connection ${(flow.connection ?? 0) + 1}`),
    ...flow.zeroWindows
      .filter(({ side }) => side === 'client')
      .map((window): Claim => ({
        from: relativeTime(index, window.from),
        to: relativeTime(index, window.to ?? flow.to),
        cause: 'dma-takes-nothing',
        what: `connection ${(flow.connection ?? 0) + 1}`,
        rows: [],
      })),
  ]);
}
