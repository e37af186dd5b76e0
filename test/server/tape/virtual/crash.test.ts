import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import fc from 'fast-check';
import type { OpenTape } from '../../../../src/server/tape/drive';
import { openCartridge, VirtualDrive } from '../../../../src/server/tape/virtual';
import { TapeFolder } from '../../../support/tapes';

const SCRIBE = resolve(__dirname, '../../../support/tapeScribe.ts');
const KILLS = 5;

async function loaded(folder: string): Promise<{ drive: VirtualDrive; tape: OpenTape }> {
  const drive = new VirtualDrive({ name: 'reader', serial: '2' });
  await drive.load(await openCartridge(folder));
  return { drive, tape: await drive.open('RDWR') };
}

/** Reads a tape of the scribe's to its end. @returns how many records it holds, all as they must be */
async function countRecords(tape: OpenTape): Promise<number> {
  await tape.rewind();
  const into = new Uint8Array(64 * 1024);
  for (let number = 0; ;) {
    const outcome = await tape.read(into);
    if (outcome.kind === 'end') return number;
    if (outcome.kind === 'mark') {
      await tape.space('marks', 1);
      continue;
    }
    const words = new Uint32Array(into.buffer, 0, outcome.length / 4);
    assert.ok(
      words.every((word) => word === number),
      `record ${number} is damaged`,
    );
    number++;
  }
}

/** Runs the scribe; `kill` milliseconds after its first words it is killed. @returns the last number it was told, and its last words */
async function scribe(folder: string, kill?: number, fileLimit?: number): Promise<{ told: number; end: string }> {
  const node = [process.execPath, '--import', 'tsx', SCRIBE, folder];
  const limited = `trap '' XFSZ; ulimit -f ${fileLimit}; exec "$@"`;
  const [command, ...args] = fileLimit === undefined ? node : ['bash', '-c', limited, 'bash', ...node];
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  let text = '';
  const report = child.stdio[3] as Readable;
  report.setEncoding('utf8').on('data', (chunk: string) => {
    if (text === '' && kill !== undefined) setTimeout(() => child.kill('SIGKILL'), kill);
    text += chunk;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await once(child, 'close');
  clearTimeout(timer);
  const lines = text.slice(0, text.lastIndexOf('\n')).split('\n');
  const end = lines.at(-1) ?? '';
  return { told: Number(lines.filter((line) => /^\d+$/.test(line)).at(-1)), end };
}

describe('server: a virtual tape and the death of its server', function () {
  this.timeout(60_000);
  const folder = new TapeFolder();
  before(() => folder.create());
  after(() => folder.remove());

  it(`has what was acknowledged after kill -9, ${KILLS} times`, async () => {
    for (let n = 0; n < KILLS; n++) {
      const cartridge = await folder.cartridge({ capacity: 1e10 });
      const { told } = await scribe(cartridge.folder, Math.random() * 150);
      const { drive, tape } = await loaded(cartridge.folder);
      const records = await countRecords(tape);
      assert.ok(records >= told && told > 0, `${records} records where ${told} were acknowledged`);
      await tape.write(new Uint8Array(512).fill(0), 512);
      await tape.close();
      await drive.eject();
    }
  });

  it('cuts off exactly the record that is not whole, wherever the file ends', async () => {
    const cartridge = await folder.cartridge();
    const { drive, tape } = await loaded(cartridge.folder);
    for (let number = 0; number < 6; number++) {
      await tape.write(new Uint8Array(new Uint32Array(3 + number).fill(number).buffer), 100);
      if (number % 2) await tape.writeMarks(1);
    }
    await tape.close();
    await drive.eject();
    const data = join(cartridge.folder, 'data.tap');
    const copy = `${data}.whole`;
    await copyFile(data, copy);
    const { size } = await stat(copy);
    let before = 0;
    for (let length = 0; length <= size; length++) {
      await copyFile(copy, data);
      await truncate(data, length);
      const again = await loaded(cartridge.folder);
      const records = await countRecords(again.tape);
      assert.ok(records === before || records === before + 1, `${records} records in ${length} bytes`);
      before = records;
      assert.ok((await stat(data)).size <= length);
      await again.tape.close();
      await again.drive.eject();
    }
    assert.equal(before, 6);
  });

  it('trusts a saved index no further than the data bears it out', async () => {
    const cartridge = await folder.cartridge();
    const { drive, tape } = await loaded(cartridge.folder);
    await tape.write(new Uint8Array(new Uint32Array(100).fill(0).buffer), 400);
    await tape.write(new Uint8Array(new Uint32Array(100).fill(1).buffer), 400);
    await tape.close();
    await drive.eject();
    const index = await readFile(join(cartridge.folder, 'data.index'));
    const data = await readFile(join(cartridge.folder, 'data.tap'));
    await fc.assert(
      fc.asyncProperty(fc.nat(index.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Buffer.from(index);
        damaged[at] ^= change;
        await writeFile(join(cartridge.folder, 'data.index'), damaged);
        const again = await loaded(cartridge.folder);
        assert.equal(await countRecords(again.tape), 2);
        await again.tape.close();
        await again.drive.eject();
      }),
      { numRuns: 25 },
    );
    await writeFile(join(cartridge.folder, 'data.index'), index);
    await writeFile(join(cartridge.folder, 'data.tap'), data.subarray(0, 500));
    const again = await loaded(cartridge.folder);
    assert.equal(await countRecords(again.tape), 1);
    await again.drive.eject();
  });

  it('loads any bytes as a tape', async () => {
    const cartridge = await folder.cartridge();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await writeFile(join(cartridge.folder, 'data.tap'), bytes);
        await rm(join(cartridge.folder, 'data.index'), { force: true });
        const { drive, tape } = await loaded(cartridge.folder);
        for (let n = 0; n < 100; n++) {
          const outcome = await tape.read(new Uint8Array(300));
          if (outcome.kind === 'end') break;
          if (outcome.kind === 'mark') await tape.space('marks', 1);
        }
        await tape.close();
        await drive.eject();
      }),
      { numRuns: 50 },
    );
  });

  it('keeps what it acknowledged when the disk takes no more', async () => {
    const cartridge = await folder.cartridge({ capacity: 1e10 });
    const { told, end } = await scribe(cartridge.folder, undefined, 1000);
    assert.match(end, /error .*(largest size a file may have|full)/);
    const { drive, tape } = await loaded(cartridge.folder);
    assert.equal(await countRecords(tape), told);
    await tape.close();
    await drive.eject();
  });
});
