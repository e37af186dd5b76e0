/** Lets one thing after the other be done: a robot has one hand. */
export class Queue {
  private last: Promise<unknown> = Promise.resolve();

  /** Does `work` when all that was asked for before is done, well or not. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }
}
