import {
  decodeMessage,
  encodeBody,
  encodeHeader,
  encodeMessage,
  filledBody,
  HEADER_LENGTH,
  layoutOfValue,
  layoutsOf,
  type BodyValue,
  type Header,
  type MessageContext,
  type MessageKind,
  type NdmpVersion,
} from '../../protocol';
import { fieldAt } from './fieldPath';
import { isSame, valueFrom } from './fieldValues';
import { headerFields } from './headerFields';
import type { Condition, Fields, FieldValue } from './model';

/** Whether the fields of a message are as a script asks. */
export function hasFields(payload: Uint8Array, context: MessageContext, where: Condition['where']): boolean {
  if (where.length === 0) return true;
  const needsBody = where.some(([path]) => !headerFields.has(path));
  const value = needsBody ? decodeMessage(payload, context).value : {};
  const layout = needsBody ? layoutOfValue(value, context) : undefined;
  return where.every(([path, asked]) => {
    const inHeader = headerFields.get(path);
    if (inHeader) return isAny(wordAt(payload, inHeader.offset), inHeader.type, asked);
    const place = layout && fieldAt(layout.schema, value, path);
    return place !== undefined && isAny(place.value, place.type, asked);
  });
}

/**
 * The message with other fields, encoded as its version defines it. Fields that it does not have are left alone.
 * @returns undefined when its body cannot be understood, or has none of the fields
 */
export function withFields(payload: Uint8Array, context: MessageContext, fields: Fields): Uint8Array | undefined {
  const { value, trailing } = decodeMessage(payload, context);
  const layout = layoutOfValue(value, context);
  let isChanged = false;
  const inBody = Object.entries(fields).filter(([path]) => !headerFields.has(path));
  for (const [path, given] of inBody) if (layout && setField(layout.schema, value, path, given)) isChanged = true;
  const changed = isChanged ? encodeMessage(headerOf(payload), value, context, trailing) : new Uint8Array(payload);
  return isChanged || inBody.length < Object.keys(fields).length ? changed : undefined;
}

/** Writes fields of the header over those that a message has. */
export function overwriteHeader(payload: Uint8Array, fields: Fields): void {
  for (const [path, given] of Object.entries(fields)) {
    const field = headerFields.get(path);
    const word = field && valueFrom(field.type, given);
    if (typeof word === 'number') setWord(payload, field?.offset ?? 0, word);
  }
}

/** A message of our own: header and body as its version defines it, what is not given being zero. */
export function madeUp(header: Header, kind: MessageKind, version: NdmpVersion, fields: Fields): Uint8Array {
  const body = header.error === 0 ? bodyOf(header.code, kind, version, fields) : new Uint8Array(0);
  const payload = new Uint8Array(HEADER_LENGTH + body.length);
  payload.set(encodeHeader(header));
  payload.set(body, HEADER_LENGTH);
  return payload;
}

export function setWord(payload: Uint8Array, offset: number, word: number): void {
  new DataView(payload.buffer, payload.byteOffset).setUint32(offset, word);
}

function bodyOf(code: number, kind: MessageKind, version: NdmpVersion, fields: Fields): Uint8Array {
  const [layout] = layoutsOf(code, version, kind);
  if (!layout) return new Uint8Array(0);
  const value = filledBody(layout.schema, {});
  for (const [path, given] of Object.entries(fields)) setField(layout.schema, value, path, given);
  return encodeBody(code, version, kind, value);
}

function setField(schema: Parameters<typeof fieldAt>[0], body: BodyValue, path: string, given: FieldValue): boolean {
  const place = fieldAt(schema, body, path);
  if (!place) return false;
  if (given === null) return place.set(undefined);
  const value = valueFrom(place.type, given);
  return value !== undefined && place.set(value);
}

function isAny(value: Parameters<typeof isSame>[0], type: Parameters<typeof valueFrom>[0], asked: FieldValue): boolean {
  const choices = Array.isArray(asked) && type.kind !== 'mask' ? (asked as FieldValue[]) : [asked];
  return choices.some((each) => {
    const wanted = valueFrom(type, each);
    return wanted !== undefined && isSame(value, wanted);
  });
}

function wordAt(payload: Uint8Array, offset: number): number {
  return new DataView(payload.buffer, payload.byteOffset).getUint32(offset);
}

function headerOf(payload: Uint8Array): Header {
  return {
    sequence: wordAt(payload, 0),
    timeStamp: wordAt(payload, 4),
    messageType: wordAt(payload, 8),
    code: wordAt(payload, 12),
    replySequence: wordAt(payload, 16),
    error: wordAt(payload, 20),
  };
}
