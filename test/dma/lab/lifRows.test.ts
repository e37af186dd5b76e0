import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIF_ROWS, type LifRow } from '../../../src/protocol';
import { LabWithDma } from '../../support/dma';
import { compareTrees } from '../../support/trees';

const OWNER = { ignoreOwner: process.getuid?.() !== 0 };

/** The LIFs of the first node, and a user that may log in there. */
const LIFS: Record<LifRow['lif'], { name: string; user: string }> = {
  'node-management': { name: 'cluster1-01_mgmt', user: 'backup' },
  data: { name: 'vs1_data1', user: 'vsadmin-backup' },
  'cluster-management': { name: 'cluster_mgmt', user: 'backup' },
  intercluster: { name: 'cluster1-01_ic', user: 'backup' },
};
/** A volume of the first node and of the second, and a drive of each. */
const [NEAR, FAR] = ['/vs1/vol1', '/vs1/db'];
const DRIVES = { near: 'nrst0a', far: 'nrst1a' };
/** A server with tapes alone, for LIFs that show none. */
const TAPES = 'tapes';

/** As a server may be called. */
const nameOf = ({ id }: LifRow): string => id.replace('+', '.');

interface Plan {
  refusals: string[];
  sources: { topology: string; refusals: string[] }[];
}

describe("dma: backups over each LIF of NetApp's tables", () => {
  let labs: LabWithDma;
  let servers: string;
  before(async () => {
    labs = await LabWithDma.start({ nodes: 2, drives: 2, versions: [3, 4] });
    const place = (lif: string, user: string, version: number): object => ({
      ...labs.lab.address(lif),
      user,
      version,
      dataNetworks: ['127.0.0.0/8'],
    });
    // extensions are a matter of version 4: without it nobody hears of CAB
    const rows = LIF_ROWS.map((row) => [nameOf(row), place(LIFS[row.lif].name, LIFS[row.lif].user, row.cab ? 4 : 3)]);
    const all = Object.fromEntries([...rows, [TAPES, place('cluster1-01_mgmt', 'backup', 4)]]) as object;
    servers = join(labs.folder, 'lifs.json');
    writeFileSync(servers, JSON.stringify({ servers: all }));
  });
  after(() => labs.remove());

  /** One job for each volume, which belongs to it whatever LIF it is reached over. */
  const job = (row: LifRow, path: string, drive: string): { name: string; file: string } => {
    const tapes = row.tapes === 'none' ? { server: TAPES } : {};
    const name = `of-${path.slice(5)}`;
    const target = { ...tapes, drives: [drive] };
    return { name, file: labs.job(name, { server: nameOf(row), sources: [{ path }], level: 0, target }) };
  };

  for (const row of LIF_ROWS) {
    const isEverywhere = row.tapes === 'cluster';
    const seesFar = row.volumes === 'svm' || row.volumes === 'cluster';

    for (const [path, where] of [
      [NEAR, 'near'],
      [FAR, 'far'],
    ] as const) {
      if (where === 'far' && !seesFar) {
        it(`${row.id}: a volume of the other node is not to be had`, async () => {
          const { status, out, err } = await labs.run(['plan', job(row, path, DRIVES.near).file, '--servers', servers]);
          assert.equal(status, 1, out);
          assert.match(out + err, /\/vs1\/db/);
        });
        continue;
      }
      for (const drive of isEverywhere ? [DRIVES.near, DRIVES.far] : [DRIVES.near]) {
        const isLocal = row.tapes !== 'none' && drive === DRIVES[where];
        const way = isLocal ? 'local' : 'three-way';
        it(`${row.id}: the volume of the ${where} node to ${drive} is ${way}, and comes back`, async () => {
          const { name, file } = job(row, path, drive);
          const { sources } = await labs.json<Plan>(['plan', file, '--servers', servers]);
          assert.equal(sources[0].topology, way);
          const report = await labs.json<{ state: string }>(['backup', file, '--yes', '--servers', servers]);
          assert.equal(report.state, 'done');
          const place = `${nameOf(row)}-${name}-${drive}`;
          await labs.json(['restore', '--job', name, '--to', `/vs1/home/${place}`, '--yes', '--servers', servers]);
          assert.deepEqual(compareTrees(labs.directory(path), join(labs.directory('/vs1/home'), place), OWNER), []);
        });
      }
    }
  }
});
