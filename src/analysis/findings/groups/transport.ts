import type { TcpFlow } from '../../../session/messageIndex';
import type { Job, Span } from '../../jobs/model';
import { endpointText } from '../../messageView';
import { duration, type FindingContext } from '../context';
import type { RuleGroup } from '../group';
import type { Rule } from '../model';

const TCP = 'RFC 9293 (TCP)';

const zeroWindow: Rule = {
  id: 'zero-window',
  name: 'A side takes no more bytes',
  severity: 'warning',
  doc: 'One side of the TCP connection closed its receive window: its program does not read. On a data connection the receiver is the bottleneck (the tape, or the disk of a recovery); on a control connection the DMA does not keep up with file history, and the server stops backing up until it does.',
  specification: `${TCP}, zero window`,
};
const repeated: Rule = {
  id: 'retransmissions',
  name: 'Bytes sent again',
  severity: 'warning',
  doc: 'A noticeable part of the bytes was sent more than once: packets are lost on the way. Throughput falls steeply with loss; look at cables, switch ports, duplex and MTU.',
  specification: `${TCP}, retransmission`,
};
const reset: Rule = {
  id: 'connection-reset',
  name: 'TCP connection reset',
  severity: 'warning',
  doc: 'The connection was ended by a reset instead of an orderly close: a program ended without reading what it was sent, or a firewall cut it.',
  specification: `${TCP}, reset`,
};

/** A closed window this long is felt. */
const LONG_WINDOW = 1;
/** Share of repeated bytes from which on it is felt, and the least amount that says anything. */
const MUCH_REPEATED = 0.01;
const LEAST_REPEATED = 4096;
const ENDS = ['connection-lost', 'job-failed', 'job-aborted', 'operation-refused', 'data-connection-refused'];

/** TCP below the messages, where it explains why nothing moved. */
export const transportGroup: RuleGroup = {
  title: 'TCP',
  rules: [zeroWindow, repeated, reset],
  find(context) {
    const { jobs } = context.analysis;
    const byFlow = new Map(jobs.map((job) => [job.link?.flow, job]));
    context.analysis.source.info.flows.forEach((flow, at) => {
      const job = byFlow.get(at);
      if (flow.connection === undefined && job === undefined) return;
      closedWindows(context, flow, job);
      sentAgain(context, flow, job);
      resets(context, flow, job);
    });
  },
};

function closedWindows(context: FindingContext, flow: TcpFlow, job: Job | undefined): void {
  for (const side of ['client', 'server'] as const) {
    const all = flow.zeroWindows.filter((each) => each.side === side);
    const seconds = all.reduce((sum, { from, to }) => sum + Math.max(0, (to ?? flow.to) - from), 0);
    if (seconds < LONG_WINDOW) continue;
    const [first] = all;
    const often = all.length > 1 ? ` in ${all.length} stretches` : '';
    const text = `${endpointText(flow[side])} took no bytes for ${duration(seconds)}${often} on the ${kindOf(flow)}, first at frame ${first.frame}.`;
    context.add(zeroWindow, place(context, flow, job, first.frame), text);
  }
}

function sentAgain(context: FindingContext, flow: TcpFlow, job: Job | undefined): void {
  for (const side of [0, 1] as const) {
    const again = flow.repeated[side];
    const share = again / Math.max(1, flow.bytes[side]);
    if (again < LEAST_REPEATED || share < MUCH_REPEATED) continue;
    const sender = endpointText(side === 0 ? flow.client : flow.server);
    const percent = share >= 0.1 ? Math.round(share * 100) : Number((share * 100).toFixed(1));
    const text = `${sender} sent ${again} bytes again on the ${kindOf(flow)}, ${percent} % of what it sent.`;
    context.add(repeated, place(context, flow, job, flow.firstFrame), text);
  }
}

function resets(context: FindingContext, flow: TcpFlow, job: Job | undefined): void {
  if (flow.ended !== 'rst') return;
  // what failed or was aborted tears its connections down, and has a finding of its own
  const at = job?.id ?? -1;
  const spans = job?.spans ?? [];
  const known = context.found.some(
    ({ rule, row, related }) =>
      ENDS.includes(rule) &&
      (spans.some((span) => holds(context, span, row)) ||
        related.some((each) => context.index.connection(each) === flow.connection)),
  );
  if (known) return;
  const row = place(context, flow, job, Number.MAX_SAFE_INTEGER);
  const severity = flow.connection === undefined ? 'warning' : 'note';
  context.add(reset, { ...row, job: at }, `The ${kindOf(flow)} was ended by a TCP reset.`, [], severity);
}

function holds({ index }: FindingContext, span: Span, row: number): boolean {
  return row >= span.fromRow && row <= span.toRow && index.connection(row) === span.connection;
}

function kindOf(flow: TcpFlow): string {
  const what = flow.connection === undefined ? 'data connection' : 'control connection';
  return `${what} ${endpointText(flow.client)} to ${endpointText(flow.server)}`;
}

/** The first message at a frame or after it, on the control connection itself or on those of the job. */
function place(
  context: FindingContext,
  { connection }: TcpFlow,
  job: Job | undefined,
  frame: number,
): { row: number; connection: number; job: number } {
  const connections = connection === undefined ? (job?.spans ?? []).map((span) => span.connection) : [connection];
  const rows = connections.flatMap((each) => context.rows[each] ?? []).sort((a, b) => a - b);
  const within = connection === undefined && job !== undefined ? rows.filter((row) => row <= job.lastRow) : rows;
  const row = within.find((each) => context.index.frame(each) >= frame) ?? within[within.length - 1] ?? -1;
  return { row, connection: connection ?? -1, job: job?.id ?? -1 };
}
