import { clip, escapeText, type Value } from '../../protocol';
import type { AnalysisSource } from '../analysis';
import { bodyOf, textField } from '../connections';
import type { Job } from '../jobs/model';
import { MessageView } from '../messageView';
import { bytesText, counted } from '../statistics/words';
import type { Fact } from './model';

const MAX_SHOWN = 12;
const MAX_VALUE = 200;

/** Requests whose arguments say what a job was asked to be; the last one of each counts. */
const asking: Readonly<Record<number, string>> = {
  0x300: 'Tape',
  0xa05: 'Window',
  0xa08: 'Record size',
  0xa01: 'Mover listens',
  0xa09: 'Mover connects',
  0x409: 'Data server listens',
  0x40a: 'Data server connects',
  0x901: 'Login',
};

/** What the DMA asked for, with the messages. */
export function askedFacts(source: AnalysisSource, job: Job, rows: readonly number[]): Fact[] {
  const facts: Fact[] = [];
  const add = (label: string, text: string, rows: number[]): void => {
    if (text !== '') facts.push({ label, text, rows });
  };
  const start = job.startRow < 0 ? [] : [job.startRow];
  add('Operation', job.title, start);
  add('Backup type', job.type, start);
  add(job.operation === 'backup' ? 'File system' : 'Path', job.path, start);
  add('Level', job.level, start);
  if (job.startRow >= 0) {
    const body = bodyOf(source, job.startRow);
    add('Environment', environmentText(body.env), start);
    add('Files', filesText(body.nlist), start);
  }
  add('Way of the data', topologyText(job), job.topologyWhy.rows);
  return [...facts, ...requestFacts(source, rows), ...linkFact(job)];
}

function topologyText({ topology, topologyWhy, operation }: Job): string {
  if (operation === 'session') return '';
  return topologyWhy.text === '' ? topology : `${topology}: ${topologyWhy.text}`;
}

function requestFacts(source: AnalysisSource, rows: readonly number[]): Fact[] {
  const { index } = source;
  const last = new Map<string, Fact>();
  for (const row of rows) {
    const label = asking[index.code(row)];
    if (label === undefined || index.kind(row) !== 'request') continue;
    const text = new MessageView(source, row).summary;
    const known = last.get(`${label} ${text}`);
    if (known !== undefined) {
      if (known.rows.length < 8) known.rows.push(row);
    } else if (last.size < 24) last.set(`${label} ${text}`, { label, text, rows: [row] });
  }
  return [...last.values()];
}

function linkFact({ link }: Job): Fact[] {
  if (link === undefined || link.kind === 'local') return [];
  const bytes =
    link.bytes === undefined ? '' : `, ${bytesText(link.bytes)} as told by the ${link.bytesFrom ?? 'servers'}`;
  const at = link.address === undefined ? '' : ` to ${link.address}`;
  return [{ label: 'Data connection', text: `${link.kind}${at}${bytes}`, rows: link.rows }];
}

function environmentText(env: Value | undefined): string {
  const pairs = fieldsOf(env).map((pair) => `${shown(textField(pair, 'name'))}=${shown(textField(pair, 'value'))}`);
  return listText(pairs, 'variable');
}

function filesText(nlist: Value | undefined): string {
  const names = fieldsOf(nlist).map(
    (each) => `“${shown(textField(each, 'original_path') ?? textField(each, 'name'))}”`,
  );
  return listText(names, 'file');
}

function listText(all: readonly string[], one: string): string {
  if (all.length === 0) return '';
  const rest = all.length - MAX_SHOWN;
  const more = rest > 0 ? ` and ${counted(rest, `more ${one}`)}` : '';
  return `${all.slice(0, MAX_SHOWN).join(', ')}${more}`;
}

function fieldsOf(value: Value | undefined): Record<string, Value>[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (each): each is Record<string, Value> =>
      typeof each === 'object' && !Array.isArray(each) && !(each instanceof Uint8Array),
  );
}

function shown(text: string | undefined): string {
  return clip(escapeText(text ?? ''), MAX_VALUE);
}
