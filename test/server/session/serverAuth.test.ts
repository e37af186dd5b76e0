import assert from 'node:assert/strict';
import { connectHandlers } from '../../../src/server/connect/handlers';
import type { LoginState } from '../../../src/server/session/loginState';
import type { AuthType } from '../../../src/server/system';
import { ask, fakeSession } from '../../support/fakeSession';

const PASSWORD = 'a password';

describe('server: CONNECT_SERVER_AUTH', () => {
  const answer = async (authTypes: readonly AuthType[], logIn: (login: LoginState) => void): Promise<string> => {
    const session = fakeSession({ view: { authTypes, passwordOf: () => PASSWORD } });
    logIn(session.login);
    const client_attr = { type: 2, challenge: new Uint8Array(64) };
    return (await ask(session, connectHandlers, 'NDMP_CONNECT_SERVER_AUTH', { client_attr })).error;
  };
  const withPassword = (login: LoginState): void => login.withPassword('ndmp', PASSWORD);

  it('makes digests of the password only where these are not switched off', async () => {
    assert.equal(await answer([1, 2], withPassword), 'NO_ERR');
    assert.equal(await answer([1], withPassword), 'NOT_SUPPORTED');
  });

  it('makes none for who has shown no password, whatever the name', async () => {
    assert.equal(await answer([0, 2], (login) => login.withoutPassword()), 'NOT_AUTHORIZED');
  });
});
