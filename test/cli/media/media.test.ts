import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openCatalog } from '../../../src/dma/catalog/open';
import { LabWithDma } from '../../support/dma';

interface ElementLine {
  element: number;
  type: string;
  full: boolean;
  barcode: string | null;
  cleaning: boolean;
  device?: string;
}

const SERVER = 'cluster1';
const FIRST = 'LAB001L8';
const SECOND = 'LAB002L8';

describe('ndmp media, against the lab', () => {
  let lab: LabWithDma;

  before(async () => {
    lab = await LabWithDma.start();
  });
  after(() => lab.remove());

  const media = (...args: string[]) => lab.run(['media', ...args]);

  async function elements(): Promise<ElementLine[]> {
    return (await lab.json<{ elements: ElementLine[] }>(['media', 'inventory', SERVER])).elements;
  }

  async function placeOf(barcode: string): Promise<string | undefined> {
    const found = (await elements()).find((each) => each.barcode === barcode);
    return found && `${found.type} ${found.device ?? found.element}`;
  }

  /** Runs it and demands this exit status. @returns both outputs */
  async function said(status: number, ...args: string[]): Promise<string> {
    const done = await media(...args);
    assert.equal(done.status, status, `${args.join(' ')}\n${done.out}${done.err}`);
    return done.out + done.err;
  }

  it('shows what lies where', async () => {
    const text = await said(0, 'inventory', SERVER);
    assert.match(text, /^Changer mc0 of cluster1 \(.*\): 17 cartridges\nelement +kind +barcode +tape\n/);
    assert.match(text, /^ +128 {2}drive nrst0a +-$/m);
    assert.match(text, /^ +1040 {2}slot +CLN\w+ +cleaning cartridge$/m);
    assert.equal((await elements()).filter(({ full }) => full).length, 17);
    assert.match(await said(0, 'inventory', SERVER, '--rescan'), /17 cartridges/);
  });

  it('shows drives with their elements and their nodes', async () => {
    const { drives } = await lab.json<{ drives: Record<string, unknown>[] }>(['media', 'drives', SERVER]);
    assert.deepEqual(
      drives.map(({ device, element, loaded, unusable }) => [device, element, loaded, unusable]),
      [
        ['nrst0a', 128, null, null],
        ['nrst1a', 129, null, null],
      ],
    );
    assert.notEqual(drives[0].affinity, drives[1].affinity);
    assert.match(await said(0, 'drives', SERVER), /^nrst1a +129 +- +\w+/m);
  });

  it('labels tapes, and never over another label unless that very tape is forced', async () => {
    assert.match(await said(0, 'label', SERVER, FIRST, SECOND, '--pool', 'daily'), /^LAB002L8: labelled \(pool daily/m);
    assert.match(await said(0, 'label', SERVER, FIRST, '--pool', 'daily'), /^LAB001L8: had its label already/m);
    const refused = await said(1, 'label', SERVER, FIRST, 'LAB003L8', '--pool', 'weekly');
    assert.match(refused, /belongs to pool "daily", not to "weekly"/);
    assert.match(refused, /^LAB003L8: labelled/m);
    const force = ['label', SERVER, FIRST, '--pool', 'weekly', '--force'];
    assert.match(await said(2, ...force), /Nothing was done/);
    assert.match(await said(0, ...force, '--yes'), /labelled \(pool weekly/);
    const identified = await said(0, 'identify', SERVER, FIRST, SECOND, 'LAB004L8', '--drive', 'rst1a');
    assert.match(identified, /^LAB001L8 is labelled "LAB001L8" for pool "weekly"\.$/m);
    assert.match(identified, /^LAB002L8 is labelled "LAB002L8" for pool "daily"\.$/m);
    assert.match(identified, /^LAB004L8 is blank\.$/m);
    const { tapes } = await lab.json<{ tapes: { kind: string }[] }>(['media', 'identify', SERVER, FIRST]);
    assert.equal(tapes[0].kind, 'ours');
    assert.equal(await placeOf(FIRST), 'slot 1024');
  });

  it('leaves cleaning cartridges alone', async () => {
    const cleaning = (await elements()).find((each) => each.cleaning)?.barcode ?? '';
    const what = /is a cleaning cartridge: it is left alone/;
    assert.match(await said(1, 'label', SERVER, cleaning, '--pool', 'daily', '--force', '--yes'), what);
    assert.match(await said(1, 'load', SERVER, cleaning, 'nrst0a'), what);
  });

  it('loads, unloads, exports, imports and moves', async () => {
    assert.equal(await said(0, 'load', SERVER, FIRST, 'nrst0a'), 'LAB001L8 is in drive nrst0a.\n');
    assert.equal(await placeOf(FIRST), 'drive nrst0a');
    await said(0, 'load', SERVER, FIRST, 'nrst1a');
    assert.equal(await placeOf(FIRST), 'drive nrst1a');
    await said(0, 'unload', SERVER, 'nrst1a');
    await said(0, 'unload', SERVER, 'nrst1a');
    assert.equal(await said(0, 'export', SERVER, FIRST), 'LAB001L8: element 1024 to 16\n');
    assert.equal(await said(0, 'import', SERVER), 'LAB001L8: element 16 to 1024\n');
    assert.match(await said(1, 'move', SERVER, '1024', '1025'), /the destination is full .*nothing was moved/);
    assert.equal(await said(0, 'move', SERVER, '1024', '1047'), 'LAB001L8: element 1024 to 1047\n');
  });

  it('says in one line what cannot be done', async () => {
    assert.match(await said(1, 'export', SERVER, 'NOTHERE'), /^ndmp: NOTHERE is not in the library of cluster1\.\n$/);
    assert.match(await said(1, 'load', SERVER, 'NOTHERE', 'nrst0a'), /is not in the library .* Nobody did\.\n$/);
    assert.match(await said(1, 'load', SERVER, FIRST, 'nope'), /has no drive nope\. Its drives: nrst0a, nrst1a\./);
    assert.match(await said(1, 'inventory', 'filer9'), /There is no server named filer9/);
    assert.match(await said(1, 'inventory', SERVER, '--changer', 'mc9'), /mc9/);
    assert.match(await said(2, 'move', SERVER, 'x', '1'), /An element address is a number/);
    assert.match(await said(2, 'label', SERVER, 'NO TAPE', '--pool', 'daily'), /NO TAPE is no barcode/);
    assert.match(await said(0, 'inventory', SERVER, '--changer', '-'), /has no media changer/);
  });

  it('keeps a recording where that is wanted', async () => {
    await said(0, 'drives', SERVER, '--record');
    const runs = join(lab.home, 'runs');
    assert.ok(existsSync(runs) && readdirSync(runs).some((name) => name.endsWith('.pcapng')));
  });

  it('lists tapes and pools, protects, retires and gives up what is on them', async () => {
    assert.match(await said(0, 'list', '--pool', 'daily'), /^barcode .*\nLAB002L8 +daily +scratch/);
    assert.match(await said(0, 'list', '--state', 'full'), /^The catalog knows no such tape/);
    assert.match(await said(0, 'pools'), /^weekly +2 +2 +0 +0/m);
    assert.match(await said(0, 'protect', SECOND), /LAB002L8 is protected/);
    assert.match(await said(1, 'label', SERVER, SECOND, '--pool', 'daily'), /is protected in the catalog/);
    await said(0, 'unprotect', SECOND);
    await said(0, 'retire', 'LAB004L8');
    assert.match(await said(1, 'label', SERVER, 'LAB004L8', '--pool', 'daily'), /is marked as damaged/);
    await putBackup(SECOND);
    assert.match(await said(2, 'expire', SECOND), /set 1: nightly, \/vol, level 0 .*Nothing was done/s);
    assert.match(await said(0, 'expire', SECOND, '--yes'), /given up\nFree to be written: LAB002L8\n$/);
    assert.match(await said(1, 'expire', 'NEVER'), /knows no tape NEVER/);
  });

  /** A backup that the catalog knows on a tape. */
  async function putBackup(barcode: string): Promise<void> {
    const catalog = await openCatalog(join(lab.home, 'catalog.db'));
    const { id: run } = await catalog.beginRun({ kind: 'backup', job: 'nightly' });
    const set = await catalog.beginSet({
      uuid: '00000000-0000-4000-8000-000000000001',
      run,
      job: 'nightly',
      serverIdentity: 'x',
      server: SERVER,
      path: '/vol',
      type: 'dump',
      level: 0,
      base: undefined,
      started: Date.now(),
      ended: undefined,
      state: 'complete',
      bytes: 1n,
      files: 0,
      recordSize: 65536,
      environment: [],
      digest: undefined,
      withoutFiles: undefined,
      expires: undefined,
      topology: 'local',
    });
    const part = { number: 1, copy: 1, barcode, tapeFile: 2, offset: 0n, bytes: 1n, recordSize: 65536, closed: true };
    await catalog.putPart({ set: set.id, ...part });
    const tape = await catalog.tape(barcode);
    assert.ok(tape);
    await catalog.putTape({ ...tape, state: 'active', files: 4, bytes: 1n });
    await catalog.endRun(run, { state: 'done', message: '' });
    await catalog.close();
  }
});
