import { DmaFailure } from '../connection/failures';
import { checkCatalog } from './check/check';
import { FileTrees } from './files/trees';
import type { Answer, Operations, Request } from './messages';
import * as parts from './store/parts';
import * as runs from './store/runs';
import * as servers from './store/servers';
import * as sets from './store/sets';
import { Store } from './store/store';
import * as tapes from './store/tapes';

/** Does what the catalog is asked to do, in the thread that has its file. */
export class Engine {
  private readonly store: Store;
  private readonly trees: FileTrees;

  constructor(file: string) {
    this.store = new Store(file);
    this.trees = new FileTrees(this.store);
  }

  /** Never rejects. */
  async answer({ id, operation, args }: Request): Promise<Answer> {
    try {
      const work = this.operations[operation] as (...args: readonly unknown[]) => Promise<unknown>;
      return { id, result: await work(...args) };
    } catch (problem) {
      if (problem instanceof DmaFailure) return { id, failure: problem.message };
      return { id, stack: problem instanceof Error ? (problem.stack ?? problem.message) : String(problem) };
    }
  }

  private readonly operations: Operations = {
    open: () => this.store.write((db) => runs.buryTheDead(db)),
    beginRun: (run) => this.store.write((db) => runs.beginRun(db, run, Date.now()), 'process'),
    endRun: (id, { state, message }) =>
      this.store.write((db) => {
        if (!runs.endRun(db, id, state, message, Date.now())) throw new DmaFailure(`There is no run ${id}.`);
      }),
    runs: (filter = {}) => this.store.use((db) => runs.listRuns(db, filter)),
    beginSet: (set) => this.store.write((db) => sets.beginSet(db, set), 'process'),
    updateSet: (id, change) =>
      this.store.write((db) => sets.updateSet(db, id, change), change.state === 'complete' ? 'power' : 'process'),
    set: (id) => this.store.use((db) => sets.findSet(db, id)),
    sets: (filter = {}) => this.store.use((db) => sets.listSets(db, filter)),
    chain: (id) => this.store.use((db) => sets.chainOf(db, id)),
    removeSet: async (id) => {
      await this.trees.remove(id);
      await this.store.write((db) => sets.deleteSet(db, id));
    },
    putPart: (part) => this.store.write((db) => parts.putPart(db, part), 'process'),
    parts: (set) => this.store.use((db) => parts.partsOf(db, set)),
    partsOnTape: (barcode) => this.store.use((db) => parts.partsOnTape(db, barcode)),
    putTape: (tape) => this.store.write((db) => tapes.putTape(db, tape), 'process'),
    removeTape: (barcode) => this.store.write((db) => tapes.removeTape(db, barcode)),
    tape: (barcode) => this.store.use((db) => tapes.findTape(db, barcode)),
    tapes: (filter = {}) => this.store.use((db) => tapes.listTapes(db, filter)),
    recycleTape: (barcode) => this.store.write((db) => parts.forgetParts(db, barcode)),
    rememberServer: (name, identity, address) =>
      this.store.write((db) => servers.rememberServer(db, { name, identity, address }, Date.now()), 'process'),
    serverIdentity: (name) => this.store.use((db) => servers.serverIdentity(db, name)),
    ownerOf: (identity, path) => this.store.use((db) => servers.ownerOf(db, identity, path)),
    claim: (identity, path, job) => this.store.write((db) => servers.claim(db, identity, path, job), 'process'),
    beginHistory: (set) => this.trees.begin(set),
    takePosts: (set, batch, ends) => this.trees.take(set, batch, ends),
    settleHistory: (set) => this.trees.settle(set),
    finishHistory: (set) => this.trees.finish(set),
    abandonHistory: (set) => this.trees.abandon(set),
    list: (set, directory, options = {}) => this.trees.list(set, directory, options),
    listChain: (set, directory, options = {}) => this.trees.listChain(set, directory, options),
    stat: (set, path) => this.trees.stat(set, path),
    search: (text, options = {}) => this.trees.search(text, options),
    walkBatch: (set, directory, from) => this.trees.walkBatch(set, directory, from),
    check: (options = {}) => checkCatalog(this.store, this.trees, options),
    close: () => this.store.close(),
  };
}
