import { openLibrary } from '../../src/server/library/open';

/**
 * A process of its own, to be killed: has a library's cartridges moved about for ever, and prints each move as "FROM TO" when
 * it was answered.
 */
async function main(folder: string): Promise<void> {
  const library = await openLibrary(folder);
  const elements = library.inventory().filter(({ kind }) => kind !== 'transport');
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)];
  for (;;) {
    const held = library.inventory().filter(({ cartridge }) => cartridge !== undefined);
    const from = oneOf(held).element;
    const to = oneOf(elements).element;
    const cdb = Buffer.alloc(12);
    cdb[0] = 0xa5;
    cdb.writeUInt16BE(from, 4);
    cdb.writeUInt16BE(to, 6);
    const { status } = await library.changer.execute({ cdb, dataOut: Buffer.of(), dataInLength: 0, timeout: 0 });
    if (status === 0 && from !== to) process.stdout.write(`${from} ${to}\n`);
  }
}

void main(process.argv[2]);
