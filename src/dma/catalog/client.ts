import { DmaFailure } from '../connection/failures';
import { HistorySink } from './sink';
import type { Answer, Arguments, Operation, Result } from './messages';
import type * as model from './model';
import { openWorkplace, type Workplace } from './workplace';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (problem: Error) => void;
}

/** The catalog as the rest of the program sees it: requests to the thread that has the file, and its answers. */
export class CatalogClient implements model.Catalog {
  private readonly waiting = new Map<number, Waiting>();
  private workplace: Workplace | undefined;
  private nextId = 1;
  private why = 'has been closed';

  private constructor(readonly file: string) {}

  static async start(file: string, workplace = openWorkplace): Promise<CatalogClient> {
    const client = new CatalogClient(file);
    client.workplace = await workplace(
      file,
      (answer) => client.take(answer),
      (why) => client.lose(why),
    );
    return client;
  }

  readonly open = this.asked('open');
  readonly beginRun = this.asked('beginRun');
  readonly endRun = this.asked('endRun');
  readonly runs = this.asked('runs');
  readonly beginSet = this.asked('beginSet');
  readonly updateSet = this.asked('updateSet');
  readonly set = this.asked('set');
  readonly sets = this.asked('sets');
  readonly chain = this.asked('chain');
  readonly removeSet = this.asked('removeSet');
  readonly putPart = this.asked('putPart');
  readonly parts = this.asked('parts');
  readonly partsOnTape = this.asked('partsOnTape');
  readonly putTape = this.asked('putTape');
  readonly removeTape = this.asked('removeTape');
  readonly tape = this.asked('tape');
  readonly tapes = this.asked('tapes');
  readonly recycleTape = this.asked('recycleTape');
  readonly rememberServer = this.asked('rememberServer');
  readonly serverIdentity = this.asked('serverIdentity');
  readonly ownerOf = this.asked('ownerOf');
  readonly claim = this.asked('claim');
  readonly list = this.asked('list');
  readonly listChain = this.asked('listChain');
  readonly stat = this.asked('stat');
  readonly search = this.asked('search');
  readonly check = this.asked('check');

  async fileHistory(set: number): Promise<model.FileHistorySink> {
    await this.ask('beginHistory', [set]);
    return new HistorySink({
      take: (batch, ends) => this.ask('takePosts', [set, batch, ends], [batch.buffer as ArrayBuffer]),
      settle: () => this.ask('settleHistory', [set]),
      finish: () => this.ask('finishHistory', [set]),
      abandon: () => this.ask('abandonHistory', [set]),
    });
  }

  async *walk(set: number, directory: string): AsyncIterable<readonly model.FileEntry[]> {
    let from: Uint8Array | undefined;
    do {
      const batch = await this.ask('walkBatch', [set, directory, from]);
      if (batch.entries.length > 0) yield batch.entries;
      from = batch.next;
    } while (from !== undefined);
  }

  /** A second one does nothing. */
  async close(): Promise<void> {
    const { workplace } = this;
    if (workplace === undefined) return;
    try {
      await this.ask('close', []);
    } finally {
      this.workplace = undefined;
      await workplace.end();
    }
  }

  private asked<K extends Operation>(operation: K): (...args: Arguments<K>) => Promise<Result<K>> {
    return (...args) => this.ask(operation, args);
  }

  private ask<K extends Operation>(
    operation: K,
    args: Arguments<K>,
    give: readonly ArrayBuffer[] = [],
  ): Promise<Result<K>> {
    const { workplace } = this;
    if (workplace === undefined) return Promise.reject(new DmaFailure(`The catalog ${this.file} ${this.why}.`));
    const id = this.nextId++;
    return new Promise<Result<K>>((resolve, reject) => {
      this.waiting.set(id, { resolve: (result) => resolve(result as Result<K>), reject });
      workplace.send({ id, operation, args }, give);
    });
  }

  private take({ id, result, failure, stack }: Answer): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (failure !== undefined) waiting?.reject(new DmaFailure(failure));
    else if (stack !== undefined) waiting?.reject(new Error(stack));
    else waiting?.resolve(result);
  }

  private lose(why: string): void {
    this.workplace = undefined;
    this.why = `is not worked on any more: its thread ended (${why}). Start the program again`;
    for (const { reject } of this.waiting.values()) reject(new DmaFailure(`The catalog ${this.file} ${this.why}.`));
    this.waiting.clear();
  }
}
