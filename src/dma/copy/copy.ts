import { escapeText } from '../../protocol';
import { messageOf } from '../../transport/messageOf';
import type { TapeRecord } from '../catalog/model';
import { Aborted, DmaFailure } from '../connection/failures';
import { Libraries } from './libraries';
import { messageOfSources, withRun } from '../run/runBook';
import type { RunReport, SourceResult, Surroundings } from '../run/model';
import { MediaHouse } from '../schedule/house';
import { isInPool, serverOf, sourceOf } from './choose';
import type { CopyRequest, CopySource } from './model';
import { copySet, type SetCopy } from './oneSet';

/**
 * Copies sets from tape to tape, one after the other; each becomes a further copy of its image in the catalog. One that
 * fails does not keep the others from being copied.
 * @throws DmaFailure for what cannot even be begun; how it went otherwise is in the report
 */
export async function runCopy(request: CopyRequest, surroundings: Surroundings): Promise<RunReport> {
  const sources = await sourcesOf(request, surroundings);
  const libraries = new Libraries(surroundings);
  const house = new MediaHouse((target) => libraries.get(target.server, target.changer));
  try {
    return await withRun(surroundings, { kind: 'copy', job: sources[0]?.source.set.job }, async ({ id }) => {
      const results: SourceResult[] = [];
      for (const [index, { source, from, to }] of sources.entries()) {
        if (surroundings.signal.aborted) throw new Aborted('The copy was aborted.');
        const copy: SetCopy = { run: id, index, source, from, to, request, surroundings, libraries, house };
        results.push(await copied(copy));
      }
      return { sources: results, message: messageOfSources(results) };
    });
  } finally {
    await libraries.close();
  }
}

async function sourcesOf(request: CopyRequest, { catalog, events }: Surroundings) {
  const sources: { source: CopySource; from: string; to: string }[] = [];
  for (const id of request.sets) {
    const set = await catalog.set(id);
    if (!set) throw new DmaFailure(`There is no set ${id} in the catalog.`);
    const parts = await catalog.parts(id);
    const tapes = new Map<string, TapeRecord>();
    for (const { barcode } of parts) {
      const tape = await catalog.tape(barcode);
      if (tape) tapes.set(barcode, tape);
    }
    if (!request.again && isInPool(set, parts, tapes, request.pool)) {
      events.message?.('info', `Set ${id} lies in pool "${request.pool}" already: it is not copied again.`);
      continue;
    }
    const source = sourceOf(set, parts, tapes);
    const from = request.from ?? serverOf(source, tapes);
    sources.push({ source, from, to: request.to ?? from });
  }
  return sources;
}

async function copied(order: SetCopy): Promise<SourceResult> {
  const { source, surroundings } = order;
  const begun = Date.now();
  const { path, id, files } = source.set;
  const base = { path: escapeText(path), set: id, files };
  try {
    const done = await copySet(order);
    return { ...base, ...done, state: 'done', milliseconds: Date.now() - begun, message: '' };
  } catch (problem) {
    if (!(problem instanceof DmaFailure) && !surroundings.signal.aborted) throw problem;
    const state = problem instanceof Aborted || surroundings.signal.aborted ? 'aborted' : 'failed';
    const nothing = { bytes: 0n, transferMilliseconds: 0, barcodes: [] };
    return { ...base, ...nothing, state, milliseconds: Date.now() - begun, message: messageOf(problem) };
  }
}
