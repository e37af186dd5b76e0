import type { TcpFlow } from '../../../session/messageIndex';
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

/** TCP below the messages, where it explains why nothing moved. */
export const transportGroup: RuleGroup = {
  title: 'TCP',
  rules: [zeroWindow, repeated, reset],
  find(context) {
    const used = new Set<number>();
    for (const { link } of context.analysis.jobs) if (link?.flow !== undefined) used.add(link.flow);
    context.analysis.source.info.flows.forEach((flow, at) => {
      if (flow.connection === undefined && !used.has(at)) return;
      closedWindows(context, flow);
      sentAgain(context, flow);
      resets(context, flow);
    });
  },
};

function closedWindows(context: FindingContext, flow: TcpFlow): void {
  for (const side of ['client', 'server'] as const) {
    const all = flow.zeroWindows.filter((each) => each.side === side);
    const seconds = all.reduce((sum, { from, to }) => sum + Math.max(0, (to ?? flow.to) - from), 0);
    if (seconds < LONG_WINDOW) continue;
    const [first] = all;
    const often = all.length > 1 ? ` in ${all.length} stretches` : '';
    const text = `${endpointText(flow[side])} took no bytes for ${duration(seconds)}${often} on the ${kindOf(flow)}, first at frame ${first.frame}.`;
    context.add(zeroWindow, place(context, flow, first.frame), text);
  }
}

function sentAgain(context: FindingContext, flow: TcpFlow): void {
  for (const side of [0, 1] as const) {
    const again = flow.repeated[side];
    const share = again / Math.max(1, flow.bytes[side]);
    if (again < LEAST_REPEATED || share < MUCH_REPEATED) continue;
    const sender = endpointText(side === 0 ? flow.client : flow.server);
    const percent = share >= 0.1 ? Math.round(share * 100) : Number((share * 100).toFixed(1));
    const text = `${sender} sent ${again} bytes again on the ${kindOf(flow)}, ${percent} % of what it sent.`;
    context.add(repeated, place(context, flow, flow.firstFrame), text);
  }
}

function resets(context: FindingContext, flow: TcpFlow): void {
  if (flow.ended !== 'rst') return;
  // a control connection that was lost at work has a finding of its own
  if (
    flow.connection !== undefined &&
    context.found.some(({ rule, connection }) => rule === 'connection-lost' && connection === flow.connection)
  )
    return;
  const text = `The ${kindOf(flow)} was ended by a TCP reset.`;
  context.add(reset, lastPlace(context, flow), text, [], flow.connection === undefined ? 'warning' : 'note');
}

function kindOf(flow: TcpFlow): string {
  const what = flow.connection === undefined ? 'data connection' : 'control connection';
  return `${what} ${endpointText(flow.client)} to ${endpointText(flow.server)}`;
}

/** The message at or before a frame of a control connection; data connections have no messages. */
function place(context: FindingContext, { connection }: TcpFlow, frame: number): { row: number; connection: number } {
  if (connection === undefined) return { row: -1, connection: -1 };
  const rows = context.rows[connection] ?? [];
  const row = rows.find((each) => context.index.frame(each) >= frame) ?? rows[rows.length - 1] ?? -1;
  return { row, connection };
}

function lastPlace(context: FindingContext, { connection }: TcpFlow): { row: number; connection: number } {
  if (connection === undefined) return { row: -1, connection: -1 };
  return { row: context.rows[connection]?.at(-1) ?? -1, connection };
}
