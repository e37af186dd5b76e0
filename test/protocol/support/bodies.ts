import {
  allMessages,
  decodeHeader,
  decodeMessage,
  type BodyLayout,
  type DecodedMessage,
  type Header,
  type MessageContext,
  type MessageKind,
  type MessageType,
  type NdmpVersion,
} from '../../../src/protocol';
import { fromHex } from '../../support/hex';

export const versions: readonly NdmpVersion[] = [1, 2, 3, 4];
const kinds: readonly MessageKind[] = ['request', 'reply', 'post'];

export interface KnownBody {
  title: string;
  message: MessageType;
  layouts: readonly BodyLayout[];
  context: MessageContext;
}

/** Every body of every message of every version. */
export function allBodies(): KnownBody[] {
  return versions.flatMap((version) =>
    allMessages(version).flatMap((message) =>
      kinds.flatMap((kind) => {
        const layouts = message.layouts[kind];
        if (!layouts) return [];
        const context = { code: message.code, kind, version, headerError: 0 };
        return [{ title: `${message.name} v${version} ${kind}`, message, layouts, context }];
      }),
    ),
  );
}

/** A header for a message of the context. */
export function headerFor(context: MessageContext): Header {
  return {
    sequence: 7,
    timeStamp: 0x66000000,
    messageType: context.kind === 'reply' ? 1 : 0,
    code: context.code,
    replySequence: context.kind === 'reply' ? 5 : 0,
    error: context.headerError,
  };
}

/** A payload from a header for the context and body bytes in hexadecimal. */
export function payloadOf(context: MessageContext, body: string): Uint8Array {
  const words = [7, 0x66000000, context.kind === 'reply' ? 1 : 0, context.code, 0, context.headerError];
  return fromHex(words.map((word) => word.toString(16).padStart(8, '0')).join('') + body);
}

/** Decodes a body given in hexadecimal. */
export function decodeBody(context: MessageContext, body: string): DecodedMessage {
  return decodeMessage(payloadOf(context, body), context);
}

/** A context of a message. */
export function contextOf(code: number, kind: MessageKind, version: NdmpVersion = 4, headerError = 0): MessageContext {
  return { code, kind, version, headerError };
}

/** Header and context of a whole record in hexadecimal (record mark first). */
export function readRecord(record: string, kind: MessageKind, version: NdmpVersion = 4) {
  const payload = fromHex(record).subarray(4);
  const header = decodeHeader(payload) as Header;
  const context = { code: header.code, kind, version, headerError: header.error };
  return { payload, header, context, decoded: decodeMessage(payload, context) };
}
