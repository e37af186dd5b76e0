import { decodeProper, encodeMessage, HEADER_LENGTH, type Header, type NdmpVersion } from '../protocol';

const CLIENT_AUTH = 0x901;
const TEXT = 1;
/** Tells nothing of what it stands for, not even the length. */
const MASK = 'xxxxxxxx';

/**
 * A message of the client as it may be kept: the password of a login in clear text is x's.
 * Every other message is given back as it is.
 */
export function withoutPassword(payload: Uint8Array, header: Header | undefined, version: NdmpVersion): Uint8Array {
  if (header?.code !== CLIENT_AUTH || header.messageType !== 0) return payload;
  const context = { code: CLIENT_AUTH, kind: 'request', version, headerError: 0 } as const;
  const body = decodeProper(payload, context) as { auth_data: { type: number; auth_password?: string } } | undefined;
  // what cannot be read may hold anything
  if (!body) return payload.subarray(0, HEADER_LENGTH);
  const { auth_data } = body;
  if (auth_data.type !== TEXT || auth_data.auth_password === undefined) return payload;
  const masked = { auth_data: { ...auth_data, auth_password: MASK } };
  return encodeMessage(header, masked, context);
}
