import { createWriteStream } from 'node:fs';
import { openCartridge, VirtualDrive } from '../../src/server/tape/virtual';

/**
 * A program that writes numbered records onto the cartridge in a folder until it is killed, and says on descriptor 3 what
 * it was told is on the tape: `node --import tsx tapeScribe.ts FOLDER`. A record holds its number in every word; a
 * mark follows every twentieth call. Ends with "error CODE" when the tape refuses.
 */
async function main(folder: string): Promise<void> {
  const report = createWriteStream('', { fd: 3 });
  const say = (line: string): void => void report.write(`${line}\n`);
  const drive = new VirtualDrive({ name: 'scribe', serial: '1' });
  await drive.load(await openCartridge(folder));
  const tape = await drive.open('RDWR');
  let next = 0;
  for (let call = 1; ; call++) {
    const count = 1 + (call % 7);
    const size = 512 * (1 + (call % 40));
    const bytes = new Uint32Array((count * size) / 4);
    for (let i = 0; i < count; i++) bytes.fill(next + i, (i * size) / 4, ((i + 1) * size) / 4);
    const { written, stopped } = await tape.write(new Uint8Array(bytes.buffer), size);
    next += written;
    say(String(next));
    if (stopped) return say(`error ${stopped}`);
    if (call % 20 === 0) await tape.writeMarks(1);
  }
}

main(process.argv[2]).catch((error: unknown) => {
  createWriteStream('', { fd: 3 }).end(`error ${(error as Error).message}\n`);
});
