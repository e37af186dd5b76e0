import type { BodyValue } from '../../protocol';
import { micros } from '../times';
import { column, type Table } from './columns';
import type { MessageRow } from './messagesTable';
import { fieldsOf, fromOne, listOf, longCell, textCell, timeCell, unsignedCell } from './values';

/** One entry of file history. */
export interface FileRow extends MessageRow {
  /** Place of the entry in its message, from 0. */
  entry: number;
  style: 'path' | 'dir' | 'node';
  name: string | null;
  /** Of the entry: node, parent, fh_info. */
  fields: BodyValue;
  /** Attributes, where the entry has any. */
  stat: BodyValue | undefined;
  fileType: string | null;
}

const string = column<FileRow>('string');
const int = column<FileRow>('int');
const long = column<FileRow>('long');
const timestamp = column<FileRow>('timestamp');
const decimal = column<FileRow>('decimal20');

/** File history as the server posted it: paths with attributes, or directory entries and nodes to be joined by `node`. */
export const filesTable: Table<FileRow> = {
  name: 'files',
  doc: 'An entry of file history, as posted.',
  columns: [
    string('file', 'name of the capture', ({ view }) => view.sourceName),
    int('n', 'number of the message that brought it', ({ view }) => view.row + 1),
    int('entry', 'place in that message, from 1', ({ entry }) => entry + 1),
    timestamp('time', 'when that message ended', ({ view }) => micros(view.index, view.row)),
    int('job', 'number of its job in the capture, from 1', ({ job }) => fromOne(job)),
    int('connection', 'number of its connection, from 1', ({ view }) => view.index.connection(view.row) + 1),
    string('style', '`path` (name and attributes), `dir` (name and parent) or `node` (attributes)', (row) => row.style),
    string('name', 'path relative to the backup root, or name in its directory', ({ name }) => name),
    decimal('node', 'node number; empty when unknown', ({ fields }) => unsignedCell(fields.node)),
    decimal('parent', 'node number of the directory it is in', ({ fields }) => unsignedCell(fields.parent)),
    string('type', '`DIR`, `REG`, `SLINK`, …', ({ fileType }) => fileType),
    long('size', 'bytes of the file', ({ stat }) => longCell(stat?.size)),
    timestamp('mtime', 'last change of its content', ({ stat }) => timeCell(stat?.mtime)),
    timestamp('atime', 'last access', ({ stat }) => timeCell(stat?.atime)),
    timestamp('ctime', 'last change of its attributes', ({ stat }) => timeCell(stat?.ctime)),
    long('owner', 'user number', ({ stat }) => longCell(stat?.owner ?? stat?.uid)),
    long('group_id', 'group number', ({ stat }) => longCell(stat?.group ?? stat?.gid)),
    long('mode', 'UNIX mode bits, or the Windows attribute word', ({ stat }) => longCell(stat?.fattr ?? stat?.mode)),
    long('links', 'number of links', ({ stat }) => longCell(stat?.links)),
    decimal('fh_info', 'position for direct access; empty when there is none', ({ fields, stat }) =>
      unsignedCell(fields.fh_info ?? stat?.fh_info),
    ),
  ],
};

const FIRST_POST = 0x700;
const LAST_POST = 0x705;

/** The entries that a message brings; none unless it is a post of file history. */
export function* filesOf(message: MessageRow): Generator<FileRow> {
  const { view } = message;
  const code = view.index.code(view.row);
  if (code < FIRST_POST || code > LAST_POST || view.index.kind(view.row) !== 'post') return;
  const { body } = view;
  yield* pathEntries(message, listOf(body.paths ?? body.files));
  yield* dirEntries(message, listOf(body.dirs));
  yield* nodeEntries(message, listOf(body.nodes));
}

function* pathEntries(message: MessageRow, entries: readonly BodyValue[]): Generator<FileRow> {
  for (const [entry, fields] of entries.entries()) {
    const stats = fields.fstat === undefined ? listOf(fields.stats) : [fieldsOf(fields.fstat)];
    yield { ...message, entry, style: 'path', name: nameOf(fields), fields, ...attributes(stats[0]) };
  }
}

function* dirEntries(message: MessageRow, entries: readonly BodyValue[]): Generator<FileRow> {
  for (const [entry, fields] of entries.entries())
    yield { ...message, entry, style: 'dir', name: nameOf(fields), fields, ...attributes(undefined) };
}

function* nodeEntries(message: MessageRow, entries: readonly BodyValue[]): Generator<FileRow> {
  for (const [entry, fields] of entries.entries()) {
    const stats = fields.fstat === undefined ? listOf(fields.stats) : [fieldsOf(fields.fstat)];
    yield { ...message, entry, style: 'node', name: null, fields, ...attributes(stats[0]) };
  }
}

const fileTypes = ['DIR', 'FIFO', 'CSPEC', 'BSPEC', 'REG', 'SLINK', 'SOCK', 'REGISTRY', 'OTHER'];

function attributes(stat: BodyValue | undefined): Pick<FileRow, 'stat' | 'fileType'> {
  const type = Number(stat?.ftype);
  return { stat, fileType: stat?.ftype === undefined ? null : (fileTypes[type] ?? String(type)) };
}

/** The UNIX name where there is one, else the first of any kind. */
function nameOf(fields: BodyValue): string | null {
  if (fields.name !== undefined) return textCell(fields.name);
  const names = listOf(fields.names);
  const best = names.find((name) => name.unix_name !== undefined) ?? names[0];
  return textCell(best?.unix_name ?? best?.nt_path ?? best?.other_name);
}
