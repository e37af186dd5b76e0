import {
  MOVER_SPECIFICATION,
  violatedCondition,
  type BodyValue,
  type MoverArguments,
  type MoverFacts,
  type StateName,
} from '../../../protocol';
import { mayFollowGap } from '../../states';
import { type FindingContext } from '../context';
import type { RuleGroup } from '../group';
import type { Rule } from '../model';

const argument: Rule = {
  id: 'mover-arguments',
  name: 'Window, record size or mode not right',
  severity: 'error',
  doc: 'The mover needs an open tape, a record size, and a window that fits the record size, in that order, and each value has its bounds. Correct what the DMA sends; with a wrong window the stream ends up at the wrong place of the tape, or the job stops there.',
  specification: MOVER_SPECIFICATION,
};
const unusual: Rule = {
  id: 'window-infinite-offset',
  name: 'Infinite window from an offset',
  severity: 'note',
  doc: 'A window without end has offset 0; from another offset its length is all ones minus the offset. Servers in use take all ones with any offset.',
  specification: 'NDMPv4 draft, MOVER_SET_WINDOW (section 3.6)',
};
const accepted: Rule = {
  id: 'mover-arguments-accepted',
  name: 'Wrong window, record size or mode accepted',
  severity: 'warning',
  doc: 'The server took a request whose arguments or whose missing preparation the specification wants refused. Another server will refuse it.',
  specification: MOVER_SPECIFICATION,
};

const pauseReasonRule: Rule = {
  id: 'pause-reason-unusual',
  name: 'Pause with an unusual reason',
  severity: 'note',
  doc: 'At the end of the window a mover that writes the tape pauses with EOW (EOF in v2). Some report SEEK instead; a DMA does well to treat the three alike.',
  specification: 'NDMPv4 draft, NOTIFY_MOVER_PAUSED (section 3.7)',
};

const READ_MODE = 0;
const LISTEN = 0xa01;
const CONTINUE = 0xa02;
const STOP = 0xa04;
const SET_WINDOW = 0xa05;
const SET_RECORD_SIZE = 0xa08;
const CONNECT = 0xa09;
const TAPE_OPEN = 0x300;
const TAPE_CLOSE = 0x301;
const PAUSED_POST = 0x504;
const FOLLOWED = new Set([LISTEN, CONTINUE, STOP, SET_WINDOW, 0xa06, SET_RECORD_SIZE, CONNECT]);
const TAPE_MODES = ['READ', 'RDWR', 'RAW'] as const;
const PAUSE_REASONS = ['', 'EOM', 'EOF', 'SEEK', 'MEDIA_ERROR', 'EOW'];
const STATE_ERRORS = [19, 4, 1];

/** Arguments of requests to the mover, and what has to precede them. */
export const moverGroup: RuleGroup = {
  title: 'Mover',
  rules: [argument, accepted, unusual, pauseReasonRule],
  find(context) {
    for (const rows of context.rows) if (rows.length > 0) followMover(context, rows);
  },
};

function followMover(context: FindingContext, rows: readonly number[]): void {
  const { index } = context;
  const whole = index.connections[index.connection(rows[0])].started === 'seen';
  // a server that keeps its record size from an earlier session is one that the capture does not tell of
  let facts: MoverFacts = whole ? { recordSize: 0, window: null, tape: 'closed' } : {};
  const folds: Folds = new Map();
  for (const row of rows) {
    if (mayFollowGap(index, row)) facts = {};
    const kind = index.kind(row);
    const code = index.code(row);
    if (kind === 'post' && code === PAUSED_POST) facts = paused(context, row, facts, folds);
    if (kind !== 'request') continue;
    if (FOLLOWED.has(code)) check(context, row, facts, folds);
    if (context.answer(row) === 0) facts = after(context, row, facts);
    else if (context.answer(row) === undefined) facts = {};
  }
  for (const [text, { rule, rows: at }] of folds) {
    const often = at.length > 1 ? ` So ${at.length} times.` : '';
    context.add(
      rule,
      { row: at[0] },
      text + often,
      at.flatMap((row) => [row, index.pair(row)]),
    );
  }
}

/** What is found with the same words on one connection. */
type Folds = Map<string, { rule: Rule; rows: number[] }>;

function fold(folds: Folds, rule: Rule, text: string, row: number): void {
  const known = folds.get(text);
  if (known) known.rows.push(row);
  else folds.set(text, { rule, rows: [row] });
}

function paused(context: FindingContext, row: number, facts: MoverFacts, folds: Folds): MoverFacts {
  const pauseReason = PAUSE_REASONS[Number(context.body(row).reason)];
  if (pauseReason === 'SEEK' && facts.mode === READ_MODE)
    fold(
      folds,
      pauseReasonRule,
      'The mover paused with SEEK while writing the tape, where the window is at its end.',
      row,
    );
  const ordered = context.isOrdered(context.index.connection(row));
  return { ...facts, windowSincePause: ordered ? false : undefined, pauseReason, reading: undefined };
}

function check(context: FindingContext, row: number, facts: MoverFacts, folds: Folds): void {
  const { index } = context;
  const error = context.answer(row);
  if (error === undefined || STATE_ERRORS.includes(error) || context.explained.has(row)) return;
  const args = argumentsOf(context.body(row));
  const version = index.version(row);
  const broken = violatedCondition(index.code(row), version, { ...facts, state: stateAt(context, row) }, args);
  if (broken === undefined) return;
  const name = context.name(row);
  if (error !== 0) {
    context.explained.add(row);
    const text = `${name} cannot be served: ${broken.doc}. The server answered ${context.errorText(index.pair(row))}.`;
    fold(folds, argument, text, row);
  } else if (broken.usual)
    fold(folds, unusual, 'The DMA set an infinite window at an offset other than 0, which the server took.', row);
  else fold(folds, accepted, `The server took ${name} although ${broken.doc}.`, row);
}

function argumentsOf(body: BodyValue): MoverArguments {
  return {
    size: numberOf(body.len),
    mode: numberOf(body.mode),
    offset: typeof body.offset === 'bigint' ? body.offset : undefined,
    length: typeof body.length === 'bigint' ? body.length : undefined,
  };
}

function numberOf(value: BodyValue[string] | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** What an accepted request changes. */
function after(context: FindingContext, row: number, facts: MoverFacts): MoverFacts {
  const body = context.body(row);
  switch (context.index.code(row)) {
    case TAPE_OPEN:
      return { ...facts, tape: TAPE_MODES[Number(body.mode)] };
    case TAPE_CLOSE:
      return { ...facts, tape: 'closed' };
    case SET_RECORD_SIZE:
      return { ...facts, recordSize: numberOf(body.len), window: null };
    case SET_WINDOW: {
      const { offset, length } = argumentsOf(body);
      const window = offset === undefined || length === undefined ? undefined : { offset, length };
      return { ...facts, window, windowSincePause: true };
    }
    case LISTEN:
    case CONNECT:
      return { ...facts, mode: numberOf(body.mode) };
    case STOP:
      // whether the record size survives differs from server to server
      return { tape: facts.tape, recordSize: undefined, window: null };
    default:
      return facts;
  }
}

function stateAt(context: FindingContext, row: number): StateName | undefined {
  const span = context.spanAt('mover', context.index.connection(row), row);
  return span?.certain ? (span.state as StateName) : undefined;
}
