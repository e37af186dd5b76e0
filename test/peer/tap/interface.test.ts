import assert from 'node:assert/strict';
import { ndmp } from '../../cli/harness';
import { describeWithPeer } from '../../support/peers';
import { PASSWORD, TestServer, USER } from '../../support/testServer';
import { NdmpClient } from '../../support/ndmpClient';

const mayCapture = process.getuid?.() === 0;

describeWithPeer('tcpdump', 'peer: ndmp tap --interface', function () {
  this.timeout(60_000);

  it('says when there is no such interface', async () => {
    const { status, err } = await ndmp(['tap', '--interface', 'nosuch0']);
    assert.equal(status, 1);
    assert.match(err, mayCapture ? /This machine has no interface nosuch0/ : /may not capture|no interface/);
  });

  if (mayCapture)
    it('shows messages as they pass on the interface', async () => {
      const server = await TestServer.start();
      const stop = new AbortController();
      let out = '';
      const args = ['tap', '--interface', 'lo', '--port', String(server.port), '--json'];
      const done = ndmp(args, { signal: stop.signal, onOutput: (text) => (out += text) });
      try {
        // the first packets may pass before tcpdump has opened its eyes
        for (let n = 0; n < 50 && !out.includes('NDMP_CONFIG_GET_HOST_INFO'); n++) {
          const client = await NdmpClient.connect({
            port: server.port,
            version: 4,
            login: { user: USER, password: PASSWORD },
          });
          await client.expect('NDMP_CONFIG_GET_HOST_INFO');
          await client.close();
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        assert.match(out, /"message":"NDMP_CONFIG_GET_HOST_INFO"/);
      } finally {
        stop.abort();
        await done;
        await server.stop();
      }
    });
});
