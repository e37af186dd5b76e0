import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOwnTapeServer } from '../../../src/cli/dma/ownTapeServer';
import { createLibrary } from '../../../src/server/library/open';
import type { ServerLog } from '../../../src/server/log';
import { NdmpClient } from '../../support/ndmpClient';

const log: ServerLog = { write: () => undefined, child: () => log };
const start = (library: string | undefined, devices: readonly string[] = []) =>
  startOwnTapeServer({ name: 'here', drives: { library, devices }, log });

describe('cli/dma/ownTapeServer', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ndmp-own-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('serves a library of this machine to whoever has its password, and lets go of it', async () => {
    const path = join(folder, 'library');
    await (await createLibrary(path, { drives: 2, slots: 4 })).close();
    for (let round = 0; round < 2; round++) {
      const server = await start(path, ['/dev/nst99']);
      const { host, port, user, password } = server;
      try {
        assert.equal(host, '127.0.0.1');
        const client = await NdmpClient.connect({ port, version: 4, login: { user, password } });
        const { tape_info } = await client.expect('NDMP_CONFIG_GET_TAPE_INFO');
        assert.deepEqual(
          tape_info.map(({ caplist }) => caplist[0].device),
          ['tape0', 'tape1', '/dev/nst99'],
        );
        const { scsi_info } = await client.expect('NDMP_CONFIG_GET_SCSI_INFO');
        assert.equal(scsi_info.length, 1);
        await client.close();
        await assert.rejects(NdmpClient.connect({ port, version: 4, login: { user, password: 'ndmp' } }));
      } finally {
        await server.stop();
      }
    }
  });

  it('says what is wrong with a definition, a library, a device', async () => {
    await assert.rejects(start(undefined), /The server here is this machine, but has neither a library nor devices/);
    await assert.rejects(
      start(join(folder, 'none')),
      /There is no tape library in .* make one first .*\(server here\)/,
    );
    await assert.rejects(start(undefined, ['nst0']), /The server here names a device that is none: nst0/);
  });

  it('says that another process has the library', async () => {
    const path = join(folder, 'library');
    const library = await createLibrary(path, { drives: 1, slots: 2 });
    try {
      await assert.rejects(start(path), /another server has it open/);
    } finally {
      await library.close();
    }
  });
});
