import {
  decodeHeader,
  decodeMessage,
  errorName,
  findMessage,
  ipv4Text,
  isPostCode,
  messageName,
  type Header,
  type BodyValue,
  type MessageKind,
  type NdmpVersion,
  type StructType,
  type Value,
  type XdrType,
} from '../../../protocol';
import { withoutSecretsInBody } from '../../../protocol/secretVariables';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Longer byte strings (tape records) are told by their length alone. */
const MAX_BYTES = 16 * 1024;
const CONTROL = /[\x00-\x1f\x7f]/g;

/**
 * A message as the lines of ONTAP's NDMP debug log, without their prefixes. What published excerpts do not show (all bodies
 * but that of DATA_CONNECT) is written by the rules that they follow: a line a field, elements by number, lists with their
 * length. Passwords are left out, values of secret variables masked; control characters of texts are written `\x0a`, so that no text can pass for a line.
 * @param payload a message without record mark; what is no message gives no lines
 */
export function messageLines(payload: Uint8Array, fromServer: boolean, version: NdmpVersion): string[] {
  const header = decodeHeader(payload);
  if (header === undefined) return [];
  const { code } = header;
  const kind: MessageKind = header.messageType === 1 ? 'reply' : isPostCode(code) ? 'post' : 'request';
  const name = messageName(code, version).replace(/^NDMP_/, `NDMP${version}_`);
  return [
    `DMA${fromServer ? '<<' : '>>'}S V${version} sequence=${withHex(header.sequence)}`,
    `Time_stamp=0x${header.timeStamp.toString(16)} (${ctime(header)})`,
    `message type=${header.messageType} (NDMP${version}_MESSAGE_${header.messageType === 1 ? 'REPLY' : 'REQUEST'})`,
    `message_code=0x${code.toString(16)} (${name})`,
    `reply_sequence=${withHex(header.replySequence)}`,
    `error_code=${errorWord(header.error, version)}`,
    ...bodyLines(payload, header, kind, version),
  ];
}

function bodyLines(payload: Uint8Array, header: Header, kind: MessageKind, version: NdmpVersion): string[] {
  const context = { code: header.code, kind, version, headerError: header.error };
  const layouts = findMessage(header.code, version)?.layouts;
  const schema = (layouts?.[kind] ?? layouts?.request)?.[0]?.schema;
  if (schema === undefined) return [];
  const { value } = decodeMessage(payload, context);
  return new FieldLines(version).struct(schema, withoutSecretsInBody(value) ?? value, '');
}

class FieldLines {
  constructor(private readonly version: NdmpVersion) {}

  struct(type: StructType, value: BodyValue, prefix: string): string[] {
    return Object.entries(type.fields).flatMap(([name, field]) =>
      value[name] === undefined ? [] : this.field(field, name, value[name], prefix),
    );
  }

  private field(type: XdrType, name: string, value: Value, prefix: string): string[] {
    switch (type.kind) {
      case 'struct':
        return this.struct(type, value as BodyValue, prefix);
      case 'union': {
        const fields = value as BodyValue;
        const on = fields[type.discriminant] as number;
        const chosen = type.cases[on] ?? type.otherwise;
        const first = this.field(type.on, type.on.table.name, on, prefix);
        return chosen ? [...first, ...this.struct(chosen, fields, prefix)] : first;
      }
      case 'array': {
        const elements = value as Value[];
        return [
          `${prefix}${name} len=${withHex(elements.length)}`,
          ...elements.flatMap((each, at) => this.element(type.element, name, at, each, prefix)),
        ];
      }
      case 'string':
        return type.secret === true ? [] : [`${prefix}${name}=${plain(value as string)}`];
      case 'opaque': {
        const bytes = value as Uint8Array;
        if (type.size === undefined && bytes.length > MAX_BYTES)
          return [`${prefix}${name} len=${withHex(bytes.length)}`];
        return [`${prefix}${name}=0x${Buffer.from(bytes).toString('hex')}`];
      }
      default:
        return [`${prefix}${name}=${this.scalar(type, value as number | bigint)}`];
    }
  }

  private element(type: XdrType, name: string, at: number, value: Value, prefix: string): string[] {
    const own = `${prefix}${name}[${at}] `;
    if (type.kind === 'struct') return this.struct(type, value as BodyValue, own);
    if (type.kind === 'union') return this.field(type, '', value, own);
    return this.field(type, `${name}[${at}]`, value, prefix);
  }

  private scalar(type: XdrType, value: number | bigint): string {
    switch (type.kind) {
      case 'enum':
        return `${value} (NDMP${this.version}_${type.table.values.get(Number(value))?.name ?? 'UNKNOWN'})`;
      case 'error':
        return errorWord(Number(value), this.version);
      case 'ipv4':
        return `0x${value.toString(16)} [${ipv4Text(Number(value))}]`;
      default:
        return withHex(value);
    }
  }
}

function errorWord(error: number, version: NdmpVersion): string {
  return `${error} (NDMP${version}_${error === 0 ? 'NO_ERR' : `${errorName(error)}_ERR`})`;
}

function withHex(value: number | bigint): string {
  return `${value} (0x${value.toString(16)})`;
}

function plain(text: string): string {
  return text.replace(CONTROL, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function ctime({ timeStamp }: Header): string {
  const date = new Date(timeStamp * 1000);
  const day = String(date.getUTCDate()).padStart(2);
  return `${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)} ${date.getUTCFullYear()}`;
}
