import {
  decodeHeader,
  decodeMessage,
  errorName,
  findMessage,
  ipv4Text,
  messageName,
  type BodyValue,
  type Header,
  type MessageContext,
  type StructType,
  type Value,
  type XdrType,
} from '../../src/protocol';
import type { CaptureSession } from '../../src/session/capture';
import { encodeByteString } from '../../src/xdr';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const FIRST_SESSION = 46_000;

export interface OntapLogOptions {
  /** Seconds that the server's clock is ahead of the capture's. */
  ahead?: number;
  /** Runs of blanks as one, as web pages make them (P2); no prefix at all (P3); 7-mode (P4). */
  form?: 'P1' | 'P2' | 'P3' | 'P4';
  newline?: '\n' | '\r\n';
  /** Only these connections. */
  connections?: readonly number[];
  /** Lines of the connection log at the start of each session. */
  accepts?: boolean;
}

/**
 * A capture as ONTAP's NDMP debug log would tell it, in the forms of the published excerpts. What those do not show (other
 * bodies than DATA_CONNECT) is written by the same rules: a line a field, elements by number, lists with their length.
 */
export function ontapLog(session: CaptureSession, options: OntapLogOptions = {}): Buffer {
  const { index } = session;
  const { newline = '\n', accepts = false, connections } = options;
  const started = new Set<number>();
  const lines: string[] = [];
  for (let row = 0; row < index.count; row++) {
    const connection = index.connection(row);
    if (connections && !connections.includes(connection)) continue;
    const seconds = index.seconds(row) + (options.ahead ?? 0);
    if (accepts && !started.has(connection)) lines.push(acceptLine(session, connection, seconds));
    started.add(connection);
    const prefix = prefixOf(options.form ?? 'P1', seconds, FIRST_SESSION + connection);
    messageLines(session, row).forEach((text, at) => lines.push(prefix(text, at === 0)));
  }
  return Buffer.from(encodeByteString(lines.join(newline) + newline));
}

function prefixOf(form: 'P1' | 'P2' | 'P3' | 'P4', seconds: number, session: number) {
  const date = new Date(seconds * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${WEEKDAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())}`;
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return (text: string, isHead: boolean): string => {
    const indented = `DEBUG: ${isHead ? '' : '     '}${text}`;
    if (form === 'P3') return indented;
    if (form === 'P4')
      return isHead ? `${day} ${date.getUTCFullYear()} ${time} GMT [ndmpd:${session}]: ${text}` : `     ${text}`;
    const line = `${day} ${date.getUTCFullYear()} ${time} +00:00 [kern_ndmpd:info:5123] [${session}]  ${indented}`;
    return form === 'P2' ? line.replace(/ +/g, ' ') : line;
  };
}

function acceptLine({ index }: CaptureSession, connection: number, seconds: number): string {
  const { client, server, announced } = index.connections[connection];
  const date = new Date(seconds * 1000);
  const stamp = `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()} ${date.toISOString().slice(11, 19)}`;
  return (
    `${WEEKDAYS[date.getUTCDay()]} ${stamp.slice(0, 6)} ${date.getUTCFullYear()} ${stamp.slice(-8)} GMT ` +
    `[host1:ndmp.connection.accept:info]: ndmpd.access allowed for version = ${announced ?? 4}, ` +
    `sessionId = ${FIRST_SESSION + connection}, from src ip = ${client.address}, dst ip = ${server.address}, ` +
    `src port = ${client.port}, dst port = ${server.port}`
  );
}

function messageLines(session: CaptureSession, row: number): string[] {
  const { index } = session;
  const { payload } = session.record(row);
  const context = session.context(row);
  const header = decodeHeader(payload) as Header;
  const version = context.version;
  const hex = (value: number): string => `${value} (0x${value.toString(16)})`;
  const name = messageName(context.code, version).replace(/^NDMP_/, `NDMP${version}_`);
  const type = header.messageType === 1 ? 'REPLY' : 'REQUEST';
  const stamp = new Date(header.timeStamp * 1000);
  const clock = `${MONTHS[stamp.getUTCMonth()]} ${String(stamp.getUTCDate()).padStart(2)} ${stamp.toISOString().slice(11, 19)} ${stamp.getUTCFullYear()}`;
  return [
    `DMA${index.fromServer(row) ? '<<' : '>>'}S V${version} sequence=${hex(header.sequence)}`,
    `Time_stamp=0x${header.timeStamp.toString(16)} (${clock})`,
    `message type=${header.messageType} (NDMP${version}_MESSAGE_${type})`,
    `message_code=0x${header.code.toString(16)} (${name})`,
    `reply_sequence=${hex(header.replySequence)}`,
    `error_code=${header.error} (NDMP${version}_${errorText(header.error)})`,
    ...bodyLines(decodeMessage(payload, context).value, context),
  ];
}

function errorText(error: number): string {
  return error === 0 ? 'NO_ERR' : `${errorName(error)}_ERR`;
}

function bodyLines(value: BodyValue, context: MessageContext): string[] {
  const layouts = findMessage(context.code, context.version)?.layouts;
  const schema = (layouts?.[context.kind] ?? layouts?.request)?.[0]?.schema;
  return schema ? fieldLines(schema, value, '', context.version) : [];
}

function fieldLines(type: StructType, value: BodyValue, prefix: string, version: number): string[] {
  return Object.entries(type.fields).flatMap(([name, field]) =>
    value[name] === undefined ? [] : valueLines(field, name, value[name], prefix, version),
  );
}

function valueLines(type: XdrType, name: string, value: Value, prefix: string, version: number): string[] {
  switch (type.kind) {
    case 'struct':
      return fieldLines(type, value as BodyValue, prefix, version);
    case 'union': {
      const fields = value as BodyValue;
      const on = fields[type.discriminant] as number;
      const chosen = type.cases[on] ?? type.otherwise;
      const first = valueLines(type.on, type.on.table.name, on, prefix, version);
      return chosen ? [...first, ...fieldLines(chosen, fields, prefix, version)] : first;
    }
    case 'array': {
      const elements = value as Value[];
      const lines = elements.flatMap((element, at) =>
        type.element.kind === 'struct'
          ? fieldLines(type.element, element as BodyValue, `${prefix}${name}[${at}] `, version)
          : type.element.kind === 'union'
            ? valueLines(type.element, '', element, `${prefix}${name}[${at}] `, version)
            : valueLines(type.element, `${name}[${at}]`, element, prefix, version),
      );
      return [`${prefix}${name} len=${elements.length} (0x${elements.length.toString(16)})`, ...lines];
    }
    case 'opaque':
      return [`${prefix}${name}=0x${Buffer.from(value as Uint8Array).toString('hex')}`];
    case 'enum':
      return [
        `${prefix}${name}=${value as number} (NDMP${version}_${type.table.values.get(value as number)?.name ?? ''})`,
      ];
    case 'error':
      return [`${prefix}${name}=${value as number} (NDMP${version}_${errorText(value as number)})`];
    case 'ipv4':
      return [`${prefix}${name}=0x${(value as number).toString(16)} [${ipv4Text(value as number)}]`];
    case 'string':
      return [`${prefix}${name}=${value as string}`];
    default: {
      const number = value as number | bigint;
      return [`${prefix}${name}=${number.toString()} (0x${number.toString(16)})`];
    }
  }
}
