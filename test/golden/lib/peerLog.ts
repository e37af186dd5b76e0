import { expectation, type CollectedCapture } from './collection';

/** One message as the server's own log has it. */
export interface PeerMessage {
  direction: 'received' | 'sent';
  /** Without prefix and version: 'TAPE_OPEN'. */
  name: string;
  /** The version in whose terms the server read or wrote it; 0 before negotiation. */
  version: number;
  /** The message's own sequence number. */
  sequence: number;
  /** Sent replies: the sequence of the request; 0 in posts. */
  replySequence: number;
  /** Error in the reply's header, by name without prefix and '_ERR'. */
  headerError: string | undefined;
  /** What the log prints of the body: names and values as text, in order ('env[0] name' → 'FILESYSTEM'). */
  fields: [name: string, value: string][];
  /** The body's lines as they stand. */
  lines: string[];
}

/** The messages of one connection to one server process. */
export interface PeerConnection {
  process: string;
  messages: PeerMessage[];
}

const LINE = /^\S+ (\d+) (\S+) (.*)$/;
const MESSAGE = /^ {2}(C>|>C|R>) NDMP(\d)_([A-Z0-9_]+) (\d+)(?: \((\d+)\))?(?: NDMP\d_([A-Z_]+?)(?:_ERR)?)?$/;
const UNKNOWN_REPLY = /^ {2}R> \?0x([0-9a-f]+)\? (\d+) \((\d+)\) NDMP\d_([A-Z_]+?)(?:_ERR)?$/;

/** The connections of `peer/NAME.ROLE.txt` in the order in which the server accepted them. */
export function peerConnections(capture: CollectedCapture, role: 'filer' | 'tape'): PeerConnection[] | undefined {
  const bytes = expectation(capture.folder, `peer/${capture.name}.${role}.txt`);
  if (!bytes) return undefined;
  const connections: PeerConnection[] = [];
  const open = new Map<string, PeerConnection>();
  for (const line of bytes.toString('utf8').split('\n')) {
    const [, process, source, text] = LINE.exec(line) ?? [];
    if (source === 'SESS' && text.startsWith('Connection accepted from')) {
      const connection: PeerConnection = { process, messages: [] };
      connections.push(connection);
      open.set(process, connection);
    } else if (source === '#C') {
      readMessageLine(open.get(process), text);
    }
  }
  return connections;
}

function readMessageLine(connection: PeerConnection | undefined, text: string): void {
  if (!connection) return;
  const message = parseMessage(text);
  if (message) {
    connection.messages.push(message);
  } else {
    connection.messages.at(-1)?.fields.push(...parseFields(text));
    connection.messages.at(-1)?.lines.push(text.trim());
  }
}

function parseMessage(text: string): PeerMessage | undefined {
  const match = MESSAGE.exec(text);
  if (match) {
    const [, arrow, version, name, first, second, error] = match;
    const reply = arrow === 'R>';
    return {
      direction: arrow === '>C' ? 'received' : 'sent',
      name,
      version: Number(version),
      sequence: Number(reply ? second : first),
      replySequence: reply ? Number(first) : 0,
      headerError: error,
      fields: [],
      lines: [],
    };
  }
  const unknown = UNKNOWN_REPLY.exec(text);
  if (!unknown) return undefined;
  const [, code, request, sequence, headerError] = unknown;
  const numbers = { sequence: Number(sequence), replySequence: Number(request) };
  return { direction: 'sent', name: `0x${code}`, version: 0, ...numbers, headerError, fields: [], lines: [] };
}

/** `env[0] name='HIST' value='y'` → [['env[0] name', 'HIST'], ['env[0] value', 'y']]. */
function parseFields(text: string): [string, string][] {
  const prefix = /^\s+([a-z_]+\[\d+\]) /.exec(text)?.[1];
  return [...text.matchAll(/([a-z_0-9]+)=('(?:[^']*)'|\S+(?: #\d+\([^)]*\))?)/g)].map(([, name, value]) => [
    prefix ? `${prefix} ${name}` : name,
    value.startsWith("'") ? value.slice(1, -1) : value,
  ]);
}
