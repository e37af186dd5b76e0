import assert from 'node:assert/strict';
import { allMessages, isPostCode } from '../../../src/protocol';
import { md5Digest, NdmpClient } from '../../support/ndmpClient';
import { PASSWORD, TestServer, USER } from '../../support/testServer';

const VERSIONS = [2, 3, 4] as const;
/** Requests that are served before a login (NDMPv4 draft, section 3.1; in v2 the host tells how to log in). */
const BEFORE_LOGIN: Record<number, readonly string[]> = {
  2: ['NDMP_CONFIG_GET_HOST_INFO', 'NDMP_CONFIG_GET_AUTH_ATTR', 'NDMP_CONFIG_GET_BUTYPE_ATTR'],
  3: ['NDMP_CONFIG_GET_SERVER_INFO', 'NDMP_CONFIG_GET_AUTH_ATTR'],
  4: ['NDMP_CONFIG_GET_SERVER_INFO', 'NDMP_CONFIG_GET_AUTH_ATTR'],
};
const CONNECT_CLOSE = 0x902;

describe('conformance: connect interface', () => {
  let server: TestServer;
  const clients: NdmpClient[] = [];
  const connect = async (options: Partial<Parameters<typeof NdmpClient.connect>[0]> = {}): Promise<NdmpClient> => {
    const client = await NdmpClient.connect({ port: server.port, ...options });
    clients.push(client);
    return client;
  };

  before(async () => (server = await TestServer.start()));
  afterEach(() => clients.splice(0).forEach((client) => client.destroy()));
  after(() => server.stop());

  it('the server speaks first: connected, its highest version, no text', async () => {
    const client = await NdmpClient.dial({ port: server.port });
    clients.push(client);
    const { header, body, problems } = await client.post('NDMP_NOTIFY_CONNECTION_STATUS');
    assert.deepEqual(
      { ...header, timeStamp: 0 },
      { sequence: 1, timeStamp: 0, messageType: 0, code: 0x502, replySequence: 0, error: 0 },
    );
    assert.ok(Math.abs(header.timeStamp - Date.now() / 1000) < 10, 'its clock is the time of day');
    assert.deepEqual(body, { reason: 0, protocol_version: 4, text_reason: '' });
    assert.deepEqual(problems, []);
  });

  for (const version of VERSIONS) {
    it(`CONNECT_OPEN takes version ${version}`, async () => {
      const client = await connect({ version });
      assert.equal(client.received[1].header.replySequence, 1);
    });
  }

  for (const version of [0, 1, 5, 255, 65535]) {
    it(`CONNECT_OPEN refuses version ${version}, and a lower one can be tried on the same connection`, async () => {
      const client = await connect();
      await client.expect('NDMP_CONNECT_OPEN', { protocol_version: version }, 'ILLEGAL_ARGS');
      await client.open(3);
      await client.login(USER, PASSWORD);
    });
  }

  it('a second CONNECT_OPEN is too late, also after a login', async () => {
    const client = await connect({ version: 4 });
    await client.expect('NDMP_CONNECT_OPEN', { protocol_version: 3 }, 'ILLEGAL_STATE');
    await client.login(USER, PASSWORD);
    await client.expect('NDMP_CONNECT_OPEN', { protocol_version: 4 }, 'ILLEGAL_STATE');
  });

  it('without CONNECT_OPEN the announced version counts', async () => {
    const client = await connect();
    await client.expect('NDMP_CONFIG_GET_SERVER_INFO');
    await client.login(USER, PASSWORD);
    const { body } = await client.request('NDMP_MOVER_GET_STATE');
    assert.ok('mode' in body, 'a reply of v4');
    await client.expect('NDMP_CONNECT_OPEN', { protocol_version: 3 }, 'ILLEGAL_STATE');
  });

  for (const version of VERSIONS) {
    it(`v${version}: before the login only what is needed for it is served; the rest is NOT_AUTHORIZED in the header`, async () => {
      const client = await connect({ version });
      for (const message of allMessages(version)) {
        const isRequest = message.layouts.request !== undefined && !isPostCode(message.code);
        if (!isRequest || message.interface === 'connect' || message.interface === 'extension') continue;
        if (!message.versions.includes(version) || BEFORE_LOGIN[version].includes(message.name)) continue;
        const reply = await client.ask(message.code, client.encodeBody(message.code, {}));
        assert.deepEqual([reply.error, reply.bare], ['NOT_AUTHORIZED', true], message.name);
      }
      const early = BEFORE_LOGIN[version].filter((name) => !name.endsWith('BUTYPE_ATTR'));
      for (const name of early)
        await client.expect(name as 'NDMP_CONFIG_GET_AUTH_ATTR', name.endsWith('AUTH_ATTR') ? { auth_type: 2 } : {});
      await client.login(USER, PASSWORD);
      await client.expect('NDMP_MOVER_GET_STATE');
    });
  }

  for (const kind of ['text', 'md5'] as const) {
    for (const version of VERSIONS) {
      it(`v${version}: logs in with ${kind}`, async () => {
        const client = await connect({ version, login: { user: USER, password: PASSWORD, kind } });
        await client.expect('NDMP_CONFIG_GET_HOST_INFO');
      });
    }

    it(`refuses a wrong password and an unknown user with ${kind}, with nothing to tell them apart`, async () => {
      const client = await connect({ version: 4 });
      const answers = [];
      for (const [user, password] of [
        [USER, 'wrong'],
        [USER, ''],
        ['nobody', PASSWORD],
        ['', ''],
      ]) {
        const auth_data = await client.authData(user, password, kind);
        const { header, body } = await client.request('NDMP_CONNECT_CLIENT_AUTH', { auth_data });
        answers.push([header.error, body.error]);
      }
      assert.deepEqual(new Set(answers.map(String)), new Set([String([0, 4])]), 'NOT_AUTHORIZED in the body');
      await client.login(USER, PASSWORD, kind);
    });
  }

  it('refuses a login without a password', async () => {
    const client = await connect({ version: 4 });
    const { error } = await client.request('NDMP_CONNECT_CLIENT_AUTH', { auth_data: { type: 0 } });
    assert.ok(['NOT_SUPPORTED', 'ILLEGAL_ARGS', 'NOT_AUTHORIZED'].includes(error), error);
    const { error: still } = await client.request('NDMP_MOVER_GET_STATE');
    assert.equal(still, 'NOT_AUTHORIZED');
  });

  it('MD5: every challenge is new, only the last one counts, and once', async () => {
    const client = await connect({ version: 4 });
    const digest = new Uint8Array(16);
    const withDigest = (auth_digest: Uint8Array) => ({ auth_data: { type: 2, auth_id: USER, auth_digest } });
    await client.expect('NDMP_CONNECT_CLIENT_AUTH', withDigest(digest), 'NOT_AUTHORIZED');
    const challenges = [];
    for (let n = 0; n < 3; n++) {
      const { server_attr: attributes } = await client.expect('NDMP_CONFIG_GET_AUTH_ATTR', { auth_type: 2 });
      assert.ok(attributes.type === 2);
      challenges.push(attributes.challenge);
    }
    assert.equal(new Set(challenges.map((each) => Buffer.from(each).toString('hex'))).size, 3);
    await client.expect('NDMP_CONNECT_CLIENT_AUTH', withDigest(md5Digest(PASSWORD, challenges[0])), 'NOT_AUTHORIZED');
    await client.login(USER, PASSWORD);
  });

  it('CONFIG_GET_AUTH_ATTR answers for the kinds it offers, and ILLEGAL_ARGS for what is none', async () => {
    const client = await connect({ version: 4 });
    const text = await client.expect('NDMP_CONFIG_GET_AUTH_ATTR', { auth_type: 1 });
    assert.equal(text.server_attr.type, 1);
    await client.expect('NDMP_CONFIG_GET_AUTH_ATTR', { auth_type: 77 }, 'ILLEGAL_ARGS');
  });

  it('closes after so many refused logins', async () => {
    const client = await connect({ version: 4 });
    let answered = 0;
    try {
      for (; answered < 50; answered++)
        await client.expect(
          'NDMP_CONNECT_CLIENT_AUTH',
          { auth_data: { type: 1, auth_id: USER, auth_password: 'no' } },
          'NOT_AUTHORIZED',
        );
    } catch {
      await client.closed;
    }
    assert.ok(answered > 0 && answered < 50, `closed after ${answered}`);
  });

  for (const version of VERSIONS) {
    it(`v${version}: CONNECT_CLOSE has no reply: the server says that it shuts down, and closes`, async () => {
      const client = await connect({ version, login: { user: USER, password: PASSWORD } });
      const before = client.received.length;
      client.send(CONNECT_CLOSE);
      await client.closed;
      const after = client.received.slice(before);
      assert.deepEqual(
        after.map(({ name, body }) => [name, body.reason]),
        [['NDMP_NOTIFY_CONNECTION_STATUS', 1]],
      );
    });
  }

  it('CONNECT_CLOSE needs no login', async () => {
    const client = await connect({ version: 4 });
    client.send(CONNECT_CLOSE);
    await client.closed;
    assert.equal(client.received.at(-1)?.body.reason, 1);
  });

  it('CONNECT_SERVER_AUTH: the server proves that it knows the password, by the digest of the challenge it is given', async () => {
    const client = await connect({ version: 4, login: { user: USER, password: PASSWORD } });
    const challenge = Buffer.from(Array.from({ length: 64 }, (_, n) => n * 3));
    const { server_result: result } = await client.expect('NDMP_CONNECT_SERVER_AUTH', {
      client_attr: { type: 2, challenge },
    });
    assert.ok(result.type === 2);
    assert.deepEqual(Buffer.from(result.auth_digest), md5Digest(PASSWORD, challenge));
  });

  it('CONNECT_SERVER_AUTH never gives a password away', async () => {
    const client = await connect({ version: 4, login: { user: USER, password: PASSWORD } });
    const { body } = await client.request('NDMP_CONNECT_SERVER_AUTH', { client_attr: { type: 1 } });
    assert.doesNotMatch(JSON.stringify(body), new RegExp(`"${PASSWORD}"`));
  });

  it('losing a connection frees what it had', async () => {
    const first = await server.connect(4);
    await first.expect('NDMP_TAPE_OPEN', { device: server.tapes[0], mode: 1 });
    const second = await server.connect(4);
    await second.expect('NDMP_TAPE_OPEN', { device: server.tapes[0], mode: 0 }, 'DEVICE_BUSY');
    first.destroy();
    const opened = await server.eventually(async () => {
      const { error } = await second.request('NDMP_TAPE_OPEN', { device: server.tapes[0], mode: 0 });
      return error === 'NO_ERR';
    });
    assert.ok(opened);
    await second.close();
  });
});
