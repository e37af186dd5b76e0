import type { BodyValue, Value } from '../../protocol';
import { CHALLENGE_BYTES, cutLoginDigest, loginDigest } from '../../transport';
import { structs } from '../services/fields';
import type { PasswordSource, ServerDefinition } from '../servers/model';
import { ConnectionLost, DmaFailure, NdmpFailure } from './failures';
import type { LiveConnection } from './live';

const MD5 = 2;
const DIGEST_BYTES = 16;
const KINDS = ['none', 'text', 'md5'] as const;
export type LoginKind = (typeof KINDS)[number];
/** Errors that say that a kind of login is not for this server, rather than that it went wrong. */
const NOT_THIS_WAY: ReadonlySet<string> = new Set(['NOT_SUPPORTED', 'ILLEGAL_ARGS', 'XDR_DECODE']);

/** Who logs in, and how the server lets it. */
export interface Login {
  definition: ServerDefinition;
  password: PasswordSource;
  /** Kinds by name as the server lists them; empty: it did not say. */
  offered: readonly string[];
}

/** Names of the kinds of login in a reply; numbers that mean nothing are left out. */
export function loginKinds(value: Value | undefined): LoginKind[] {
  return Array.isArray(value) ? KINDS.filter((_, kind) => value.includes(kind)) : [];
}

/**
 * Logs in, the strongest kind first of those that server and definition allow.
 * @returns the kind that was taken
 * @throws DmaFailure that says what to do: no password, a wrong one, no kind in common
 */
export async function logIn(connection: LiveConnection, login: Login): Promise<LoginKind> {
  const { definition } = login;
  const kinds = kindsToTry(login);
  if (kinds.length === 0)
    throw new DmaFailure(
      `${definition.name} offers no login by ${definition.auth}: it lists ${login.offered.join(', ')}. Change "auth" of the server, or what the server allows.`,
    );
  let last = 'NOT_SUPPORTED';
  for (const kind of kinds) {
    last = await tryKind(connection, login, kind);
    if (last === 'NO_ERR') return kind;
    if (!NOT_THIS_WAY.has(last)) break;
  }
  throw refused(definition, last, kinds);
}

function kindsToTry({ definition: { auth }, offered }: Login): LoginKind[] {
  if (auth !== 'auto') return offered.length === 0 || offered.includes(auth) ? [auth] : [];
  // a server that does not say gets no password in clear text unasked
  if (offered.length === 0) return ['md5', 'none'];
  return [...KINDS].reverse().filter((kind) => offered.includes(kind));
}

async function tryKind(connection: LiveConnection, login: Login, kind: LoginKind): Promise<string> {
  const { definition } = login;
  if (kind === 'none') return attempt(connection, { type: 0 });
  const password = await login.password(definition);
  if (password === undefined) {
    if (login.offered.includes('none') && definition.auth === 'auto') return 'NOT_SUPPORTED';
    throw new DmaFailure(passwordWanted(definition));
  }
  const auth_id = definition.user;
  if (kind === 'text') return attempt(connection, { type: 1, auth_id, auth_password: password });
  return md5(connection, auth_id, password);
}

async function md5(connection: LiveConnection, auth_id: string, password: string): Promise<string> {
  const error = await byDigest(connection, auth_id, (challenge) => loginDigest(password, challenge));
  const isLong = cutLoginDigest(password, new Uint8Array(CHALLENGE_BYTES)) !== undefined;
  if (error !== 'NOT_AUTHORIZED' || !isLong || !connection.isOpen) return error;
  return byDigest(connection, auth_id, (challenge) => cutLoginDigest(password, challenge));
}

/** Every attempt has a challenge of its own. */
async function byDigest(
  connection: LiveConnection,
  auth_id: string,
  digest: (challenge: Uint8Array) => Uint8Array | undefined,
): Promise<string> {
  const { error, body } = await connection.ask('NDMP_CONFIG_GET_AUTH_ATTR', { auth_type: MD5 });
  if (error !== 'NO_ERR') return error;
  const [attributes] = structs([(body as BodyValue).server_attr ?? 0]);
  const challenge = attributes?.challenge;
  if (!(challenge instanceof Uint8Array)) return 'NOT_SUPPORTED';
  return attempt(connection, { type: MD5, auth_id, auth_digest: digest(challenge) ?? new Uint8Array(DIGEST_BYTES) });
}

async function attempt(connection: LiveConnection, auth_data: BodyValue): Promise<string> {
  try {
    const { error } = await connection.ask('NDMP_CONNECT_CLIENT_AUTH', { auth_data });
    return error;
  } catch (problem) {
    if (!(problem instanceof ConnectionLost)) throw problem;
    throw new DmaFailure(
      `${connection.server} ended the connection during the login: the user or password may be wrong, or it lets nobody in now.`,
    );
  }
}

function refused({ name, user }: ServerDefinition, error: string, kinds: readonly string[]): NdmpFailure {
  const text =
    error === 'NOT_AUTHORIZED'
      ? `${name} does not let ${user} in: the user or the password is wrong.`
      : `${name} takes no login of ${user} by ${kinds.join(' or ')}: ${error}.`;
  return new NdmpFailure(name, 'NDMP_CONNECT_CLIENT_AUTH', error, text);
}

function passwordWanted({ name, user }: ServerDefinition): string {
  return `There is no password for ${user} at ${name}: set ${passwordVariable(name)} or NDMP_PASSWORD, or use --password-stdin.`;
}

/** The environment variable of a server's password: NDMP_PASSWORD_FILER_1 for filer-1. */
export function passwordVariable(server: string): string {
  return `NDMP_PASSWORD_${server.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}
