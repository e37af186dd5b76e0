import { DATA_SPECIFICATION, MOVER_SPECIFICATION, legalStates, requestRule } from '../../../protocol';
import type { StateIssue, StateIssueKind } from '../../states';
import { type FindingContext } from '../context';
import type { RuleGroup } from '../group';
import type { Rule, Severity } from '../model';

const STATE_TABLES = `${DATA_SPECIFICATION}; ${MOVER_SPECIFICATION}`;

const illegal: Rule = {
  id: 'illegal-state',
  name: 'Request not allowed in this state',
  severity: 'error',
  doc: 'The DMA sent a request that the data server or the mover may not serve in the state it was in, and that nothing the DMA had been told allowed. Correct the order in which the DMA sends its requests; a request that crosses a halt on its way is not reported.',
  specification: STATE_TABLES,
};
const accepted: Rule = {
  id: 'illegal-state-accepted',
  name: 'Request served in a state that forbids it',
  severity: 'warning',
  doc: 'The server carried out a request that has to be answered ILLEGAL_STATE. A DMA that relies on it fails with other servers; a server should refuse it.',
  specification: STATE_TABLES,
};
const lenient: Rule = {
  id: 'lenient-request',
  name: 'Request outside the specification, but usual',
  severity: 'note',
  doc: 'The specification does not allow the request in this state, yet DMAs send it and servers take it. Nothing to do unless a strict server refuses it.',
  specification: STATE_TABLES,
};
const refused: Rule = {
  id: 'legal-request-refused',
  name: 'Allowed request refused',
  severity: 'warning',
  doc: 'The server answered ILLEGAL_STATE although its state allows the request, as far as the messages tell. Look at the state that the server itself reports, and at its log.',
  specification: STATE_TABLES,
};
const contradiction: Rule = {
  id: 'state-contradiction',
  name: 'State that cannot be',
  severity: 'warning',
  doc: 'The server reports a state that no request and no event leads to from the one before. The server loses track of its own state, or it changed it without saying so.',
  specification: STATE_TABLES,
};
const notTold: Rule = {
  id: 'missing-notify',
  name: 'Halt or pause without notification',
  severity: 'warning',
  doc: 'Every halt and every pause has to be posted to the DMA. A DMA that waits for the post instead of asking for the state waits for ever.',
  specification: 'NDMPv4 draft, notify interface (section 3.7)',
};
const toldTwice: Rule = {
  id: 'repeated-notify',
  name: 'Halt or pause posted twice',
  severity: 'warning',
  doc: 'One halt or pause is to be posted once. A DMA that acts on each post may change the tape twice.',
  specification: 'NDMPv4 draft, notify interface (section 3.7)',
};

const MACHINES = { data: 'data server', mover: 'mover' } as const;
const HABITS: readonly StateIssueKind[] = ['lenient', 'refused'];
const ENDS_OPERATION = [0x403, 0x407, 0xa03, 0xa04];
/** Requests whose refusal costs a DMA nothing. */
const PASSING = [0x403, 0x404];
const STARTS = [0x401, 0x402, 0x40b];

/** What goes against the state table, folded where a DMA repeats itself. */
export const stateGroup: RuleGroup = {
  title: 'States',
  rules: [illegal, accepted, lenient, refused, contradiction, notTold, toldTwice],
  find(context) {
    for (const issues of folded(context, context.states.issues)) report(context, issues);
  },
};

/** Issues of one kind at the same request in the same state of a connection; habits of a program over all connections. */
function folded(context: FindingContext, issues: readonly StateIssue[]): StateIssue[][] {
  const groups = new Map<string, StateIssue[]>();
  for (const issue of issues) {
    const where = HABITS.includes(issue.kind) && issue.detail !== '' ? issue.detail : issue.connection;
    const key = [issue.kind, where, issue.machine, issue.state, context.index.code(issue.row)].join(' ');
    const known = groups.get(key);
    if (known) known.push(issue);
    else groups.set(key, [issue]);
  }
  return [...groups.values()];
}

function report(context: FindingContext, issues: StateIssue[]): void {
  const [first] = issues;
  const related = issues.flatMap(({ row, otherRow }) => [row, otherRow]);
  for (const row of related) context.explained.add(row);
  const times = issues.length > 1 ? ` It happened ${issues.length} times.` : '';
  const name = context.name(first.row);
  const who = MACHINES[first.machine];
  const state = first.state;
  const add = (rule: Rule, text: string, severity?: Severity): void =>
    context.add(rule, first, text + times, related, severity);
  switch (first.kind) {
    case 'illegal': {
      const mild = cleansUp(context, first) ? 'warning' : undefined;
      add(
        illegal,
        `${name} was sent while the ${who} was ${state}; ${allowed(context, first)}.${answer(context, first)}`,
        mild,
      );
      break;
    }
    case 'illegal-accepted':
      add(accepted, `The server carried out ${name} while the ${who} was ${state}; ${allowed(context, first)}.`);
      break;
    case 'lenient':
      add(
        lenient,
        `${name} was sent while the ${who} was ${state}, which the specification does not allow (${first.detail}).`,
      );
      break;
    case 'refused':
      if (first.detail === '')
        add(refused, `${name} was refused with ILLEGAL_STATE though the ${who} was ${state}, which allows it.`);
      else
        add(
          refused,
          `${name} was refused with ILLEGAL_STATE though ${state} allows it (${first.detail}).`,
          PASSING.includes(context.index.code(first.row)) ? 'note' : undefined,
        );
      break;
    case 'contradiction':
      add(
        contradiction,
        `${name} tells that the ${who} is ${first.detail}, but it was ${state} and nothing led from there to it.`,
      );
      break;
    case 'not-told':
      add(notTold, `The ${who} was seen ${state}, but no post told of it.`);
      break;
    case 'told-twice':
      add(toldTwice, `${name} tells of a state (${state}) that had been told before.`);
      break;
  }
}

function allowed(context: FindingContext, { row }: StateIssue): string {
  const rule = requestRule(context.index.code(row));
  const version = context.index.version(row);
  if (rule === undefined || !rule.versions.includes(version)) return `NDMPv${version} does not know it`;
  return `it is allowed in ${listed(legalStates(rule, version))} only`;
}

function answer(context: FindingContext, { otherRow }: StateIssue): string {
  return otherRow < 0 ? ' There was no reply.' : ` The server answered ${context.errorText(otherRow)}.`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

/** Whether the request only tidies up after a start that the server refused: untidy, but it breaks nothing more. */
function cleansUp(context: FindingContext, { row, connection }: StateIssue): boolean {
  const { index } = context;
  if (!ENDS_OPERATION.includes(index.code(row))) return false;
  const rows = context.rows[connection] ?? [];
  for (let at = rows.indexOf(row) - 1; at >= 0; at--) {
    const before = rows[at];
    if (index.kind(before) === 'request' && STARTS.includes(index.code(before)))
      return (context.answer(before) ?? 0) !== 0;
    if (index.kind(before) === 'request' && index.code(before) === 0x407 && context.answer(before) === 0) return false;
  }
  return false;
}
