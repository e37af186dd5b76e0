import assert from 'node:assert/strict';
import { connectHandlers } from '../../../src/server/connect/handlers';
import type { AuthType } from '../../../src/server/system';
import { ask, fakeSession } from '../../support/fakeSession';

describe('server: CONNECT_SERVER_AUTH', () => {
  const answer = async (authTypes: readonly AuthType[]): Promise<string> => {
    const session = fakeSession({ view: { authTypes, passwordOf: () => 'a password' } });
    const client_attr = { type: 2, challenge: new Uint8Array(64) };
    return (await ask(session, connectHandlers, 'NDMP_CONNECT_SERVER_AUTH', { client_attr })).error;
  };

  it('makes digests of the password only where these are not switched off', async () => {
    assert.equal(await answer([1, 2]), 'NO_ERR');
    assert.equal(await answer([1]), 'NOT_SUPPORTED');
  });
});
