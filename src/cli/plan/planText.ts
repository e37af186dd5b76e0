import type { BackupPlan, Decision, PlannedConnection, PlanStep, SourcePlan } from '../../dma/plan/model';
import { clip, escapeText } from '../../protocol';
import { withoutSecretValues } from '../../protocol/secretVariables';
import type { Style } from '../terminal/style';
import { cellWidth, counted, padEnd } from '../terminal/text';
import { wrapped } from './wrap';

const MAX_NAME = 300;
/** As many addresses of a server are listed in a line. */
const MAX_ADDRESSES = 12;
/** Columns of what stands before a decision, and before a step. */
const NAME_WIDTH = 19;
const STEP_WIDTH = 6;

/** A plan for people: what was decided and why, what will be opened, what will be done. `width` undefined: no folding. */
export function planLines(plan: BackupPlan, style: Style, width: number | undefined): string[] {
  const { job, sources, decisions, connections, steps } = plan;
  const block = new Blocks(style, width);
  const size = counted(job.sources.length, 'source');
  return [
    style.heading(shown(`Job ${job.name}: ${size} of ${job.server}, type ${job.type}, to pool ${job.target.pool}`)),
    ...block.decisions(decisions),
    ...sources.flatMap((source, at) => [
      '',
      style.heading(shown(`${at + 1}. ${source.source.path}`)) + style.quiet(`  ${summaryOf(source)}`),
      ...block.decisions(source.decisions),
      ...block.row('variables', variablesOf(source)),
    ]),
    ...(connections.length > 0 ? ['', style.heading('Connections, and what a firewall has to let through')] : []),
    ...connections.flatMap((each) => block.row(each.purpose, connectionText(each), each.why)),
    ...(steps.length > 0 ? ['', style.heading('Steps')] : []),
    ...stepLines(plan, block, style),
    ...closing(plan, style, width),
  ];
}

function summaryOf({ path, level, through }: SourcePlan): string {
  const way = through === undefined ? path : `${path}, ${through === 'relay' ? 'passed on here' : 'own drive'}`;
  return `${level === 0 ? 'full' : `level ${level}`}, ${way}`;
}

function variablesOf({ environment }: SourcePlan): string {
  return withoutSecretValues(environment)
    .map(({ name, value }) => shown(`${name}=${value}`))
    .join('  ');
}

/** The end of a network that is one address. */
const SINGLE_HOST = /(?<=\.\d+)\/32$|(?<=:[\da-f]*)\/128$/i;

export function connectionText(connection: PlannedConnection): string {
  const { from, to, addresses } = connection;
  const each = [...new Set(addresses.map((address) => address.replace(SINGLE_HOST, '')))];
  const listed = each.slice(0, MAX_ADDRESSES).map(shown);
  const more = each.length > MAX_ADDRESSES ? ` and ${each.length - MAX_ADDRESSES} more` : '';
  const where = listed.length > 0 ? ` at ${listed.join(', ')}${more}` : '';
  return `${shown(from)} → ${shown(to)}${where}, ${portText(connection)}`;
}

/** A control connection without a known port is one to a server that runs within this program. */
function portText({ purpose, port }: PlannedConnection): string {
  if (port !== undefined) return `TCP port ${port}`;
  return purpose === 'control' ? 'a free TCP port, within this program' : 'TCP port that the listening side chooses';
}

/** Steps of sources that are taken alike stand once. */
function stepLines({ sources, steps }: BackupPlan, block: Blocks, style: Style): string[] {
  const lines: string[] = [];
  const toldBy = new Map<string, number>();
  let number = 0;
  const numbered = (step: PlanStep): string[] => block.row(`${++number}.`.padStart(3), step.what, step.why, STEP_WIDTH);
  for (const step of steps.filter(({ source, id }) => source === undefined && id !== 'disconnect'))
    lines.push(...numbered(step));
  for (const [at, { source }] of sources.entries()) {
    const own = steps.filter((step) => step.source === at);
    const kind = own.map(({ id }) => id).join(' ');
    const like = toldBy.get(kind);
    if (like !== undefined) lines.push(style.quiet(shown(`  ${source.path}: as ${sources[like].source.path}`)));
    else {
      toldBy.set(kind, at);
      if (sources.length > 1) lines.push(style.quiet(shown(`  ${source.path}:`)));
      lines.push(...own.flatMap(numbered));
    }
  }
  for (const step of steps.filter(({ id }) => id === 'disconnect')) lines.push(...numbered(step));
  return lines;
}

function closing({ warnings, refusals }: BackupPlan, style: Style, width: number | undefined): string[] {
  const listed = (sentences: readonly string[], paint: (text: string) => string) =>
    sentences.flatMap((each) =>
      wrapped(shownSentence(each), width, 2).map((line, at) => paint(`${at === 0 ? '- ' : '  '}${line}`)),
    );
  return [
    ...(warnings.length > 0 ? ['', style.warning('Worth knowing'), ...listed(warnings, style.warning)] : []),
    ...(refusals.length > 0 ? ['', style.error('This job cannot run as it is'), ...listed(refusals, style.error)] : []),
  ];
}

/** Rows of a name, a choice and, quietly behind or below it, the reason. */
export class Blocks {
  constructor(
    private readonly style: Style,
    private readonly width: number | undefined,
  ) {}

  decisions(decisions: readonly Decision[]): string[] {
    return decisions.flatMap(({ about, choice, why }) => this.row(about, choice, why));
  }

  row(name: string, text: string, why = '', indent = NAME_WIDTH): string[] {
    const { style, width } = this;
    const head = padEnd(`  ${name}`, indent);
    const reason = why === '' ? '' : ` – ${why}`;
    if (width === undefined || cellWidth(`${head}${text}${reason}`) <= width)
      return [`${head}${text}${style.quiet(reason)}`];
    const lines = wrapped(text, width, indent);
    const reasons = why === '' ? [] : wrapped(why, width, indent).map((line) => style.quiet(line));
    return [...lines, ...reasons].map((line, at) => `${at === 0 ? head : ' '.repeat(indent)}${line}`);
  }
}

function shown(text: string): string {
  return escapeText(clip(text, MAX_NAME));
}

function shownSentence(text: string): string {
  return escapeText(clip(text, 1000));
}
