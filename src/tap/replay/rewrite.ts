import { encodeBody, HEADER_LENGTH, type BodyValue, type MessageContext, type Value } from '../../protocol';
import { toWireAddress, type DataAddress } from '../../transport/dataAddress';
import { addressFields, addressIn, keyOf } from './recorded';

/** Live addresses by the recorded ones that they stand for. */
export class Addresses {
  private readonly live = new Map<string, DataAddress>();

  put(recorded: DataAddress, live: DataAddress): void {
    const key = keyOf(recorded);
    if (key !== undefined) this.live.set(key, live);
  }

  of(recorded: DataAddress | undefined): DataAddress | undefined {
    const key = recorded && keyOf(recorded);
    return key === undefined ? undefined : this.live.get(key);
  }

  /** Puts live addresses into a body. @returns whether it had recorded ones */
  rewrite(body: BodyValue, context: MessageContext): boolean {
    let isChanged = false;
    for (const field of addressFields(context.code, body)) {
      const live = this.of(addressIn(body, field, context));
      if (!live) continue;
      body[field] = toWireAddress(live, context.version);
      isChanged = true;
    }
    return isChanged;
  }
}

/** Bytes of a body behind the header: encoded again where it was changed, else as they were recorded. */
export function bodyBytes(payload: Uint8Array, body: BodyValue | undefined, context: MessageContext): Uint8Array {
  if (!body) return payload.subarray(HEADER_LENGTH);
  return encodeBody(context.code, context.version, context.kind, body);
}

/**
 * Replaces whole texts, and beginnings of paths, anywhere in a body: `/vol/old` also in `/vol/old/dir`, never in `/vol/older`.
 * @returns whether there were any
 */
export function replaceTexts(body: BodyValue, replace: readonly (readonly [string, string])[]): boolean {
  let isChanged = false;
  const visit = (value: Value): Value => {
    if (typeof value === 'string') {
      const other = replaced(value, replace);
      isChanged ||= other !== value;
      return other;
    }
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value instanceof Uint8Array) return value;
    for (const name of Object.keys(value)) value[name] = visit(value[name]);
    return value;
  };
  if (replace.length > 0) visit(body);
  return isChanged;
}

function replaced(text: string, replace: readonly (readonly [string, string])[]): string {
  for (const [from, to] of replace) {
    if (text === from) return to;
    if (text.startsWith(`${from}/`)) return `${to}${text.slice(from.length)}`;
  }
  return text;
}
