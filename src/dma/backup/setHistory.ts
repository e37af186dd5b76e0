import { dirname } from 'node:path';
import { messageOf } from '../../transport/messageOf';
import type { Catalog, FileHistorySink } from '../catalog/model';
import type { HistoryVersion } from '../media/layout';
import { HistoryRoll } from './historyRoll';

/** What came of file history. */
export interface FoundFiles {
  files: number;
  /** What was odd about it. */
  problems: readonly string[];
  /** Why the catalog does not have it: then no single files can be restored by it. */
  loss: string | undefined;
}

/**
 * The file history of a set: to the catalog, which makes a tree of it, and as it came to the tape. Trouble with either is
 * told and does not end the backup: all of it can be restored without.
 */
export class SetHistory {
  private loss: string | undefined;
  private rollProblem: string | undefined;

  private constructor(
    private readonly sink: FileHistorySink,
    private readonly roll: HistoryRoll,
    private readonly version: HistoryVersion,
  ) {}

  /** @param set whose record is in the catalog */
  static async begin(catalog: Catalog, set: number, version: HistoryVersion): Promise<SetHistory> {
    const roll = new HistoryRoll(dirname(catalog.file), version);
    return new SetHistory(await catalog.fileHistory(set), roll, version);
  }

  /** Takes a message as it came. @returns what to wait for before the next one, if anything */
  take(payload: Uint8Array): Promise<unknown> | undefined {
    const rolled = this.roll.add(payload);
    if (this.loss !== undefined) return rolled;
    const taken = this.sink.post(payload, this.version).catch((problem: unknown) => {
      this.loss ??= messageOf(problem);
    });
    return Promise.all([rolled, taken]);
  }

  /** No more comes. What is known by then; the tree is made by {@link finish}. */
  async settle(): Promise<FoundFiles> {
    const rolled = this.roll.end().catch((problem: unknown) => {
      this.rollProblem = messageOf(problem);
    });
    const found = await this.found(() => this.sink.settle());
    await rolled;
    return found;
  }

  /** Makes the tree in the catalog, behind {@link settle}. */
  finish(): Promise<FoundFiles> {
    return this.found(() => this.sink.finish());
  }

  /** The tree for the tape, behind {@link settle}, as often as it is wanted; undefined with the reason in {@link treeProblem}. */
  get tree(): AsyncIterable<Uint8Array> | undefined {
    return this.rollProblem === undefined ? { [Symbol.asyncIterator]: () => this.roll.content() } : undefined;
  }

  /** Why there is no tree for the tape. */
  get treeProblem(): string | undefined {
    return this.rollProblem;
  }

  /** The backup came to no good end: the catalog keeps what it has. Never rejects. */
  async abandon(): Promise<void> {
    await this.sink.abandon().catch(() => undefined);
  }

  /** Never rejects. */
  async close(): Promise<void> {
    await this.roll.close();
  }

  private async found(ask: () => Promise<{ files: number; problems: readonly string[] }>): Promise<FoundFiles> {
    if (this.loss === undefined)
      try {
        return { ...(await ask()), loss: undefined };
      } catch (problem) {
        this.loss = messageOf(problem);
      }
    await this.abandon();
    return { files: 0, problems: [], loss: this.loss };
  }
}
