import { unlessAborted } from '../backup/waiting';
import type { NdmpConnection } from '../connection/model';
import type { Surroundings } from '../run/model';
import type { Mounts } from './seat';

/** Seconds between two questions to a server that has nothing to do while a tape is fetched. */
const ASK_SECONDS = 30;

/**
 * Ends what waits for tapes, changers and people when a server of the run goes away meanwhile: nobody looks for a tape for a
 * restore that cannot go on. Servers are asked now and then, for one that hangs breaks no connection.
 */
export class LossWatch {
  private readonly loss = new AbortController();
  private problem: Error | undefined;
  private readonly watched: { connection: NdmpConnection; ask: () => Promise<unknown> }[] = [];

  /** For the library: what waits in them ends by the user's wish, or when a server has gone. */
  readonly surroundings: Surroundings;

  constructor(private readonly outer: Surroundings) {
    const signal = AbortSignal.any([outer.signal, this.loss.signal]);
    const ask: Surroundings['events']['ask'] = (question) =>
      unlessAborted(outer.events.ask?.(question, signal) ?? Promise.resolve('give-up'), signal);
    const events = Object.create(outer.events, { ask: { value: ask } }) as Surroundings['events'];
    this.surroundings = Object.create(outer, { events: { value: events }, signal: { value: signal } }) as Surroundings;
  }

  /** @param ask a request that every server answers at once */
  add(connection: NdmpConnection, ask: () => Promise<unknown>): void {
    this.watched.push({ connection, ask });
    void connection.closed.then((problem) => this.lose(problem));
  }

  /** Does what may take long. @throws the loss of a server in place of what it led to */
  async during<T>(work: () => Promise<T>): Promise<T> {
    let isAsking = false;
    const timer = setInterval(() => {
      if (isAsking) return;
      isAsking = true;
      void this.askAll().finally(() => (isAsking = false));
    }, ASK_SECONDS * 1000);
    try {
      if (this.problem) throw this.problem;
      return await work();
    } catch (problem) {
      throw this.outer.signal.aborted ? problem : (this.problem ?? problem);
    } finally {
      clearInterval(timer);
    }
  }

  /** The same library; what it takes long for ends when a server has gone. */
  over<L extends Mounts>(library: L): L {
    const mount: Mounts['mount'] = (...tape) => this.during(() => library.mount(...tape));
    return Object.assign(Object.create(library) as L, { mount });
  }

  private async askAll(): Promise<void> {
    for (const { connection, ask } of this.watched)
      await ask().catch((problem: unknown) => {
        if (connection.isOpen && problem instanceof Error) this.lose(problem);
      });
  }

  private lose(problem: Error | undefined): void {
    if (!problem) return;
    this.problem ??= problem;
    this.loss.abort();
  }
}
