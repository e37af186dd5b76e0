import { escapeText } from '../../protocol';
import { bodyOf, textField, type ConnectionFacts } from '../connections';
import type { MessageSource } from '../messageView';
import { isFields, variable } from './addresses';
import type { Group } from './groups';
import { rowsWithin } from '../ascending';
import type { Landmarks } from './landmarks';
import type { Operation, Topology } from './model';

/** What a data operation is about. Nothing is escaped yet. */
export interface Subject {
  type: string;
  path: string;
  level: string;
}

const NOTHING: Subject = { type: '', path: '', level: '' };
const MAX_TITLE_PART = 200;

/** Type, path and level, from the start request, else from the environment that the server returns. */
export function subjectOf(source: MessageSource, { operations }: Group, landmarks: readonly Landmarks[]): Subject {
  const [operation] = operations;
  if (operation === undefined) return NOTHING;
  const { environments } = landmarks[operation.connection];
  const row =
    operation.startRow >= 0
      ? operation.startRow
      : (rowsWithin(environments, operation.fromRow, operation.toRow).at(-1) ?? -1);
  if (row < 0) return NOTHING;
  const body = bodyOf(source, row);
  const root = variable(body, 'FILESYSTEM') ?? variable(body, 'PREFIX') ?? '';
  const restored = operation.operation === 'recover' ? destinationOf(body.nlist) : undefined;
  return {
    type: textField(body, 'bu_type') ?? variable(body, 'TYPE') ?? '',
    path: operation.operation === 'recover' ? (variable(body, 'PREFIX') ?? restored ?? root) : root,
    level: variable(body, 'LEVEL') ?? '',
  };
}

/** Where the first entry of a recovery list goes. */
function destinationOf(list: unknown): string | undefined {
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  if (typeof first !== 'object' || first === null || !isFields(first as never)) return undefined;
  const fields = first as Record<string, unknown>;
  const found = [fields.destination_path, fields.destination_dir, fields.dest, fields.new_name].find(
    (each) => typeof each === 'string' && each !== '',
  );
  return found as string | undefined;
}

const verbs = {
  backup: 'backup of',
  recover: 'recovery to',
  'recover file history': 'recovery of file history of',
} as const;
const ways: Readonly<Record<Topology, string>> = {
  local: 'Local',
  'three-way': 'Three-way',
  indirect: 'Indirect',
  none: '',
  unknown: '',
};

/** `Three-way backup of /vol/vol1, level 0`. Escaped. */
export function titleOf(
  source: MessageSource,
  group: Group,
  landmarks: readonly Landmarks[],
  facts: readonly ConnectionFacts[],
  operation: Operation,
  topology: Topology,
  { path, level }: Subject,
): string {
  if (operation === 'session') return sessionTitle(source, group, landmarks, facts);
  if (operation === 'copy') return group.operations.length > 0 ? 'Copy between data servers' : 'Copy from tape to tape';
  const where = path === '' ? verbs[operation].replace(/ (of|to)$/, '') : `${verbs[operation]} ${shown(path)}`;
  const text = `${ways[topology]} ${where}`.trim();
  const levelText = operation === 'backup' && level !== '' ? `, level ${shown(level)}` : '';
  return text.charAt(0).toUpperCase() + text.slice(1) + levelText;
}

function shown(text: string): string {
  const cut = text.length > MAX_TITLE_PART ? `${text.slice(0, MAX_TITLE_PART)}…` : text;
  return escapeText(cut);
}

function sessionTitle(
  source: MessageSource,
  { spans }: Group,
  landmarks: readonly Landmarks[],
  facts: readonly ConnectionFacts[],
): string {
  const members = spans.map(({ connection }) => facts[connection]);
  const logins = members.map(({ authentication }) => authentication).filter((each) => each !== undefined);
  if (logins.length > 0 && logins.every(({ result }) => result === 'refused'))
    return logins[0].user === '' ? 'Refused login' : `Refused login of ${shown(logins[0].user)}`;
  const parts: string[] = [];
  const used = (kind: keyof Landmarks['requests']) =>
    spans.some(({ connection }) => landmarks[connection].requests[kind] > 0);
  if (used('data')) parts.push('data server');
  if (used('tape')) parts.push('tape');
  if (used('scsi')) parts.push('changer');
  if (parts.length === 0) return 'Query';
  const device = deviceOf(source, spans[0].connection, landmarks);
  const text = `${new Intl.ListFormat('en').format(parts)} session${parts.length === 1 && device !== '' ? ` on ${shown(device)}` : ''}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The tape or changer that was opened first. */
function deviceOf(source: MessageSource, connection: number, landmarks: readonly Landmarks[]): string {
  const { tapeOpens, scsiOpens } = landmarks[connection];
  const row = tapeOpens[0] ?? scsiOpens[0];
  if (row === undefined) return '';
  const body = bodyOf(source, row);
  return textField(body, 'device') ?? '';
}
