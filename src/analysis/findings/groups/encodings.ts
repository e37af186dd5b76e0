import { errorDoc } from '../../../protocol';
import type { Damage, MessageIndex } from '../../../session/messageIndex';
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
/** File history and log posts that are looked at; beyond that the same server repeats itself. */
const MAX_FLOOD = 50000;

const WORST: readonly Rule[] = [undecodable, unknownMessage, nonConforming, undefinedValue, trailing];

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
  if (index.hasProblem(row) || (isFlood(index.code(row)) && context.isSound(row))) return;
  const { problems } = context.decoded(row);
  if (problems.length === 0) return;
  const { versionSource } = index.connections[index.connection(row)];
  const kinds = problems.slice(0, 20).flatMap(({ text }) => {
    const rule = ruleOf(text);
    // another version's layout where the version is not sure says that the version is another
    const unsure = rule === nonConforming && versionSource !== 'open' && text.startsWith('laid out');
    const own = rule === undefinedValue && explainedError(context, row, text);
    return rule === undefined || unsure || own ? [] : [{ rule, text }];
  });
  kinds.sort((a, b) => WORST.indexOf(a.rule) - WORST.indexOf(b.rule));
  const [worst] = kinds;
  if (worst === undefined) return;
  const { rule, text } = worst;
  const said =
    rule === unknownMessage
      ? `No version and no known extension defines message code 0x${index.code(row).toString(16)}.`
      : `${context.name(row)}: ${quoted(text).slice(1, -1)}.`;
  const key = [rule.id, index.connection(row), index.code(row), index.kind(row), text.replace(/\d+/g, '')].join(' ');
  const known = folds.get(key);
  if (known) known.rows.push(row);
  else folds.set(key, { rule, row, text: said, rows: [row] });
  context.explained.add(row);
}

/** An undefined error has a finding of its own. */
function explainedError(context: FindingContext, row: number, text: string): boolean {
  return text.endsWith('is not a defined error') && errorDoc(context.error(row)) === undefined;
}

function ruleOf(text: string): Rule | undefined {
  if (/^non-conforming encoding|^laid out|padding bytes are not zero$/.test(text)) return nonConforming;
  if (text.startsWith('unknown message code')) return unknownMessage;
  if (/ is not a defined | is more than \d+ bits can hold| is neither /.test(text)) return undefinedValue;
  if (/bytes? after the end of the body$/.test(text)) return trailing;
  return /after a header with an error$/.test(text) ? undefined : undecodable;
}

function damaged(context: FindingContext): void {
  const { index } = context;
  const rows = index.problemRows;
  const broken = rows.filter((row) => index.problems(row).some((text) => /^The (record mark|message type)/.test(text)));
  if (broken.length > 0) {
    const more = broken.length > 1 ? ` ${broken.length} messages of the capture are broken like this.` : '';
    context.add(garbled, { row: broken[0] }, index.problems(broken[0])[0] + more, broken);
    for (const row of broken) context.explained.add(row);
  }
  const { format } = context.analysis.source.info;
  const inLog = format === 'ontap-log' || format === 'ndmjob-log';
  // a log has lines of its own between the messages
  const damage = index.damage.filter(({ kind }) => !inLog || kind !== 'skipped');
  const skipped = damage.filter(({ kind }) => kind === 'skipped');
  const begins = (each: Damage): boolean => startsLate(index, each);
  const alien = skipped.filter((each) => !begins(each));
  if (alien.length > 0) {
    const [{ connection = -1, text }] = alien;
    const at = alien.map((each) => index.connections[each.connection ?? -1]?.firstRow ?? -1);
    const more = alien.length > 1 ? ` There are ${alien.length} such places in the capture.` : '';
    context.add(garbled, { row: at[0], connection }, text + more, at);
  }
  const cut = rows.filter((row) => index.problems(row).some((text) => text.includes('not in the capture')));
  const lost = damage.filter((each) => each.kind !== 'skipped' || begins(each));
  if (cut.length === 0 && lost.length === 0) return;
  const bytes = lost.reduce((sum, each) => sum + each.bytes, 0);
  const them = cut.length === 1 ? 'it' : 'them';
  const parts = [
    ...(cut.length > 0 ? [`${counted(cut.length, 'message')} cut, or with bytes missing before ${them}`] : []),
    ...(lost.length > 0 ? [`${counted(lost.length, 'place')} where bytes are lost or cut (${bytes} in all)`] : []),
  ];
  context.add(incomplete, { row: cut[0] ?? -1 }, `The capture is not complete: ${parts.join('; ')}.`, cut);
}

/** Bytes before the first message of a connection that was under way when the capture began. */
function startsLate({ connections }: MessageIndex, { connection = -1, frame, kind }: Damage): boolean {
  const known = connections[connection];
  return kind === 'skipped' && known?.started === 'missing' && frame <= known.firstFrame;
}
