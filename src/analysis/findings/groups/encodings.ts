import { errorDoc } from '../../../protocol';
import { counted, isFlood, quoted, type FindingContext } from '../context';
import type { RuleGroup } from '../group';
import type { Rule } from '../model';

const XDR = 'RFC 4506 (XDR); NDMPv4 draft, message definitions (section 3)';

const undecodable: Rule = {
  id: 'undecodable-message',
  name: 'Message that does not fit its definition',
  severity: 'error',
  doc: 'The bytes of the message do not agree with what the protocol defines for it: a length or a count that cannot be, or an end that comes too early. The sender has a mistake in its encoder, or the connection speaks another version than it was opened with.',
  specification: XDR,
};
const nonConforming: Rule = {
  id: 'nonconforming-encoding',
  name: 'Encoding that does not conform',
  severity: 'warning',
  doc: 'The message is laid out in another way than the specification defines, but in one that is known from the field. A strict server cannot read it, or reads something else: SET_EXT_LIST in the layout of the GET reply, for example, selects nothing.',
  specification: `${XDR}; CONFIG_SET_EXT_LIST`,
};
const trailing: Rule = {
  id: 'trailing-bytes',
  name: 'Bytes after the end of the message',
  severity: 'note',
  doc: 'The record is longer than the message in it. Receivers go by the record length and skip the rest.',
  specification: XDR,
};
const undefinedValue: Rule = {
  id: 'undefined-value',
  name: 'Value that is not defined',
  severity: 'warning',
  doc: 'A field holds a number for which this version of the protocol has no name. A receiver that does not check it draws the wrong conclusion.',
  specification: XDR,
};
const unknownMessage: Rule = {
  id: 'unknown-message',
  name: 'Message that nobody defines',
  severity: 'warning',
  doc: 'The message code is in no known version and no known extension. A server has to answer NOT_SUPPORTED; some drop it.',
  specification: 'NDMPv4 draft, message codes and extension classes (section 2.4, appendix A)',
};
const incomplete: Rule = {
  id: 'capture-incomplete',
  name: 'The capture lacks bytes',
  severity: 'warning',
  doc: 'Packets were cut or lost when the capture was made, so that messages are missing or can be read only in part. Findings about them are held back. Record without a snap length, close to one of the two hosts, with a larger buffer.',
  specification: 'None: it is the capture, not the protocol',
};
const garbled: Rule = {
  id: 'unreadable-bytes',
  name: 'Bytes that are no NDMP',
  severity: 'error',
  doc: 'Between the messages of an NDMP connection there are bytes that are no message: a broken record mark, or traffic of another kind. The receiver of them usually closes the connection.',
  specification: 'RFC 5531, record marking; NDMPv4 draft (section 2.1)',
};

/** A message so long is a tape block; it is not looked into. */
const LONG = 64 * 1024;
/** File history posts that are decoded; beyond that the same server repeats itself. */
const MAX_FLOOD = 20000;

interface Fold {
  rule: Rule;
  row: number;
  text: string;
  rows: number[];
}

/** What bodies and records are made of. */
export const encodingGroup: RuleGroup = {
  title: 'Encoding and capture',
  rules: [undecodable, nonConforming, undefinedValue, unknownMessage, trailing, garbled, incomplete],
  find(context) {
    const folds = new Map<string, Fold>();
    let flood = 0;
    const { index } = context;
    for (let row = 0; row < index.count; row++) {
      if (index.length(row) > LONG || (isFlood(index.code(row)) && ++flood > MAX_FLOOD)) continue;
      look(context, row, folds);
    }
    for (const { rule, row, text, rows } of folds.values()) {
      const more = rows.length > 1 ? ` So it is in ${rows.length} messages.` : '';
      context.add(rule, { row }, text + more, rows);
    }
    damaged(context);
  },
};

function look(context: FindingContext, row: number, folds: Map<string, Fold>): void {
  const { index } = context;
  if (index.hasProblem(row)) return;
  const { problems } = context.decoded(row);
  if (problems.length === 0) return;
  for (const { text } of problems.slice(0, 3)) {
    const rule = ruleOf(text);
    if (rule === undefined || (rule === undefinedValue && explainedError(context, row, text))) continue;
    const name = context.name(row);
    const said = rule === unknownMessage ? `${name} is a ${text}.` : `${name}: ${quoted(text).slice(1, -1)}.`;
    const key = [rule.id, index.connection(row), index.code(row), index.kind(row), text.replace(/\d+/g, '')].join(' ');
    const known = folds.get(key);
    if (known) known.rows.push(row);
    else folds.set(key, { rule, row, text: said.charAt(0).toUpperCase() + said.slice(1), rows: [row] });
    context.explained.add(row);
    if (rule !== undefinedValue && rule !== trailing) return;
  }
}

/** An undefined error has a finding of its own. */
function explainedError(context: FindingContext, row: number, text: string): boolean {
  return text.endsWith('is not a defined error') && errorDoc(context.error(row)) === undefined;
}

function ruleOf(text: string): Rule | undefined {
  if (text.startsWith('non-conforming encoding') || text.startsWith('laid out')) return nonConforming;
  if (text.startsWith('unknown message code')) return unknownMessage;
  if (/ is not a defined | is more than \d+ bits can hold| is neither /.test(text)) return undefinedValue;
  if (/bytes? after the end of the body$/.test(text)) return trailing;
  return /after a header with an error$/.test(text) ? undefined : undecodable;
}

function damaged(context: FindingContext): void {
  const { index } = context;
  const rows = index.problemRows;
  const broken = rows.filter((row) =>
    index.problems(row).some((text) => text.startsWith('The record mark') || text.startsWith('The message type')),
  );
  for (const row of broken.slice(0, 100)) context.add(garbled, { row }, index.problems(row)[0]);
  const skipped = index.damage.filter(({ kind }) => kind === 'skipped');
  for (const { connection = -1, text } of skipped.slice(0, 100)) {
    const row = connection < 0 ? -1 : index.connections[connection].firstRow;
    context.add(garbled, { row, connection }, text);
  }
  const cut = rows.filter((row) => index.problems(row).some((text) => text.includes('not in the capture')));
  const lost = index.damage.filter(({ kind }) => kind === 'lost' || kind === 'truncated' || kind === 'unreadable');
  if (cut.length === 0 && lost.length === 0) return;
  const bytes = lost.reduce((sum, each) => sum + each.bytes, 0);
  const parts = [
    ...(cut.length > 0
      ? [`${counted(cut.length, 'message')} cut or with bytes missing before ${cut.length === 1 ? 'it' : 'them'}`]
      : []),
    ...(lost.length > 0
      ? [`${counted(lost.length, 'place')} where packets are lost or cut${bytes > 0 ? ` (${bytes} bytes)` : ''}`]
      : []),
  ];
  context.add(incomplete, { row: cut[0] ?? -1 }, `The capture is not complete: ${parts.join(', ')}.`, cut);
}
