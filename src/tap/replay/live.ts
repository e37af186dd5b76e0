import type { Socket } from 'node:net';
import {
  decodeHeader,
  decodeProper,
  interfaceOf,
  type BodyValue,
  type Header,
  type MessageKind,
  type NdmpVersion,
} from '../../protocol';
import { ControlConnection, type Outgoing } from '../../transport';
import { messageOf } from '../../transport/messageOf';
import type { LiveRecord, LiveSink, Target } from './model';

const RECORD_BYTES = 64 * 1024 * 1024;
const RECORD_SECONDS = 120;
/** Posts that nothing waits for. */
const UNASKED: ReadonlySet<string> = new Set(['fh', 'log']);
/** Messages that nobody has looked at yet. */
const MOST_WAITING = 100_000;

/** A message that came over a live connection. */
export interface Incoming {
  header: Header;
  payload: Uint8Array;
}

/** A live control connection of a replay, of either side: what came is kept until it is asked for. */
export class Live {
  /** As the recording says: both sides speak it when the recording is followed. */
  version: NdmpVersion = 4;
  /** Why it is over. */
  ended: string | undefined;
  private readonly connection: ControlConnection;
  private readonly record: LiveRecord;
  private readonly waiting: Incoming[] = [];
  private readonly wakers = new Set<() => void>();

  constructor(
    readonly socket: Socket,
    private readonly side: 'dma' | 'server',
    sink: LiveSink,
  ) {
    const local = { host: socket.localAddress ?? '', port: socket.localPort ?? 0 };
    const remote = { host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    const [client, server]: Target[] = side === 'dma' ? [local, remote] : [remote, local];
    this.record = sink.connection(client, server);
    this.connection = new ControlConnection(
      socket,
      {
        record: (payload) => this.came(payload),
        closed: (error) => this.over(error === undefined ? 'it was closed' : messageOf(error), error === undefined),
        traced: (sent, payload, milliseconds) =>
          this.record.message(sent === (side === 'server'), payload, milliseconds),
      },
      { recordBytes: RECORD_BYTES, recordSeconds: RECORD_SECONDS },
    );
  }

  /** @returns the message's sequence number */
  send(message: Outgoing): number {
    return this.connection.send(message);
  }

  /**
   * The first message that is as asked, and was not taken before.
   * @returns undefined when it did not come in so many milliseconds, or the connection is over
   */
  async next(isIt: (incoming: Incoming) => boolean, milliseconds: number): Promise<Incoming | undefined> {
    const until = Date.now() + milliseconds;
    for (;;) {
      const at = this.waiting.findIndex(isIt);
      if (at >= 0) return this.waiting.splice(at, 1)[0];
      const left = until - Date.now();
      if (this.ended !== undefined || left <= 0) return undefined;
      await this.change(left);
    }
  }

  /** The body of a message that came, as the version defines it. */
  bodyOf({ header, payload }: Incoming, kind: MessageKind): BodyValue | undefined {
    if (header.error !== 0) return undefined;
    return decodeProper(payload, { code: header.code, kind, version: this.version, headerError: header.error });
  }

  /** Ends it in order; what waits to be sent is sent. */
  end(): void {
    this.connection.end();
  }

  destroy(): void {
    this.connection.destroy();
  }

  private came(payload: Uint8Array): void {
    const header = decodeHeader(payload);
    if (header?.messageType === 0 && UNASKED.has(interfaceOf(header.code))) return;
    if (header && this.waiting.length < MOST_WAITING) this.waiting.push({ header, payload: new Uint8Array(payload) });
    this.wake();
  }

  private over(why: string, inOrder: boolean): void {
    this.ended = why;
    this.record.closed(Date.now(), inOrder);
    this.wake();
  }

  private wake(): void {
    for (const waker of this.wakers) waker();
  }

  private change(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.wakers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.wakers.add(done);
    });
  }
}
