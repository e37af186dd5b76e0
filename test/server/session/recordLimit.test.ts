import assert from 'node:assert/strict';
import { TestServer } from '../../support/testServer';

const LONG = 100_000;
const longRequest = { device: 'x'.repeat(LONG) };

describe('server: lengths of records', () => {
  let server: TestServer;
  before(async () => (server = await TestServer.start({ limits: { recordBytes: 2 * LONG } })));
  after(() => server.stop());

  it('are few bytes for who has not logged in', async () => {
    const client = await server.connect(4, { login: undefined });
    await assert.rejects(client.request('NDMP_SCSI_OPEN', longRequest), /closed/);
    assert.match(server.lines.map(({ text }) => text).join('\n'), /longer than 65536 bytes/);
  });

  it('are what the limit says for who has', async () => {
    const client = await server.connect(4);
    await client.expect('NDMP_SCSI_OPEN', longRequest, 'NO_DEVICE');
    await assert.rejects(client.request('NDMP_SCSI_OPEN', { device: 'x'.repeat(3 * LONG) }), /closed/);
  });

  it('leave the others alone', async () => {
    const client = await server.connect(3);
    await client.expect('NDMP_CONFIG_GET_HOST_INFO');
    await client.close();
  });
});
