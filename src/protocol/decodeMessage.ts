import { XdrReader } from '../xdr/reader';
import { readBody } from './interpret/decode';
import { skipValue } from './interpret/skip';
import { HEADER_LENGTH, type BodyLayout, type DecodedMessage, type DecodeProblem, type MessageContext } from './model';
import { layoutsOf } from './registry';
import type { BodyValue } from './schema';

interface Attempt {
  layout: BodyLayout;
  reader: XdrReader;
  value: BodyValue;
}

const noBytes = new Uint8Array(0);

/**
 * Decodes the body of a message to plain values. Never throws: what cannot be understood is left in `trailing` and named
 * in `problems`. When the layout of the version does not fit the bytes exactly but one seen in the field or one of
 * another version does, that one is used and named.
 */
export function decodeMessage(payload: Uint8Array, context: MessageContext): DecodedMessage {
  if (payload.length < HEADER_LENGTH) {
    const text = `${payload.length} bytes are too few for a message header`;
    return { value: {}, problems: [{ offset: 0, length: payload.length, text }], trailing: noBytes };
  }
  const attempt = decodeBody(payload, context);
  if (!attempt) return undecoded(payload, context);
  const { value, reader } = attempt;
  const decoded: DecodedMessage = {
    value,
    problems: problemsOf(attempt),
    trailing: payload.slice(bodyEnd(reader)),
  };
  if (reader.patches.length > 0) decoded.patches = reader.patches;
  return decoded;
}

/**
 * The body for those who look at the ends of long arrays only: elements between the first and the last are holes, the
 * length is the array's. Several times as fast as {@link decodeMessage} for messages of thousands of entries.
 */
export function decodeEnds(payload: Uint8Array, context: MessageContext): BodyValue {
  return decodeBody(payload, context, true)?.value ?? {};
}

/** The layout that a body is decoded by; undefined when there is no body or nothing is known about it. */
export function chooseLayout(payload: Uint8Array, context: MessageContext): BodyLayout | undefined {
  if (isBodiless(context)) return undefined;
  const layouts = layoutsOf(context.code, context.version, context.kind);
  if (layouts.length <= 1 || passesExactly(payload, layouts[0])) return layouts[0];
  return decodeBody(payload, context)?.layout;
}

/**
 * Whether a body has the layout that its version defines, to the last byte. Makes no values: the quick way to pass over
 * sound messages by the million. It does not look at whether numbers are defined.
 */
export function fitsVersion(payload: Uint8Array, context: MessageContext): boolean {
  if (payload.length < HEADER_LENGTH || isBodiless(context)) return payload.length === HEADER_LENGTH;
  const [proper] = layoutsOf(context.code, context.version, context.kind);
  return proper !== undefined && passesExactly(payload, proper);
}

/**
 * The body by the layout that its version defines and by no other, for those who have to act on it. Bytes behind the body
 * are left alone, as some implementations send them.
 * @returns undefined when the bytes do not hold such a body
 */
export function decodeProper(payload: Uint8Array, context: MessageContext): BodyValue | undefined {
  const [proper] = layoutsOf(context.code, context.version, context.kind);
  if (payload.length < HEADER_LENGTH || proper === undefined) return undefined;
  const { value, reader } = attemptLayout(payload, proper, false);
  return reader.failed ? undefined : value;
}

/** Whether a message of this kind has no body: a reply whose header says that the request failed. */
export function isBodiless(context: MessageContext): boolean {
  return context.kind === 'reply' && context.headerError !== 0;
}

function decodeBody(payload: Uint8Array, context: MessageContext, endsOnly = false): Attempt | undefined {
  if (isBodiless(context)) return undefined;
  const layouts = layoutsOf(context.code, context.version, context.kind);
  if (layouts.length === 0) return undefined;
  const proper = attemptLayout(payload, layouts[0], endsOnly);
  if (hasEnded(proper.layout, proper.reader)) return proper;
  for (const layout of layouts.slice(1)) {
    if (!passesExactly(payload, layout)) continue;
    const other = attemptLayout(payload, layout, endsOnly);
    if (other.reader.notes.length === 0) return other;
  }
  return proper;
}

/** The quick way to see that the proper layout fits, without making values. */
function passesExactly(payload: Uint8Array, layout: BodyLayout): boolean {
  const reader = new XdrReader(payload, HEADER_LENGTH);
  skipValue(layout.schema, reader);
  return hasEnded(layout, reader);
}

function attemptLayout(payload: Uint8Array, layout: BodyLayout, endsOnly: boolean): Attempt {
  const reader = new XdrReader(payload, HEADER_LENGTH);
  reader.endsOnly = endsOnly;
  const value = readBody(layout.schema, reader);
  return { layout, reader, value };
}

/** Whether a layout leads to the end of the record. */
function hasEnded(layout: BodyLayout, reader: XdrReader): boolean {
  return !reader.failed && (reader.position === reader.end || layout.schema.rest !== undefined);
}

function bodyEnd(reader: XdrReader): number {
  return reader.failed ? reader.failedAt : reader.position;
}

function problemsOf({ layout, reader }: Attempt): DecodeProblem[] {
  const problems: DecodeProblem[] = [];
  const length = reader.end - HEADER_LENGTH;
  if (layout.deviation) problems.push({ offset: HEADER_LENGTH, length, text: layout.deviation });
  for (const note of reader.notes) {
    problems.push({
      offset: note.offset,
      length: note.length,
      text: note.field ? `${note.field}: ${note.text}` : note.text,
    });
  }
  const rest = reader.end - bodyEnd(reader);
  if (reader.failed) {
    const field = fieldPath(reader.failedPath);
    problems.push({ offset: reader.failedAt, length: rest, text: `${field}: ${reader.failure}` });
  } else if (rest > 0 && layout.schema.rest === undefined) {
    problems.push({ offset: reader.position, length: rest, text: `${bytesText(rest)} after the end of the body` });
  }
  return problems;
}

function undecoded(payload: Uint8Array, context: MessageContext): DecodedMessage {
  const trailing = payload.slice(HEADER_LENGTH);
  const problems: DecodeProblem[] = [];
  const offset = HEADER_LENGTH;
  const length = trailing.length;
  if (isBodiless(context)) {
    if (length > 0) problems.push({ offset, length, text: `${bytesText(length)} after a header with an error` });
  } else if (context.code >>> 16 === 0) {
    const text = layoutsKnown(context)
      ? `this message has no ${context.kind}`
      : `unknown message code 0x${context.code.toString(16)}`;
    problems.push({ offset, length, text });
  }
  return { value: {}, problems, trailing };
}

function layoutsKnown({ code, version }: MessageContext): boolean {
  return layoutsOf(code, version, 'request').length > 0 || layoutsOf(code, version, 'reply').length > 0;
}

function fieldPath(innermostFirst: readonly string[]): string {
  return [...innermostFirst].reverse().join('.').replaceAll('.[', '[');
}

function bytesText(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}
