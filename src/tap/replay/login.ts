import { encodeBody, type BodyValue } from '../../protocol';
import { CHALLENGE_BYTES, loginDigest } from '../../transport';
import type { Incoming, Live } from './live';

export const Code = {
  GET_AUTH_ATTR: 0x103,
  CONNECT_OPEN: 0x900,
  CLIENT_AUTH: 0x901,
  CONNECT_CLOSE: 0x902,
  CONNECTION_STATUS: 0x502,
  DATA_READ: 0x505,
  DATA_START_BACKUP: 0x401,
  DATA_START_RECOVER: 0x402,
  DATA_START_RECOVER_FILEHIST: 0x40b,
  DATA_LISTEN: 0x409,
  DATA_CONNECT: 0x40a,
  MOVER_LISTEN: 0xa01,
  MOVER_READ: 0xa06,
  MOVER_CONNECT: 0xa09,
} as const;

const TEXT = 1;
const MD5 = 2;

/** The challenge of a server's CONFIG_GET_AUTH_ATTR reply (NDMPv4 draft, section 3.1.2.1). */
export function challengeIn(body: BodyValue | undefined): Uint8Array | undefined {
  const attributes = body?.server_attr ?? body?.auth_attr;
  const { challenge } = typeof attributes === 'object' && !Array.isArray(attributes) ? (attributes as BodyValue) : {};
  return challenge instanceof Uint8Array && challenge.length === CHALLENGE_BYTES ? challenge : undefined;
}

/**
 * Puts the password of now into a recorded login.
 * @returns what is wrong: a sentence; undefined where all is well
 */
export function renewLogin(
  body: BodyValue,
  {
    password,
    user,
    challenge,
  }: { password: string | undefined; user: string | undefined; challenge: Uint8Array | undefined },
): string | undefined {
  const data = body.auth_data as BodyValue;
  if (data.type !== TEXT && data.type !== MD5) return undefined;
  if (user !== undefined) data.auth_id = user;
  if (password === undefined) return 'a login needs a password: set NDMP_PASSWORD';
  if (data.type === TEXT) data.auth_password = password;
  else if (challenge) data.auth_digest = loginDigest(password, challenge);
  else return 'the server gave no challenge for the login by digest';
  return undefined;
}

/**
 * Logs in on a connection whose beginning is not in the capture, by digest where the server gives a challenge.
 * @returns whether the server took it
 */
export async function logIn(live: Live, user: string, password: string, patience: number): Promise<boolean> {
  const ask = async (code: number, fields: BodyValue): Promise<BodyValue | undefined> => {
    const body = encodeBody(code, live.version, 'request', fields);
    const sequence = live.send({ code, messageType: 0, body });
    const isReply = ({ header }: Incoming): boolean => header.messageType === 1 && header.replySequence === sequence;
    const reply = await live.next(isReply, patience);
    return reply && live.bodyOf(reply, 'reply');
  };
  const challenge = challengeIn(await ask(Code.GET_AUTH_ATTR, { auth_type: MD5 }));
  const auth_data: BodyValue = challenge
    ? { type: MD5, auth_id: user, auth_digest: loginDigest(password, challenge) }
    : { type: TEXT, auth_id: user, auth_password: password };
  return (await ask(Code.CLIENT_AUTH, { auth_data }))?.error === 0;
}
