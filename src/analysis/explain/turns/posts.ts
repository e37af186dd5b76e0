import { bodyToJson, clip, escapeText, type BodyValue } from '../../../protocol';
import { bodyOf, textField } from '../../connections';
import { reasonCauses, textCauses } from '../match';
import type { WrongTurn } from '../model';
import { firstBehind, nameAt, turn, type TurnContext } from './context';

const Code = {
  DATA_HALTED: 0x501,
  CONNECTION_STATUS: 0x502,
  MOVER_HALTED: 0x503,
  MOVER_PAUSED: 0x504,
  LOG_FILE: 0x602,
  LOG_MESSAGE: 0x603,
  CONNECT_CLOSE: 0x902,
  MOVER_CONTINUE: 0xa02,
  MOVER_CLOSE: 0xa07,
} as const;
const MAX_BODIES = 50000;

/** Posts that say that something did not go as it was meant to. */
export function badPosts(context: TurnContext): WrongTurn[] {
  const { rows, analysis } = context;
  const { index } = analysis.source;
  const turns: (WrongTurn | undefined)[] = [];
  let read = 0;
  for (const row of rows) {
    if (index.kind(row) !== 'post') continue;
    const rule = rules[index.code(row)];
    if (rule !== undefined && ++read <= MAX_BODIES) turns.push(rule(context, row));
  }
  return turns.filter((each) => each !== undefined);
}

type PostRule = (context: TurnContext, row: number) => WrongTurn | undefined;

const rules: Readonly<Record<number, PostRule | undefined>> = {
  [Code.DATA_HALTED]: (context, row) => halted(context, row, 'data', 'SUCCESSFUL'),
  [Code.MOVER_HALTED]: (context, row) => halted(context, row, 'mover', 'CONNECT_CLOSED'),
  [Code.MOVER_PAUSED]: paused,
  [Code.CONNECTION_STATUS]: connectionStatus,
  [Code.LOG_MESSAGE]: errorLogged,
  [Code.LOG_FILE]: fileFailed,
};

/** Fields by name where the protocol has one: `reason` as `EOM`. */
function named(context: TurnContext, row: number, field: string, body: BodyValue): string {
  const value = bodyToJson(body, context.analysis.source.context(row))[field];
  return typeof value === 'string' ? value : `value ${JSON.stringify(value)}`;
}

function halted(context: TurnContext, row: number, machine: 'data' | 'mover', good: string): WrongTurn | undefined {
  const body = bodyOf(context.analysis.source, row);
  const reason = named(context, row, 'reason', body);
  if (reason === good) return undefined;
  const who = machine === 'data' ? 'data server' : 'mover';
  const words = textField(body, 'text_reason') ?? '';
  const told = words.trim() === '' ? '' : `, with the words “${clip(escapeText(words.trim()), 200)}”`;
  // NDMPv3 servers send v4's reason 5 without a name in v3
  const known = reason === 'value 5' ? 'MEDIA_ERROR' : reason;
  const text = `The ${who} halted: ${reason}${told}.`;
  return turn(context, 'halt', 'failure', [row], text, reasonCauses(machine, 'halted', known, row));
}

/** Whether what the DMA did after a row would be in the capture: it goes on, with both directions and without holes. */
function showsTheDma({ analysis }: TurnContext, row: number): boolean {
  const { index } = analysis.source;
  const { ended, bytes, lostBytes } = index.connections[index.connection(row)];
  return ended !== 'open' && bytes[0] > 0 && lostBytes === 0;
}

/** A pause after which the DMA did not go on, or that no normal course brings. */
function paused(context: TurnContext, row: number): WrongTurn | undefined {
  const { pauseEnders, analysis, job } = context;
  const { index } = analysis.source;
  const body = bodyOf(analysis.source, row);
  const reason = named(context, row, 'reason', body);
  const next = firstBehind(pauseEnders.get(index.connection(row)) ?? [], row);
  if (next === undefined && !showsTheDma(context, row)) return undefined;
  const code = next === undefined ? -1 : index.code(next);
  const normal = code === Code.MOVER_CONTINUE || (code === Code.MOVER_CLOSE && job.operation !== 'backup');
  if (normal && reason !== 'MEDIA_ERROR') return undefined;
  const rest =
    next === undefined
      ? 'the DMA did nothing about it'
      : `the DMA answered with ${nameAt(context, next)} instead of going on`;
  const text = `The mover paused (${reason}) and ${rest}.`;
  const causes = reasonCauses('mover', 'paused', reason, row);
  return turn(context, 'pause', 'failure', next === undefined ? [row] : [row, next], text, causes);
}

function connectionStatus(context: TurnContext, row: number): WrongTurn | undefined {
  const { source } = context.analysis;
  const { index } = source;
  const body = bodyOf(source, row);
  const reason = named(context, row, 'reason', body);
  if (reason === 'CONNECTED') return undefined;
  const closed = (each: number): boolean =>
    each < row && index.code(each) === Code.CONNECT_CLOSE && index.connection(each) === index.connection(row);
  if (reason === 'SHUTDOWN' && context.rows.some(closed)) return undefined;
  const words = clip(escapeText(textField(body, 'text_reason') ?? ''), 200);
  const text = `The server said ${reason} on connection ${index.connection(row) + 1}${words === '' ? '' : `: “${words}”`}.`;
  return turn(context, 'connection', 'failure', [row], text);
}

function errorLogged(context: TurnContext, row: number): WrongTurn | undefined {
  const body = bodyOf(context.analysis.source, row);
  const kind = named(context, row, 'log_type', body);
  const entry = (textField(body, 'entry') ?? '').trim();
  const causes = textCauses(entry, row);
  if (kind !== 'ERROR' && causes.length === 0) return undefined;
  const words = clip(escapeText(entry), 300);
  const end = /[.!?]$/.test(words) ? '' : '.';
  const text = `The server logged ${kind === 'ERROR' ? 'an error' : 'a message'}: “${words}”${end}`;
  return turn(context, 'log', kind === 'ERROR' ? 'failure' : 'oddity', [row], text, causes);
}

function fileFailed(context: TurnContext, row: number): WrongTurn | undefined {
  const body = bodyOf(context.analysis.source, row);
  const field = body.recovery_status === undefined ? 'error' : 'recovery_status';
  const value = body[field];
  if (value === undefined || value === 0) return undefined;
  const name = clip(escapeText(textField(body, 'name') ?? ''), 200);
  return turn(context, 'file', 'failure', [row], `“${name}” was not recovered: ${named(context, row, field, body)}.`);
}
