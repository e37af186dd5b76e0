import type { AnswerOf, AskOf, ExchangeName, HostMessage, WebviewMessage } from '../src/extension/messages';

type Event = Exclude<HostMessage, { type: 'answer' } | { type: 'failed' }>;
type EventOf<T extends Event['type']> = Extract<Event, { type: T }>;
type Tell = Exclude<WebviewMessage, { type: 'ask' }>;

interface Waiting {
  what: ExchangeName;
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** The host answered `failed`; the message is fit for users. */
export class AskError extends Error {
  override readonly name = 'AskError';
}

/** The view's end of the line to the extension host: typed asks with answers, events, and nothing out of date. */
export class Bus {
  private nextId = 1;
  private readonly waiting = new Map<number, Waiting>();
  private readonly newest = new Map<string, number>();
  private readonly listeners = new Map<string, ((event: never) => void)[]>();

  constructor(private readonly post: (message: WebviewMessage) => void) {}

  tell(message: Tell): void {
    this.post(message);
  }

  /** Asks and waits for the answer. Rejects with AskError when the host answers `failed`. */
  ask<K extends ExchangeName>(what: K, ask: AskOf<K>): Promise<AnswerOf<K>> {
    return this.send(this.nextId++, what, ask);
  }

  /**
   * Like ask, for what only the newest is wanted of: a later call with the same `slot` makes this one resolve to
   * undefined at once, and its answer is dropped when it comes.
   */
  askNewest<K extends ExchangeName>(what: K, ask: AskOf<K>, slot: string = what): Promise<AnswerOf<K> | undefined> {
    this.drop(slot);
    const id = this.nextId++;
    this.newest.set(slot, id);
    return this.send<K>(id, what, ask).finally(() => {
      if (this.newest.get(slot) === id) this.newest.delete(slot);
    });
  }

  /** Forgets what a slot waits for. */
  drop(slot: string): void {
    const id = this.newest.get(slot);
    if (id === undefined) return;
    this.newest.delete(slot);
    const stale = this.waiting.get(id);
    if (!this.waiting.delete(id)) return;
    this.tell({ type: 'forget', id });
    stale?.resolve(undefined);
  }

  on<T extends Event['type']>(type: T, listener: (event: EventOf<T>) => void): void {
    const list = this.listeners.get(type) ?? [];
    list.push(listener);
    this.listeners.set(type, list);
  }

  /** Takes in one message from the host. */
  receive(message: HostMessage): void {
    if (message.type === 'answer' || message.type === 'failed') {
      const waiting = this.waiting.get(message.id);
      if (!waiting || waiting.what !== message.what) return;
      this.waiting.delete(message.id);
      if (message.type === 'answer') waiting.resolve(message.answer);
      else waiting.reject(new AskError(message.text));
      return;
    }
    for (const listener of this.listeners.get(message.type) ?? []) listener(message as never);
  }

  private send<K extends ExchangeName>(id: number, what: K, ask: AskOf<K>): Promise<AnswerOf<K>> {
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { what, resolve, reject });
      this.post({ type: 'ask', id, what, ask } as WebviewMessage);
    });
  }
}
