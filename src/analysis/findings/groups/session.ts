import { type FindingContext, quoted } from '../context';
import type { RuleGroup } from '../group';
import type { Rule } from '../model';

const CONNECT = 'NDMPv4 draft, connect interface (section 3.1)';

const loginRefused: Rule = {
  id: 'login-refused',
  name: 'Login refused',
  severity: 'error',
  doc: 'The server did not accept the user, the password or the kind of authentication. Check user and password (ONTAP: the one that vserver services ndmp generate-password gave, not the login password) and which kinds of authentication the server offers.',
  specification: `${CONNECT}, CONNECT_CLIENT_AUTH`,
};
const notAuthenticated: Rule = {
  id: 'not-authenticated',
  name: 'Request without a login',
  severity: 'error',
  doc: 'Before authentication a server serves only the opening of the connection, the login and the questions that belong to it. The DMA has to log in first.',
  specification: `${CONNECT}; error NOT_AUTHORIZED`,
};
const clearText: Rule = {
  id: 'clear-text-password',
  name: 'Password sent in clear text',
  severity: 'warning',
  doc: 'Everybody who can read the traffic, or this capture, knows the password. Let the DMA use MD5 authentication, protect the connection by TLS, and change the password before the capture is handed on.',
  specification: 'NDMPv4 draft, authentication (NDMP_AUTH_TEXT)',
};
const refused: Rule = {
  id: 'connection-refused',
  name: 'Server refuses the connection',
  severity: 'error',
  doc: 'The server took the TCP connection but will not serve it now, often because it has as many sessions as it allows. Its text may say why.',
  specification: 'NDMPv4 draft, NOTIFY_CONNECTION_STATUS',
};
const noVersion: Rule = {
  id: 'version-refused',
  name: 'No common protocol version',
  severity: 'error',
  doc: 'The server refused every version that the DMA asked for. Let the DMA ask for the version that the server announces, or a lower one.',
  specification: `${CONNECT}, CONNECT_OPEN`,
};
const lost: Rule = {
  id: 'connection-lost',
  name: 'Connection lost during an operation',
  severity: 'error',
  doc: 'The control connection ended while the data server or the mover was at work. The server ends the operation then. Look for a program that died, a firewall that drops idle connections, or a time-out of the other side.',
  specification: 'NDMPv4 draft, connection handling (section 2)',
};
const shutDown: Rule = {
  id: 'server-shutdown',
  name: 'Server shut the connection down',
  severity: 'warning',
  doc: 'The server announced that it closes the connection without being asked to. Its text, its log or the time since the last request (idle time-out) tell why.',
  specification: 'NDMPv4 draft, NOTIFY_CONNECTION_STATUS (SHUTDOWN)',
};
const noStop: Rule = {
  id: 'missing-stop',
  name: 'Ended without STOP',
  severity: 'warning',
  doc: 'The connection ended before the data server or the mover was IDLE again. It leaves LISTEN and CONNECTED by ABORT, and HALTED by DATA_STOP or MOVER_STOP; a DMA that ends without them leaves the cleaning up to the server.',
  specification: 'NDMPv4 draft, DATA_STOP and MOVER_STOP (sections 3.5 and 3.6)',
};
const noClose: Rule = {
  id: 'missing-close',
  name: 'Connection ended without CONNECT_CLOSE',
  severity: 'note',
  doc: 'The DMA closed the TCP connection without saying good-bye. Servers cope with it, but cannot tell it from a lost connection.',
  specification: `${CONNECT}, CONNECT_CLOSE`,
};

const CONNECT_OPEN = 0x900;
const CLIENT_AUTH = 0x901;
const CONNECT_CLOSE = 0x902;
const CONNECTION_STATUS = 0x502;
const SHUTDOWN = 1;
const REFUSED = 2;
const NOT_AUTHORIZED = 4;
const TEXT = 1;
const AUTH_NAMES = ['without authentication', 'with a clear text password', 'with an MD5 digest'];
const LEFT = ['LISTEN', 'CONNECTED', 'HALTED'];
/** Connections that end so near to each other, in seconds, have one cause. */
const TOGETHER = 10;
const MACHINES = { data: 'data server', mover: 'mover' } as const;

