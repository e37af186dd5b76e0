import { openCatalog } from '../../../src/dma/catalog/open';
import { SOME_PART, SOME_TAPE, someSet } from '../../support/catalogs';
import { filePost } from '../../support/historyPosts';

/**
 * A program that the tests kill: `node writer.ts FILE` writes runs, sets, parts and history without end, and says on
 * standard output what it knows to be in the file.
 */
async function write(file: string): Promise<void> {
  const catalog = await openCatalog(file);
  for (let round = 0; ; round++) {
    const run = await catalog.beginRun({ kind: 'backup', job: `round ${round}` });
    const { id: set } = await catalog.beginSet(someSet({ run: run.id, bytes: 10n }));
    // behind what another one that was killed has left
    const begin = (await catalog.tape(SOME_TAPE.barcode))?.files ?? 0;
    const part = { ...SOME_PART, set, bytes: 10n, tapeFile: begin + 1 };
    await catalog.putTape({ ...SOME_TAPE, files: begin + 3 });
    await catalog.putPart({ ...part, closed: false });
    process.stdout.write(`part ${set}\n`);
    const sink = await catalog.fileHistory(set);
    for (let post = 0; post < 40 + 160 * (round % 2); post++) {
      const files = Array.from({ length: 1000 }, (_, i) => ({ path: `/dir-${post}/file-${i}` }));
      await sink.post(filePost(files), 4);
    }
    process.stdout.write(`taken ${set}\n`);
    const { files } = await sink.finish();
    await catalog.putPart(part);
    await catalog.updateSet(set, { state: 'complete', files });
    await catalog.endRun(run.id, { state: 'done', message: '' });
    process.stdout.write(`done ${set}\n`);
  }
}

void write(process.argv[2]).catch((problem: unknown) => {
  process.stdout.write(`failed ${problem instanceof Error ? `${problem.constructor.name} ${problem.message}` : ''}\n`);
  process.exit(3);
});
