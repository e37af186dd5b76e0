import { deviceRule, type DeviceRule } from '../../../protocol';
import { mayFollowGap } from '../../states';
import { type FindingContext } from '../context';
import type { RuleGroup } from '../group';
import type { Rule } from '../model';

const misuse: Rule = {
  id: 'device-misuse',
  name: 'Tape or changer used out of turn',
  severity: 'error',
  doc: 'A tape or SCSI request needs an open device, a connection has at most one device open, and while the mover is LISTEN or ACTIVE the tape belongs to the mover. Open the device first, close the one before, or wait for a pause or halt.',
  specification: 'NDMPv4 draft, SCSI and tape interfaces (sections 3.3 and 3.4)',
};

const CONNECTION_ENDS = [0x902];

/** What is known of the device of one connection. */
interface Device {
  /** Undefined: not known. */
  open: 'none' | 'tape' | 'scsi' | undefined;
}

/** Requests to devices that are not open, or not free. */
export const deviceGroup: RuleGroup = {
  title: 'Devices',
  rules: [misuse],
  find(context) {
    context.rows.forEach((rows, connection) => {
      const { started } = context.index.connections[connection];
      const device: Device = { open: started === 'seen' ? 'none' : undefined };
      const groups = new Map<string, { rows: number[]; text: string }>();
      for (const row of rows) follow(context, row, device, groups);
      for (const { rows: at, text } of groups.values()) {
        const times = at.length > 1 ? ` It happened ${at.length} times.` : '';
        context.add(
          misuse,
          { row: at[0] },
          text + times,
          at.flatMap((row) => [row, context.index.pair(row)]),
        );
      }
    });
  },
};

function follow(
  context: FindingContext,
  row: number,
  device: Device,
  groups: Map<string, { rows: number[]; text: string }>,
): void {
  const { index } = context;
  if (mayFollowGap(index, row)) device.open = undefined;
  if (index.kind(row) !== 'request') return;
  const code = index.code(row);
  if (CONNECTION_ENDS.includes(code)) device.open = undefined;
  const rule = deviceRule(code);
  if (rule === undefined) return;
  const error = context.answer(row);
  const fault = rule.asks ? undefined : faultOf(context, row, rule, device);
  if (fault !== undefined && error !== undefined) {
    context.explained.add(row);
    const reply =
      error === 0 ? 'The server did it all the same.' : `The server answered ${context.errorText(index.pair(row))}.`;
    const text = `${context.name(row)} was sent ${fault}. ${reply}`;
    const known = groups.get(text);
    if (known) known.rows.push(row);
    else groups.set(text, { rows: [row], text });
  }
  if (error === undefined) device.open = undefined;
  else if (error === 0) {
    if (rule.opens) device.open = rule.device;
    else if (rule.closes) device.open = 'none';
    else device.open = rule.device;
  }
}

function faultOf(context: FindingContext, row: number, rule: DeviceRule, { open }: Device): string | undefined {
  if (open === undefined) return undefined;
  const what = { none: 'nothing', tape: 'a tape', scsi: 'a changer' }[open];
  if (rule.needs === 'closed') {
    return open === 'none' ? undefined : `while ${what} was open on the same connection, and only one device may be`;
  }
  if (open !== rule.device)
    return `while ${what} was open on the connection; it needs an open ${rule.device === 'tape' ? 'tape' : 'SCSI device'}`;
  if (rule.mover === undefined) return undefined;
  const state = stateAt(context, row);
  const owned = state === undefined || (rule.mover as readonly string[]).includes(state);
  return owned ? undefined : `while the mover was ${state} and had the tape to itself`;
}

/** State of the mover when the reply to a request was given; undefined where it is not sure. */
function stateAt(context: FindingContext, request: number): string | undefined {
  const { index } = context;
  const connection = index.connection(request);
  const reply = index.pair(request);
  // where the order of the two sides is lost, the server's own messages tell it
  const span = context.spanAt('mover', connection, reply < 0 ? request : reply);
  if (!span?.certain || reply < request) return span?.certain ? span.state : undefined;
  // a halt or pause may have been on its way
  return context.spanAt('mover', connection, request) === span ? span.state : undefined;
}
