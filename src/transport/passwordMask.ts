import {
  decodeProper,
  encodeMessage,
  findCode,
  HEADER_LENGTH,
  type Header,
  type MessageName,
  type NdmpVersion,
} from '../protocol';
import { withoutSecretsInBody } from '../protocol/secretVariables';

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

/** Messages with an environment, in which a job or a user may have put a secret. */
const REQUESTS = codesOf(
  'NDMP_DATA_START_BACKUP',
  'NDMP_DATA_START_RECOVER',
  'NDMP_DATA_START_RECOVER_FILEHIST',
  'NDMP_CAB_DATA_CONN_PREPARE',
);
const REPLIES = codesOf('NDMP_DATA_GET_ENV');
const SUSPICIOUS = /pass|pwd|secret|credential|token|key|pin/i;

function codesOf(...names: MessageName[]): ReadonlySet<number | undefined> {
  return new Set(names.map((name) => findCode(name)));
}

/**
 * A message of either side as it may be kept: no password of a login, no value of a secret environment variable. Of one
 * that cannot be read and has words in it that secrets go by, the header alone is kept.
 */
export function withoutSecrets(payload: Uint8Array, header: Header | undefined, version: NdmpVersion): Uint8Array {
  if (!header) return payload;
  const { code, messageType, error: headerError } = header;
  const codes = messageType === 0 ? REQUESTS : REPLIES;
  if (!codes.has(code)) return withoutPassword(payload, header, version);
  if (payload.length === HEADER_LENGTH) return payload;
  const context = { code, kind: messageType === 0 ? 'request' : 'reply', version, headerError } as const;
  const body = decodeProper(payload, context);
  if (!body) return SUSPICIOUS.test(latin1(payload)) ? payload.subarray(0, HEADER_LENGTH) : payload;
  const masked = withoutSecretsInBody(body);
  return masked ? encodeMessage(header, masked, context) : payload;
}

/** Whether {@link withoutSecrets} may keep another message than this one. */
export function mayHoldSecrets({ code, messageType }: Header): boolean {
  return messageType === 0 ? code === CLIENT_AUTH || REQUESTS.has(code) : REPLIES.has(code);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
