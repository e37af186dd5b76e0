import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MessageName } from '../../../src/protocol';
import type { Fault } from '../../support/faultyProxy';
import { FaultyRestore, type RestoreWay } from '../../support/restoreFaults';

const CUTS: readonly Fault[] = [
  { message: 'NDMP_TAPE_OPEN', action: 'cut' },
  { message: 'NDMP_TAPE_READ', way: 'reply', action: 'cut' },
  { message: 'NDMP_MOVER_SET_RECORD_SIZE', action: 'cut' },
  { message: 'NDMP_MOVER_SET_WINDOW', way: 'reply', action: 'cut' },
  { message: 'NDMP_MOVER_LISTEN', way: 'reply', action: 'cut' },
  { message: 'NDMP_DATA_CONNECT', action: 'cut' },
  { message: 'NDMP_DATA_START_RECOVER', action: 'cut' },
  { message: 'NDMP_DATA_START_RECOVER', way: 'reply', action: 'cut-after' },
  { message: 'NDMP_NOTIFY_DATA_READ', way: 'post', action: 'cut' },
  { message: 'NDMP_MOVER_READ', action: 'cut' },
  { message: 'NDMP_NOTIFY_MOVER_PAUSED', way: 'post', action: 'cut' },
  { message: 'NDMP_MOVER_CONTINUE', way: 'reply', action: 'cut' },
  { message: 'NDMP_LOG_FILE', way: 'post', action: 'cut' },
  { message: 'NDMP_NOTIFY_DATA_HALTED', way: 'post', action: 'cut' },
  { message: 'NDMP_NOTIFY_MOVER_HALTED', way: 'post', action: 'cut' },
  { message: 'NDMP_DATA_STOP', action: 'cut' },
  { message: 'NDMP_MOVER_STOP', way: 'reply', action: 'cut' },
];
/** Messages between two servers, which a local restore does without. */
const BETWEEN_SERVERS: readonly MessageName[] = ['NDMP_NOTIFY_DATA_READ', 'NDMP_MOVER_READ'];
/** What is another story when the stream goes through this machine. */
const AROUND_THE_STREAM: readonly MessageName[] = [
  ...BETWEEN_SERVERS,
  'NDMP_DATA_CONNECT',
  'NDMP_DATA_START_RECOVER',
  'NDMP_NOTIFY_MOVER_PAUSED',
  'NDMP_NOTIFY_DATA_HALTED',
];

const HARMLESS = [
  { message: 'NDMP_NOTIFY_DATA_HALTED', way: 'post', action: 'drop' },
  { message: 'NDMP_NOTIFY_MOVER_HALTED', way: 'post', action: 'drop' },
  { message: 'NDMP_NOTIFY_DATA_READ', way: 'post', times: 3, action: 'drop' },
  { message: 'NDMP_NOTIFY_MOVER_PAUSED', way: 'post', action: 'drop' },
  { message: 'NDMP_LOG_FILE', way: 'post', times: 100, action: 'drop' },
  { message: 'NDMP_NOTIFY_DATA_HALTED', way: 'post', action: { delay: 1500 } },
  { message: 'NDMP_NOTIFY_DATA_READ', way: 'post', action: { delay: 1500 } },
  { message: 'NDMP_NOTIFY_MOVER_PAUSED', way: 'post', action: { delay: 1500 } },
  { message: 'NDMP_NOTIFY_MOVER_PAUSED', way: 'post', action: 'twice' },
  { message: 'NDMP_LOG_FILE', way: 'post', times: 100, action: 'twice' },
  { message: 'NDMP_DATA_START_RECOVER', way: 'reply', action: { delay: 1500 } },
  { message: 'NDMP_MOVER_GET_STATE', way: 'reply', times: 3, action: { delay: 400 } },
] as const satisfies readonly Fault[];

const REFUSED: readonly (readonly [MessageName, RegExp])[] = [
  ['NDMP_TAPE_READ', /TEST01L8.* cannot be read/],
  ['NDMP_MOVER_LISTEN', /MOVER_LISTEN with IO/],
  ['NDMP_DATA_CONNECT', /DATA_CONNECT with IO/],
  ['NDMP_DATA_START_RECOVER', /DATA_START_RECOVER with IO/],
  ['NDMP_MOVER_CONTINUE', /MOVER_CONTINUE with IO/],
];

for (const way of ['local', 'three-way', 'indirect'] as const satisfies readonly RestoreWay[])
  describe(`dma faults: restores, ${way}`, function () {
    this.timeout(60_000);
    let faulty: FaultyRestore;
    before(async () => (faulty = await FaultyRestore.start(way)));
    after(() => faulty.stop());

    const isSent = (message: MessageName): boolean =>
      way === 'indirect' ? AROUND_THE_STREAM.includes(message) : way !== 'local' || !BETWEEN_SERVERS.includes(message);

    for (const fault of CUTS.filter(({ message }) => isSent(message)))
      it(`cut at the ${fault.way ?? 'request'} ${fault.message}: said who is gone, kept true`, async () => {
        const report = await faulty.restore([fault]);
        await faulty.keptTrue(report);
        // behind the data server's end everything is restored
        const isLate = /HALTED|STOP/.test(fault.message);
        if (isLate && report.state === 'done') return;
        assert.equal(report.state, 'failed', report.message);
        assert.match(report.message, /connection to (filer|tapes)/);
      });

    it('goes on with the next restore after all that', async () => {
      const report = await faulty.restore([]);
      assert.equal(report.state, 'done', report.message);
      await faulty.keptTrue(report);
    });

    for (const fault of HARMLESS.filter(({ message }) => isSent(message)))
      it(`${typeof fault.action === 'string' ? fault.action : 'late'} ${fault.message}: everything comes back all the same`, async () => {
        const report = await faulty.restore([fault]);
        assert.equal(report.state, 'done', report.message);
        await faulty.keptTrue(report);
      });

    for (const [message, text] of REFUSED.filter(([each]) => isSent(each)))
      it(`${message} refused: said by whom and why, kept true`, async () => {
        const report = await faulty.restore([{ message, times: 1e9, action: { error: 'IO' } }]);
        assert.equal(report.state, 'failed');
        assert.match(report.message, text);
        await faulty.keptTrue(report);
      });

    it('says what of a whole backup could not be restored, and that the rest was not given up', async () => {
      const to = join(faulty.servers[0].root, 'within');
      const obstacle = (): void => void mkdirSync(join(to, 'one byte/in the way'), { recursive: true });
      const { surroundings } = faulty;
      surroundings.events.progress = obstacle;
      const report = await faulty.restore([], { to });
      surroundings.events.progress = undefined;
      if (report.state === 'done') return; // it was too quick for the obstacle
      assert.match(
        report.message,
        /^Set \d+: Not all of it could be restored: something of that name is there already\./,
      );
      assert.ok(surroundings.messages.some((text) => /filer: .*one byte/.test(text)));
    });
  });