/** How connections begin, log in and end. */
export const sessionGroup: RuleGroup = {
  title: 'Connections and logins',
  rules: [loginRefused, notAuthenticated, clearText, refused, noVersion, lost, shutDown, noStop, noClose],
  find(context) {
    const clear = new Map<string, number[]>();
    const logged = new Map<string, number[]>();
    const strangers: number[] = [];
    const endings: Ending[] = [];
    context.rows.forEach((rows, connection) => {
      if (rows.length === 0) return;
      logins(context, rows, clear, logged);
      strangers.push(...unauthenticated(context, rows));
      statuses(context, rows);
      versions(context, rows);
      endings.push(ending(context, connection, rows));
    });
    for (const [pair, rows] of clear) {
      const often = rows.length > 1 ? ` ${rows.length} times` : '';
      context.add(clearText, { row: rows[0] }, `The password was sent in clear text${often} (${pair}).`, rows);
    }
    for (const [text, rows] of logged) {
      const often = rows.length > 1 ? ` So ${rows.length} times.` : '';
      const both = rows.flatMap((row) => [row, context.index.pair(row)]);
      context.add(loginRefused, { row: rows[0] }, text + often, both);
    }
    reportStrangers(context, strangers);
    reportLost(context, endings);
    const unclosed = endings.filter((each) => each.unclosed).map(({ last }) => last);
    if (unclosed.length === 0) return;
    const { length } = unclosed;
    const text = length === 1 ? 'A connection was' : `${length} connections were`;
    context.add(noClose, { row: unclosed[0] }, `${text} ended without CONNECT_CLOSE.`, unclosed);
  },
};

function logins(
  context: FindingContext,
  rows: readonly number[],
  clear: Map<string, number[]>,
  refusedLogins: Map<string, number[]>,
): void {
  const { index } = context;
  for (const row of rows) {
    if (index.code(row) !== CLIENT_AUTH || index.kind(row) !== 'request') continue;
    const connection = index.connection(row);
    const data = context.body(row).auth_data;
    const fields = typeof data === 'object' && !Array.isArray(data) && !(data instanceof Uint8Array) ? data : {};
    if (fields.type === TEXT) push(clear, `${context.client(connection)} to ${context.server(connection)}`, row);
    const error = context.answer(row);
    if (error === undefined || error === 0) continue;
    context.explained.add(row);
    const user = typeof fields.auth_id === 'string' ? ` as ${quoted(fields.auth_id)}` : '';
    const how = AUTH_NAMES[Number(fields.type)] ?? 'with an unknown kind of authentication';
    const reply = index.pair(row);
    push(
      refusedLogins,
      `The login${user} ${how} was refused by ${context.server(connection)}: ${context.errorText(reply)}.`,
      row,
    );
  }
}

/** Requests that were refused for want of a login, the first of the connection first. */
function unauthenticated(context: FindingContext, rows: readonly number[]): number[] {
  const { index } = context;
  const found = rows.filter(
    (row) => index.kind(row) === 'request' && index.code(row) !== CLIENT_AUTH && context.answer(row) === NOT_AUTHORIZED,
  );
  for (const row of found) context.explained.add(row);
  return found;
}

function reportStrangers(context: FindingContext, rows: readonly number[]): void {
  if (rows.length === 0) return;
  const { index } = context;
  const names = [...new Set(rows.map((row) => context.name(row)))].slice(0, 5).join(', ');
  const connections = new Set(rows.map((row) => index.connection(row))).size;
  const where = connections > 1 ? `${connections} connections` : 'this connection';
  context.add(
    notAuthenticated,
    { row: rows[0] },
    `The server answered NOT_AUTHORIZED to ${names}: nobody was logged in on ${where}.`,
    rows.flatMap((row) => [row, index.pair(row)]),
  );
}

