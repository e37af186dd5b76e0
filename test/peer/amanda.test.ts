import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithPeer } from '../support/peers';
import { CHANGER, PASSWORD, TestServer, USER } from '../support/testServer';

/** The user that Debian's Amanda insists on being run by. */
const BACKUP = { name: 'backup', uid: 34, gid: 34 };

const LOGIN = `
device_property "NDMP-USERNAME" "${USER}"
device_property "NDMP-PASSWORD" "${PASSWORD}"
device_property "NDMP-AUTH" "md5"
`;

const configuration = (folder: string, port: number): string => `
org "test"
dumpuser "${BACKUP.name}"
infofile "${folder}/infos"
logdir "${folder}/logs"
indexdir "${folder}/index"
tapelist "${folder}/tapelist"
define tapetype SMALL {
  length 10 mbytes
  filemark 0 kbytes
}
tapetype SMALL
${LOGIN}
define changer library {
  tpchanger "chg-ndmp:127.0.0.1:${port}@${CHANGER}"
  property "tape-device" "0=ndmp:127.0.0.1:${port}@nst0" "1=ndmp:127.0.0.1:${port}@nst1"
  changerfile "${folder}/changer"
  ${LOGIN}
}
tpchanger "library"
`;

describeWithPeer('amanda', 'peer: Amanda with its NDMP changer and its NDMP device', function () {
  this.timeout(120_000);
  let server: TestServer;
  let folder: string;

  before(async function () {
    if (process.getuid?.() !== 0) this.skip(); // Amanda has to be run as a user of its own
    server = await TestServer.start({ library: { slots: 4, drives: 2, capacity: 3_000_000, earlyWarning: 500_000 } });
    folder = mkdtempSync(join(tmpdir(), 'ndmp-amanda-'));
    for (const name of ['infos', 'logs', 'index']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'tapelist'), '');
    writeFileSync(join(folder, 'amanda.conf'), configuration(folder, server.port));
    for (const name of ['', 'infos', 'logs', 'index', 'tapelist', 'amanda.conf'])
      chownSync(join(folder, name), BACKUP.uid, BACKUP.gid);
  });
  after(async () => {
    if (folder) rmSync(folder, { recursive: true, force: true });
    await server?.stop();
  });

  /** Runs a program of Amanda with the configuration of its current directory. */
  async function run(program: string, ...args: string[]): Promise<string> {
    const { uid, gid } = BACKUP;
    const env = { ...process.env, HOME: folder, TERM: 'dumb' };
    const child = spawn(program, ['.', ...args], { cwd: folder, uid, gid, env, timeout: 60_000 });
    let output = '';
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));
    const status = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(status, 0, `${program} ${args.join(' ')}\n${output}`);
    return output;
  }
  const device = (drive: number) => `ndmp:127.0.0.1:${server.port}@nst${drive}`;

  it('amtape takes inventory', async () => {
    assert.match(await run('amtape', 'reset'), /changer is reset/);
    const output = await run('amtape', 'inventory');
    assert.match(output, /slot 1: empty \(import\/export slot\)/);
    assert.match(output, /slot 6: unknown state barcode TEST04L8/);
  });

  it('amlabel labels tapes in two drives, and the inventory knows them', async () => {
    for (const [label, slot] of [
      ['AM-1', '3'],
      ['AM-2', '4'],
    ])
      assert.match(await run('amlabel', label, 'slot', slot), new RegExp(`Writing label '${label}'[^]*Success!`));
    const output = await run('amtape', 'inventory');
    assert.match(output, /slot 3: label AM-1 barcode TEST01L8 \(in drive 0\)/);
    assert.match(output, /slot 4: label AM-2 barcode TEST02L8 \(in drive 1\)/);
  });

  it('amtape goes from slot to slot, reads labels, and sees that the drives are the right ones', async () => {
    assert.match(await run('amtape', 'slot', '3'), /label AM-1/);
    const drives = await run('amtape', 'verify');
    assert.equal(drives.match(/GOOD :/g)?.length, 2, drives);
    assert.match(await run('amtape', 'show'), /label AM-1[^]*label AM-2[^]*slot +6: unlabeled volume/);
  });

  it('amdevcheck finds the tape in the drive labelled', async () => {
    await run('amtape', 'slot', '4');
    const [, drive] = /slot 4: label AM-2 .*\(in drive (\d)\)/.exec(await run('amtape', 'inventory')) ?? [];
    assert.match(await run('amdevcheck', device(Number(drive))), /SUCCESS/);
  });

  it('amtapetype writes a tape to the end that it is warned of', async () => {
    const output = await run('amtapetype', '-f', '-b', '32k', '-t', 'SMALL', device(0)).catch(String);
    assert.match(output, /Wrote random \(uncompressible\) data at [\d.]+ bytes\/sec/);
    // it wants a larger tape to go on with
    assert.match(output, /LEOM/);
  });
});
