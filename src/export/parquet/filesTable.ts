import type { ColumnFacts, TableFacts } from './columns';

function doc<const Name extends string>(type: ColumnFacts['type'], name: Name, text: string) {
  return { name, type, doc: text };
}

/** File history as the server posted it: paths with attributes, or directory entries and nodes to be joined by `node`. */
export const filesTable = {
  name: 'files',
  doc: 'An entry of file history, as posted.',
  columns: [
    doc('string', 'file', 'name of the capture'),
    doc('int', 'n', 'number of the message that brought it'),
    doc('int', 'entry', 'place in that message, from 1'),
    doc('timestamp', 'time', 'when that message ended'),
    doc('int', 'job', 'number of its job in the capture, from 1'),
    doc('int', 'connection', 'number of its connection, from 1'),
    doc('string', 'style', '`path` (name and attributes), `dir` (name and parent) or `node` (attributes)'),
    doc('string', 'name', 'path relative to the backup root, or name in its directory'),
    doc('decimal20', 'node', 'node number; empty when unknown'),
    doc('decimal20', 'parent', 'node number of the directory it is in'),
    doc('string', 'type', '`DIR`, `REG`, `SLINK`, …'),
    doc('long', 'size', 'bytes of the file'),
    doc('timestamp', 'mtime', 'last change of its content'),
    doc('timestamp', 'atime', 'last access'),
    doc('timestamp', 'ctime', 'last change of its attributes'),
    doc('long', 'owner', 'user number'),
    doc('long', 'group_id', 'group number'),
    doc('long', 'mode', 'UNIX mode bits, or the Windows attribute word'),
    doc('long', 'links', 'number of links'),
    doc('decimal20', 'fh_info', 'position for direct access; empty when there is none'),
  ],
} as const satisfies TableFacts;
