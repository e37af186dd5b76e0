import type { MessageIndex } from '../../session/messageIndex';

/** Rows of one connection by what identifies a message on it: who sent it, its kind and its sequence number. */
export class ConnectionRows {
  readonly rows: number[] = [];
  private readonly byKey = new Map<number, number>();

  constructor(private readonly index: MessageIndex) {}

  add(row: number): void {
    this.rows.push(row);
    const key = keyOf(this.index, row);
    if (!this.byKey.has(key)) this.byKey.set(key, row);
  }

  /** The row of this connection that is the same message as a row of another session; -1: none. */
  find(other: MessageIndex, row: number): number {
    const found = this.byKey.get(keyOf(other, row));
    if (found === undefined) return -1;
    const { index } = this;
    const same =
      index.code(found) === other.code(row) &&
      index.replySequence(found) === other.replySequence(row) &&
      index.headerError(found) === other.headerError(row) &&
      agree(index.bodyError(found), other.bodyError(row));
    return same ? found : -1;
  }
}

/** Errors of bodies, where both sides tell one. */
function agree(a: number, b: number): boolean {
  return a === b || a < 0 || b < 0;
}

function keyOf(index: MessageIndex, row: number): number {
  const kind = index.kind(row) === 'reply' ? 1 : 0;
  return index.sequence(row) * 4 + kind * 2 + (index.fromServer(row) ? 1 : 0);
}

/** The rows of each connection. */
export function rowsByConnection(index: MessageIndex): ConnectionRows[] {
  const all = index.connections.map(() => new ConnectionRows(index));
  for (let row = 0; row < index.count; row++) all[index.connection(row)]?.add(row);
  return all;
}
