/** A value that tells when it changes. */
export class Signal<T> {
  private readonly listeners = new Set<(value: T, before: T) => void>();

  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set value(next: T) {
    if (Object.is(next, this.current)) return;
    const before = this.current;
    this.current = next;
    for (const listener of [...this.listeners]) listener(next, before);
  }

  /** Calls back on every change; returns the function that ends it. */
  onChange(listener: (value: T, before: T) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Calls back now and on every change. */
  follow(listener: (value: T, before?: T) => void): () => void {
    listener(this.current);
    return this.onChange(listener);
  }
}
