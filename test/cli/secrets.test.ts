import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabWithDma, type Report } from '../support/dma';

const SECRET = 'Zq8-never-to-be-kept';

describe('cli: a secret in the variables of a job', function () {
  this.timeout(120_000);
  let dma: LabWithDma;
  before(async () => (dma = await LabWithDma.start()));
  after(() => dma.remove());

  it('is in nothing that is printed or written but the job: recording, log, catalog, tapes', async () => {
    const [{ path }] = dma.lab.lab.status().volumes;
    const job = dma.job('secret', { sources: [path], environment: { ARCHIVE_PASSWORD: SECRET } });
    const said: string[] = [];
    for (const args of [
      ['plan', job],
      ['plan', job, '--json'],
      ['backup', job, '--yes', '--json'],
    ]) {
      const { status, out, err } = await dma.run(args);
      assert.equal(status, 0, err);
      said.push(out, err);
    }
    assert.match(said[0], /ARCHIVE_PASSWORD=xxxxxxxx[^]*restore has to be given it again \(--env ARCHIVE_PASSWORD\)/);
    const set = (JSON.parse(said[4]) as Report).sources[0].set ?? assert.fail();
    const shown = await dma.run(['catalog', 'show', String(set)]);
    assert.equal(shown.status, 0, shown.err);
    assert.match(shown.out, /ARCHIVE_PASSWORD=xxxxxxxx/);
    const restored = await dma.run(
      ['restore', '--set', String(set), '--to', `${path}/back`, '--env', 'ARCHIVE_PASSWORD'],
      {
        env: { ARCHIVE_PASSWORD: SECRET },
      },
    );
    assert.equal(restored.status, 0, restored.err);
    const holding = [...files(dma.home), ...files(dma.lab.folder)].filter((file) =>
      readFileSync(file).includes(SECRET),
    );
    assert.deepEqual(holding, []);
    assert.deepEqual(
      [...said, shown.out, restored.out, restored.err].filter((text) => text.includes(SECRET)),
      [],
    );
  });
});

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}
