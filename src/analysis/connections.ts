import { knownPayload } from '../session/recordReader';
import { decodeMessage, type BodyValue } from '../protocol';
import type { Connection } from '../session/messageIndex';
import { nanosBetween } from '../session/messageTimes';
import type { MessageSource } from './messageView';

/** What a connection was used for, told by the requests on it. */
export type Role = 'data server' | 'tape server' | 'changer';

export interface Authentication {
  kind: 'none' | 'text' | 'md5' | 'unknown';
  user: string;
  result: 'accepted' | 'refused' | 'no answer';
  /** Attempts before this one that were refused. */
  refusedBefore: number;
}

export interface ConnectionFacts {
  connection: Connection;
  roles: Role[];
  requests: number;
  replies: number;
  posts: number;
  /** Messages whose header or body reports an error. */
  errors: number;
  /** Messages with which the capture has a problem. */
  problems: number;
  /** Requests that should have had a reply and got none. */
  unanswered: number;
  firstRow: number;
  lastRow: number;
  /** Seconds from the first to the last message; null where the clock went back meanwhile. */
  seconds: number | null;
  authentication: Authentication | undefined;
  /** What the server says of itself, where it was asked. */
  hostName: string | undefined;
  product: string | undefined;
}

const GET_HOST_INFO = 0x100;
const GET_SERVER_INFO = 0x108;
const CLIENT_AUTH = 0x901;
const CONNECT_CLOSE = 0x902;

/** Facts about every connection, from one walk over the index; few bodies are read. */
export function describeConnections(source: MessageSource): ConnectionFacts[] {
  const { index } = source;
  const facts = index.connections.map((connection): ConnectionFacts => newFacts(connection));
  for (let row = 0; row < index.count; row++) {
    const each = facts[index.connection(row)];
    if (each !== undefined) {
      count(source, row, each);
      learn(source, row, each);
    }
  }
  for (const each of facts) {
    const nanos = each.firstRow < 0 ? 0 : nanosBetween(index, each.firstRow, each.lastRow);
    each.seconds = nanos < 0 ? null : nanos / 1e9;
  }
  return facts;
}

function newFacts(connection: Connection): ConnectionFacts {
  return {
    connection,
    roles: [],
    requests: 0,
    replies: 0,
    posts: 0,
    errors: 0,
    problems: 0,
    unanswered: 0,
    firstRow: -1,
    lastRow: -1,
    seconds: 0,
    authentication: undefined,
    hostName: undefined,
    product: undefined,
  };
}

function count({ index }: MessageSource, row: number, facts: ConnectionFacts): void {
  facts.firstRow = facts.firstRow < 0 ? row : facts.firstRow;
  facts.lastRow = row;
  facts.errors += index.headerError(row) !== 0 || index.bodyError(row) > 0 ? 1 : 0;
  facts.problems += index.hasProblem(row) ? 1 : 0;
  switch (index.kind(row)) {
    case 'request':
      facts.requests++;
      facts.unanswered += index.pair(row) < 0 && index.code(row) !== CONNECT_CLOSE ? 1 : 0;
      addRole(index.code(row), facts.roles);
      break;
    case 'reply':
      facts.replies++;
      if (index.pair(row) < 0) addRole(index.code(row), facts.roles);
      break;
    case 'post':
      facts.posts++;
      break;
  }
}

const roleOfInterface: Readonly<Record<number, Role>> = {
  2: 'changer',
  3: 'tape server',
  4: 'data server',
  10: 'tape server',
};

function addRole(code: number, roles: Role[]): void {
  const role = code < 0x10000 ? roleOfInterface[code >>> 8] : undefined;
  if (role !== undefined && !roles.includes(role)) {
    roles.push(role);
  }
}

/** Takes from the few bodies that tell who is who. */
function learn(source: MessageSource, row: number, facts: ConnectionFacts): void {
  const { index } = source;
  const kind = index.kind(row);
  const code = index.code(row);
  if (kind === 'request' && code === CLIENT_AUTH) {
    facts.authentication = authentication(source, row, facts.authentication);
  } else if (kind === 'reply' && index.headerError(row) === 0 && index.bodyError(row) === 0) {
    if (code === GET_HOST_INFO) {
      facts.hostName = textField(bodyOf(source, row), 'hostname') ?? facts.hostName;
    } else if (code === GET_SERVER_INFO) {
      const body = bodyOf(source, row);
      const parts = ['vendor_name', 'product_name', 'revision_number'].map((name) => textField(body, name) ?? '');
      facts.product = parts.filter((part) => part !== '').join(' ') || facts.product;
    }
  }
}

const kinds = ['none', 'text', 'md5'] as const;

function authentication(source: MessageSource, row: number, before: Authentication | undefined): Authentication {
  const { index } = source;
  const data = bodyOf(source, row).auth_data;
  const fields = typeof data === 'object' && !Array.isArray(data) && !(data instanceof Uint8Array) ? data : {};
  const reply = index.pair(row);
  const accepted = reply >= 0 && index.headerError(reply) === 0 && index.bodyError(reply) === 0;
  return {
    kind: kinds[Number(fields.type)] ?? 'unknown',
    user: textField(fields, 'auth_id') ?? '',
    result: reply < 0 ? 'no answer' : accepted ? 'accepted' : 'refused',
    refusedBefore: (before?.refusedBefore ?? 0) + (before?.result === 'refused' ? 1 : 0),
  };
}

/** The body of a row as plain values. */
export function bodyOf(source: MessageSource, row: number): BodyValue {
  return decodeMessage(knownPayload(source.record(row)), source.context(row)).value;
}

export function textField(body: BodyValue, name: string): string | undefined {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
}
