import { findCode, type BodyValue, type MessageName } from '../../src/protocol';
import { ConnectionLost, refusal } from '../../src/dma/connection/failures';
import type { NdmpConnection, Post, PostListener, ReplyBody } from '../../src/dma/connection/model';

export type Script = (name: string, body: BodyValue) => BodyValue | Promise<BodyValue>;

/** A control connection without a server: a script answers requests, and a test posts what it likes. */
export class ScriptedConnection implements NdmpConnection {
  readonly address = '192.0.2.1';
  readonly port = 10000;
  readonly localAddress = '192.0.2.2';
  readonly extensions = new Map<number, number>();
  /** Requests in their order. */
  readonly requests: { name: string; body: BodyValue }[] = [];
  readonly closed: Promise<Error | undefined>;
  isOpen = true;
  private readonly listeners = new Set<PostListener>();
  private end: (error: Error | undefined) => void = () => undefined;

  /** @param script the reply's body; its `error` may be the name of an error */
  constructor(
    private readonly script: Script,
    readonly version: NdmpConnection['version'] = 4,
    readonly server = 'scripted',
  ) {
    this.closed = new Promise((resolve) => (this.end = resolve));
  }

  async request<N extends MessageName>(name: N, body: BodyValue = {}): Promise<ReplyBody<N>> {
    const { error, body: reply } = await this.ask(name, body);
    if (error !== 'NO_ERR') throw refusal(this.server, name, error);
    return reply;
  }

  async ask<N extends MessageName>(name: N, body: BodyValue = {}): Promise<{ error: string; body: ReplyBody<N> }> {
    if (!this.isOpen) throw new ConnectionLost(this.server, `${this.server} is gone.`);
    this.requests.push({ name, body });
    const reply = await this.script(name, body);
    return { error: typeof reply.error === 'string' ? reply.error : 'NO_ERR', body: reply };
  }

  listen(listener: PostListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A post of the server. */
  async post(name: MessageName, body: BodyValue, payload: Uint8Array = new Uint8Array(0)): Promise<void> {
    const post: Post = { code: findCode(name) ?? 0, name, payload, body: () => body };
    for (const listener of this.listeners) await listener(post);
  }

  /** The connection breaks, or ends. */
  break(error?: Error): void {
    this.isOpen = false;
    this.end(error);
  }

  close(): Promise<void> {
    this.break();
    return Promise.resolve();
  }

  destroy(): void {
    this.break();
  }
}
