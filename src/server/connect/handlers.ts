import { ErrorCode } from '../../protocol';
import { loginDigest } from '../../transport';
import { RequestFailure, refuse } from '../failure';
import { serve, type HandlerEntry } from '../session/handler';
import { Auth } from '../session/loginState';
import type { ServerSession } from '../session/session';

/** Connect interface (NDMPv4 draft, section 3.1). CONNECT_CLOSE has no reply: the session itself serves it. */
export const connectHandlers: readonly HandlerEntry[] = [
  serve('NDMP_CONNECT_OPEN', (session, { protocol_version }) => {
    session.open(protocol_version);
  }),

  serve('NDMP_CONNECT_CLIENT_AUTH', ({ login }, { auth_data }) => {
    if (login.user) refuse('ILLEGAL_STATE', `${login.user.name} has logged in already`);
    switch (auth_data.type) {
      case Auth.NONE:
        return login.withoutPassword();
      case Auth.TEXT:
        return login.withPassword(auth_data.auth_id, auth_data.auth_password);
      case Auth.MD5:
        return login.withDigest(auth_data.auth_id, auth_data.auth_digest);
    }
  }),

  serve('NDMP_CONNECT_SERVER_AUTH', (session, { client_attr }) => {
    if (client_attr.type === Auth.NONE) return { server_result: { type: Auth.NONE } };
    // a password in clear text would be given to whoever asks for it
    if (client_attr.type === Auth.TEXT)
      throw new RequestFailure(ErrorCode.NOT_SUPPORTED, 'the server does not tell passwords');
    return { server_result: digestOf(session, client_attr.challenge) };
  }),
];

/** The server proves that it knows the user's password too. */
function digestOf({ user, view, login }: ServerSession, challenge: Uint8Array) {
  login.require(Auth.MD5);
  const password = user && login.hasPassword ? view.passwordOf(user.name) : undefined;
  if (user === undefined || password === undefined) refuse('NOT_AUTHORIZED', 'no password is shared with the client');
  return { type: Auth.MD5, auth_id: user.name, auth_digest: loginDigest(password, challenge) };
}
