import { openCaptureSync } from '../../../src/indexing';
import { latencyText, timeText } from '../../../src/session/messageTimes';

/** A row as the index has it, with what identifies a message written out. */
export interface OurRow {
  row: number;
  frame: number;
  time: string;
  connection: number;
  src: string;
  dst: string;
  fromServer: boolean;
  kind: string;
  version: number;
  code: number;
  sequence: number;
  replySequence: number;
  headerError: number;
  bodyError: number | undefined;
  pair: number;
  latency: string | undefined;
  problems: readonly string[];
}

export type Session = ReturnType<typeof openCaptureSync>;

/** All rows of a capture in order. */
export function ourRows(session: Session): OurRow[] {
  const { index } = session;
  return Array.from({ length: index.count }, (_unused, row) => {
    const connection = index.connections[index.connection(row)];
    const client = `${connection.client.address}:${connection.client.port}`;
    const server = `${connection.server.address}:${connection.server.port}`;
    const fromServer = index.fromServer(row);
    const bodyError = index.bodyError(row);
    return {
      row,
      frame: index.frame(row),
      time: timeText(index, row),
      connection: connection.id,
      src: fromServer ? server : client,
      dst: fromServer ? client : server,
      fromServer,
      kind: index.kind(row),
      version: index.version(row),
      code: index.code(row),
      sequence: index.sequence(row),
      replySequence: index.replySequence(row),
      headerError: index.headerError(row),
      bodyError: bodyError === -1 ? undefined : bodyError,
      pair: index.pair(row),
      latency: latencyText(index, row),
      problems: index.problems(row),
    };
  });
}

const opened = new Map<string, Session>();

/** The capture's session, opened once a test run. */
export function sessionOf(path: string): Session {
  const known = opened.get(path);
  if (known) return known;
  const session = openCaptureSync(path);
  opened.set(path, session);
  return session;
}
