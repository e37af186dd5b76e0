import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describeWithPeer } from '../support/peers';
import { TestServer } from '../support/testServer';

/** What nmap reports, as XML. The server runs in this process, so that nmap must not be waited for in one go. */
function nmap(port: number, script: string): Promise<string> {
  // the plus sign runs a script on a port that nmap does not take for NDMP; the scripts never log in
  const args = ['-n', '-Pn', '-d', '-p', String(port), '--script', `+${script}`, '-oX', '-', '127.0.0.1'];
  const child = spawn('nmap', args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: 60_000 });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  return new Promise((resolve) => child.on('close', () => resolve(output)));
}

describeWithPeer('nmap', "peer: nmap's NDMP scripts", function () {
  this.timeout(60_000);

  describe('a server that lets everybody in', () => {
    let server: TestServer;
    before(async () => (server = await TestServer.start({ host: { authTypes: [0, 1, 2] } })));
    after(() => server.stop());

    it('ndmp-version reads who it is', async () => {
      const output = await nmap(server.port, 'ndmp-version');
      assert.match(output, /name="ndmp" product="NDMP Workbench"/);
      assert.match(output, /extrainfo="Name: [^"]+;/);
      assert.match(output, /ostype="Linux"/);
    });

    it('ndmp-fs-info lists its file systems', async () => {
      const output = await nmap(server.port, 'ndmp-fs-info');
      assert.ok(output.includes(`local  ${server.root}`), output);
    });
  });

  describe('a server that wants a login', () => {
    let server: TestServer;
    before(async () => (server = await TestServer.start()));
    after(() => server.stop());

    it('ndmp-version learns that it is NDMP and no more', async () => {
      const output = await nmap(server.port, 'ndmp-version');
      assert.match(output, /<service name="ndmp"/);
      assert.doesNotMatch(output, /product="NDMP|extrainfo="Name/);
    });

    it('ndmp-fs-info is told that it is not authorized', async () => {
      const output = await nmap(server.port, 'ndmp-fs-info');
      assert.match(output, /Not authorized to get filesystem information/);
      assert.ok(!output.includes(server.root));
    });
  });
});
