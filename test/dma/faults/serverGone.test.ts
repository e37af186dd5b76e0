import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBackup } from '../../../src/dma/backup/backup';
import type { Progress, RunReport } from '../../../src/dma/run/model';
import { keptTrue, tapesTellTheSame } from '../../support/afterFault';
import { writeFiles } from '../../support/dma';
import { DmaHand, type PartialJob } from '../../support/dmaHand';
import type { Way } from '../../support/faultySite';
import { ServedProcess } from '../../support/servedProcess';

type Victim = 'filer' | 'tapes';
/** When a server is killed; the run is told to be done only where all of it was on tape by then. */
const MOMENTS: Readonly<Record<string, (progress: Progress) => boolean>> = {
  'before the transfer': ({ phase }) => phase.startsWith('loading tape'),
  'in the middle of the transfer': ({ bytes }) => bytes > 0n,
  'behind the transfer': ({ phase }) => phase === 'finishing',
};
const ALL = Object.keys(MOMENTS);
const CASES: readonly [Way, Victim, readonly string[]][] = [
  ['local', 'filer', ALL],
  ['three-way', 'filer', ALL.slice(1, 2)],
  ['three-way', 'tapes', ALL.slice(1)],
  ['indirect', 'filer', ALL.slice(1, 2)],
  ['indirect', 'tapes', ALL.slice(1)],
];

describe('dma faults: a server whose process is killed', function () {
  this.timeout(120_000);
  let folder: string;
  let hand: DmaHand;
  const servers = new Map<Victim, ServedProcess>();

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-gone-'));
    mkdirSync(join(folder, 'export'));
    writeFiles(join(folder, 'export'), { 'a.txt': 'one', big: randomBytes(30_000_000) });
    hand = await DmaHand.make();
    hand.patience = { busy: 5, threading: 1, retry: 0.2, linger: 5, abort: 3 };
  });
  afterEach(async () => {
    hand.seen = () => undefined;
    await hand.remove();
    for (const server of servers.values()) await server.kill();
    servers.clear();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (name: Victim, way: Way): Promise<void> => {
    const hasTapes = way === 'local' || name === 'tapes';
    const server = await ServedProcess.start(join(folder, 'export'), hasTapes ? join(folder, 'library') : undefined);
    servers.set(name, server);
    hand.serve(name, server.port);
  };
  const job = (way: Way): PartialJob => ({
    sources: [join(folder, 'export')],
    target: way === 'local' ? {} : { server: 'tapes' },
    topology: way === 'indirect' ? 'indirect' : 'auto',
  });
  const backUp = async (way: Way): Promise<RunReport> =>
    runBackup(await hand.plan(job(way), { full: true }), hand.surroundings);

  for (const [way, victim, moments] of CASES)
    for (const moment of moments)
      it(`${way}: ${victim} ${moment}: named, catalog and tapes true, and the next run goes on`, async () => {
        await start('filer', way);
        if (way !== 'local') await start('tapes', way);
        let killed: Promise<void> | undefined;
        hand.seen = (progress) => {
          if (MOMENTS[moment](progress)) killed ??= servers.get(victim)?.kill();
        };
        const report = await backUp(way);
        assert.ok(killed, 'the moment came');
        await killed;
        assert.equal(report.state, 'failed', report.message);
        assert.match(report.message, new RegExp(`${victim}|filer`));
        assert.match(report.message, /connection|gone|reached|CONNECT/i);
        await keptTrue(hand, report);
        hand.seen = () => undefined;
        await start(victim, way);
        const next = await backUp(way);
        assert.equal(next.state, 'done', `${next.message}\n${hand.messages.join('\n')}`);
        await keptTrue(hand, next, report);
        const tapeServer = way === 'local' ? 'filer' : 'tapes';
        await tapesTellTheSame(hand, tapeServer, servers.get(tapeServer)?.port ?? 0);
      });
});
