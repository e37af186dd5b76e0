import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ndmp, sample } from './harness';

const THREE_WAY = sample('backup-three-way');

describe('ndmp sequence', () => {
  it('draws a three-way backup as text', async () => {
    const { status, lines, err } = await ndmp(['sequence', THREE_WAY, '--job', '1']);
    assert.equal(status, 0);
    assert.equal(err, '');
    assert.match(lines[0], /^Three-way backup of /);
    assert.match(lines[3], /DMA +Data server +Tape server/);
    const phases = lines
      .map((line) => /^([a-z][a-z -]+[a-z]) {2}/.exec(line)?.[1])
      .filter((name) => name !== undefined);
    assert.deepEqual(phases.slice(-3), ['data connection', 'transfer', 'post-processing']);
    assert.ok(lines.some((line) => /data connection, [\d.]+ [kMG]B, [\d.]+ [kMG]?B\/s/.test(line)));
    assert.ok(lines.some((line) => /▶[┃│] LISTEN/.test(line)));
  });

  it('is as wide as the terminal', async () => {
    const { lines } = await ndmp(['sequence', THREE_WAY, '--job', '1'], { terminal: 120, env: { NO_COLOR: '1' } });
    assert.ok(lines.every((line) => [...line].length <= 120));
  });

  it('writes SVG into a file, with the colours that are asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sequence-'));
    try {
      const file = join(folder, 'a.svg');
      const done = await ndmp(['sequence', THREE_WAY, '--format', 'svg', '--theme', 'dark', '--output', file]);
      assert.deepEqual([done.status, done.out], [0, '']);
      const svg = readFileSync(file, 'utf8');
      assert.match(svg, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<svg /);
      assert.match(svg, /fill="#1f1f1f"/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('unfolds by kind, by message and altogether', async () => {
    const count = async (...more: string[]): Promise<number> =>
      (await ndmp(['sequence', THREE_WAY, '--job', '1', ...more])).lines.length;
    const folded = await count();
    assert.ok((await count('--unfold', 'polls')) > folded);
    assert.ok((await count('--unfold', 'all')) > (await count('--unfold', 'polls,history')));
    const refused = await ndmp(['sequence', THREE_WAY, '--unfold', 'everything']);
    assert.equal(refused.status, 2);
    assert.match(refused.err, /Allowed are history, log, polls, reads, repeats, all, and message numbers/);
  });

  it('writes Mermaid of one job and says that there are others, PlantUML of all', async () => {
    const mermaid = await ndmp(['sequence', sample('failing-jobs'), '--format', 'mermaid']);
    assert.equal(mermaid.lines[0], 'sequenceDiagram');
    assert.match(mermaid.err, /^ndmp: the capture has \d+ jobs; this is job 1, --job draws the others\.\n$/);
    const uml = await ndmp(['sequence', sample('failing-jobs'), '--format', 'plantuml']);
    const starts = uml.lines.filter((line) => line === '@startuml').length;
    assert.ok(starts > 1);
    assert.equal(uml.lines.filter((line) => line === '@enduml').length, starts);
  });

  it('refuses a job that there is not, and a file that cannot be written', async () => {
    const none = await ndmp(['sequence', THREE_WAY, '--job', '99']);
    assert.equal(none.status, 2);
    assert.match(none.err, /There is no job 99: the capture has \d+ jobs?\./);
    const nowhere = await ndmp(['sequence', THREE_WAY, '--format', 'svg', '-o', 'package.json/a.svg']);
    assert.equal(nowhere.status, 1);
    assert.match(nowhere.err, /cannot be (made|written)/);
  });
});
