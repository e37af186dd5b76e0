import type { XdrPatch } from '../xdr/reader';
import { XdrWriter } from '../xdr/writer';
import { isBodiless } from './decodeMessage';
import { filledBody } from './emptyValue';
import { encodeHeader } from './header';
import { fits } from './interpret/fits';
import { writeValue } from './interpret/encode';
import {
  HEADER_LENGTH,
  type BodyLayout,
  type Header,
  type MessageContext,
  type MessageKind,
  type NdmpVersion,
} from './model';
import { layoutsOf } from './registry';
import type { BodyValue } from './schema';

/**
 * Encodes header and body to a payload (no record marks). `trailing` and `patches` of a decoded message make the result
 * equal to the original bytes, whatever they were.
 *
 * Without `trailing` a value that lacks a field of its layout throws a TypeError: it is a mistake of the caller. With it
 * (even empty) the value is taken for one of a damaged message, and the encoding goes as far as the value does.
 */
export function encodeMessage(
  header: Header,
  value: BodyValue,
  context: MessageContext,
  trailing?: Uint8Array,
  patches?: readonly XdrPatch[],
): Uint8Array {
  const writer = new XdrWriter();
  writer.raw(encodeHeader(header));
  const layout = isBodiless(context) ? undefined : layoutOfValue(value, context);
  if (layout && !writeValue(layout.schema, value, writer) && trailing === undefined)
    throw new TypeError(`A ${context.kind} of message 0x${context.code.toString(16)} lacks a field of its body`);
  if (trailing) writer.raw(trailing);
  const payload = writer.finish();
  return patches ? patched(payload, patches) : payload;
}

/**
 * The bytes of a body alone, as its version defines it. Fields that the version lacks are left out, missing ones are
 * zeros: see {@link filledBody}.
 */
export function encodeBody(code: number, version: NdmpVersion, kind: MessageKind, body: BodyValue): Uint8Array {
  const writer = new XdrWriter();
  const [layout] = layoutsOf(code, version, kind);
  if (layout) writeValue(layout.schema, filledBody(layout.schema, body), writer);
  return writer.finish();
}

function patched(payload: Uint8Array, patches: readonly XdrPatch[]): Uint8Array {
  let end = payload.length;
  for (const { offset, bytes } of patches) {
    if (offset < HEADER_LENGTH || offset + bytes.length > payload.length) continue;
    if (bytes.length === 0) end = offset;
    else payload.set(bytes, offset);
  }
  return payload.subarray(0, end);
}

/** The layout that a body value has the shape of; the proper one of the version when none fits. */
export function layoutOfValue(value: BodyValue, context: MessageContext): BodyLayout | undefined {
  const layouts = layoutsOf(context.code, context.version, context.kind);
  if (layouts.length <= 1) return layouts[0];
  return layouts.find((layout) => fits(layout.schema, value)) ?? layouts[0];
}