function statuses(context: FindingContext, rows: readonly number[]): void {
  const { index } = context;
  let closing = false;
  for (const row of rows) {
    if (index.code(row) === CONNECT_CLOSE) closing = true;
    if (index.code(row) !== CONNECTION_STATUS || index.kind(row) !== 'post') continue;
    const { reason, text_reason: why } = context.body(row);
    const said = typeof why === 'string' && why !== '' ? `: ${quoted(why)}` : '';
    if (reason === REFUSED) context.add(refused, { row }, `The server refuses the connection${said}.`);
    else if (reason === SHUTDOWN && !closing)
      context.add(shutDown, { row }, `The server shuts the connection down${said}.`);
  }
}

function versions(context: FindingContext, rows: readonly number[]): void {
  const { index } = context;
  const asked = rows.filter((row) => index.code(row) === CONNECT_OPEN && index.kind(row) === 'request');
  const answers = asked.map((row) => context.answer(row));
  if (asked.length === 0 || answers.some((error) => error === 0 || error === undefined)) return;
  for (const row of asked) context.explained.add(row);
  const wanted = asked.map((row) => String(Number(context.body(row).protocol_version))).slice(0, 8);
  const { announced } = index.connections[index.connection(asked[0])];
  const offer = announced === undefined ? '' : `; it announces version ${announced}`;
  const text = `The server refused version ${wanted.join(', ')} with ${context.errorText(index.pair(asked[0]))}${offer}.`;
  context.add(
    noVersion,
    { row: asked[0] },
    text,
    asked.flatMap((row) => [row, index.pair(row)]),
  );
}

/** How a connection ended. */
interface Ending {
  last: number;
  /** What was still at work, in clauses. */
  active: string[];
  /** Rows since which it was. */
  since: number[];
  reset: boolean;
  unclosed: boolean;
}

function ending(context: FindingContext, connection: number, rows: readonly number[]): Ending {
  const { index } = context;
  const { ended } = index.connections[connection];
  const last = rows[rows.length - 1];
  const found: Ending = { last, active: [], since: [], reset: ended === 'rst', unclosed: false };
  if (ended === 'open') return found;
  const left: string[] = [];
  const leftSince: number[] = [];
  for (const machine of ['data', 'mover'] as const) {
    const span = context.spans(machine, connection).at(-1);
    if (span === undefined) continue;
    const named = `the ${MACHINES[machine]} was ${span.state}${span.reason ? ` (${span.reason})` : ''}`;
    if (span.state === 'ACTIVE') {
      found.active.push(named);
      found.since.push(span.fromRow);
    } else if (LEFT.includes(span.state)) {
      left.push(named);
      leftSince.push(span.fromRow);
    }
  }
  if (found.active.length > 0) {
    for (const row of rows) if (index.kind(row) === 'request' && index.pair(row) < 0) context.explained.add(row);
  } else if (left.length > 0) {
    context.add(noStop, { row: last }, `The connection ended while ${left.join(' and ')}.`, leftSince);
  } else if (context.isWhole(connection)) {
    const asked = rows.some((row) => index.kind(row) === 'request');
    found.unclosed = asked && !rows.some((row) => index.code(row) === CONNECT_CLOSE);
  }
  return found;
}

/** Connections of one DMA that were lost at the same time are one finding. */
function reportLost(context: FindingContext, endings: readonly Ending[]): void {
  const lostOnes = endings.filter(({ active }) => active.length > 0).sort((a, b) => a.last - b.last);
  while (lostOnes.length > 0) {
    const [first] = lostOnes;
    const client = context.client(context.index.connection(first.last));
    const same = lostOnes.filter(
      ({ last }) =>
        context.client(context.index.connection(last)) === client &&
        context.time(last) - context.time(first.last) <= TOGETHER,
    );
    for (const each of same) lostOnes.splice(lostOnes.indexOf(each), 1);
    const how = same.some(({ reset }) => reset) ? 'reset' : 'ended';
    const what =
      same.length === 1
        ? `The connection was ${how} after this message`
        : `${same.length} connections were ${how} together`;
    const text = `${what} while ${same.flatMap(({ active }) => active).join(' and ')}.`;
    context.add(
      lost,
      { row: first.last },
      text,
      same.flatMap(({ last, since }) => [last, ...since]),
    );
  }
}

function push(map: Map<string, number[]>, key: string, row: number): void {
  const known = map.get(key);
  if (known) known.push(row);
  else map.set(key, [row]);
}
