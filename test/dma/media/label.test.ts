import assert from 'node:assert/strict';
import { describeFinding, readLabel, writeLabel } from '../../../src/dma/media/label';
import type { LabelFinding } from '../../../src/dma/media/model';
import type { TapeService } from '../../../src/dma/services/tape';
import { TapeHand } from '../../support/tapeHand';
import { TestServer } from '../../support/testServer';

const LABEL = {
  uuid: '0b6c1f0e-0000-4000-8000-0123456789ab',
  barcode: 'A00001L8',
  pool: 'däily',
  written: 1_774_785_600_000,
};
const at = (offset: number, text: string, size = 512): Buffer => {
  const block = Buffer.alloc(size);
  block.write(text, offset, 'latin1');
  return block;
};
/** First blocks of others, and what they are called. */
const OTHERS: readonly (readonly [Buffer, string, string | undefined])[] = [
  [Buffer.from('VOL1BACK01'.padEnd(79) + '4'), 'ANSI', 'BACK01'],
  [Buffer.from('VOL1LT0001L             LTFS'.padEnd(79) + '4'), 'LTFS', 'LT0001'],
  [at(0, '\xe5\xd6\xd3\xf1\xf0\xf0'), 'IBM (EBCDIC)', undefined],
  [at(0, '##ndmjob -m WEEK 7\n'), 'ndmjob', 'WEEK 7'],
  [at(0, 'AMANDA: TAPESTART DATE 20260329 TAPE DailySet1-03\n\f\n', 32768), 'Amanda', 'DailySet1-03'],
  [at(12, 'BB02'), 'Bacula', undefined],
  [at(0, 'TAPE\x01\x00'), 'Microsoft Tape Format', undefined],
  [at(257, 'ustar\x0000'), 'tar', undefined],
  [Buffer.concat([Buffer.from('etc/passwd\0'), at(246, 'ustar  \0')]), 'tar', 'etc/passwd'],
  [at(0, '070701'), 'cpio', undefined],
  [at(24, '\x6c\xea\x00\x00', 1024), 'dump', undefined],
  [at(0, 'anything at all'), 'unknown', undefined],
  [Buffer.alloc(512), 'unknown', undefined],
];

describe('dma media: labels', () => {
  let server: TestServer;
  let hand: TapeHand;

  before(async () => {
    server = await TestServer.start();
    hand = await TapeHand.make();
  });
  after(async () => {
    await hand.close();
    await server.stop();
  });

  for (const version of [2, 3, 4] as const)
    describe(`v${version}`, () => {
      let tape: TapeService;
      before(async () => (tape = await hand.open(server, version, 'nst0')));
      after(() => tape.close());

      it('are read as they were written, at any record size', async () => {
        for (const size of [1024, 65_536, 1_048_576]) {
          await writeLabel(tape, LABEL, size);
          assert.deepEqual(await readLabel(tape), { kind: 'ours', label: LABEL });
        }
      });

      for (const [block, by, volume] of OTHERS)
        it(`of others are named: ${by} ${volume ?? ''}`, async () => {
          await tape.move('REW');
          await tape.write(block);
          assert.deepEqual(await readLabel(tape), { kind: 'foreign', by, volume });
        });

      it('say that a tape is blank, or begins with file marks', async () => {
        await tape.move('REW');
        await tape.move('EOF', 2);
        assert.deepEqual(await readLabel(tape), { kind: 'blank' });
        await tape.move('REW');
        await tape.move('EOF', 1);
        await tape.write(Buffer.from('data behind a mark'));
        assert.deepEqual(await readLabel(tape), { kind: 'foreign', by: 'unknown', volume: undefined });
        if (version < 4) return;
        const other = await hand.open(server, version, 'nst1');
        assert.deepEqual(await readLabel(other), { kind: 'blank' });
        await other.close();
      });

      it('that are damaged are unreadable, not blank and not foreign', async () => {
        const good = Buffer.alloc(1024);
        await writeLabel(tape, LABEL, 1024);
        await tape.move('REW');
        const read = await tape.read(1024);
        assert.ok(read.kind === 'block');
        good.set(read.data);
        for (const [from, to] of [
          ['pool', 'p00l'],
          ['last 1024', 'last x024'],
        ] as const) {
          await tape.move('REW');
          await tape.write(Buffer.from(good.toString('latin1').replace(from, to), 'latin1'));
          const finding = await readLabel(tape);
          assert.equal(finding.kind, 'unreadable');
        }
      });
    });

  it('are told to people without what would harm a terminal', () => {
    const cases: [LabelFinding, RegExp][] = [
      [
        { kind: 'foreign', by: 'ANSI', volume: '\x1b[2J' },
        /^was written by another application: ANSI, named "\\x1b\[2J"$/,
      ],
      [{ kind: 'foreign', by: 'unknown', volume: undefined }, /not known/],
      [{ kind: 'blank' }, /^is blank$/],
      [{ kind: 'ours', label: { ...LABEL, barcode: 'x'.repeat(9999) } }, /^is labelled "x{39}…" for pool "däily"$/],
    ];
    for (const [finding, expected] of cases) assert.match(describeFinding(finding), expected);
  });
});
