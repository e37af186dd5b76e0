import { createHash } from 'node:crypto';
import type { DataAddress } from '../../transport/dataAddress';
import { messageOf } from '../../transport/messageOf';
import { DmaFailure } from '../connection/failures';
import { cutOff } from './cutOff';
import { openSide, type OpenedSide, type Side } from './side';

export interface ReceiveOrder {
  /** Who sends: a mover, or a data server. */
  source: Side;
  /** Bytes of the stream: what comes behind them, such as the padding of the last record, is thrown away. */
  limit?: bigint;
  /** Is shown every byte in its order; the bytes are good only during the call. Throwing ends the receiving. */
  take?: (bytes: Uint8Array) => void;
  signal?: AbortSignal;
}

/** How it ended. `closed`: the sender closed in order. `enough`: {@link Receiver.finish} was called. */
export interface Received {
  how: 'closed' | 'enough' | 'broken' | 'aborted';
  bytes: bigint;
  /** SHA-256 of all of it, in hexadecimal. */
  digest: string;
  problem: string | undefined;
}

/** A data connection that ends in this machine. */
export interface Receiver {
  /** Where the sender has to connect to; undefined when this machine connects to it. */
  readonly address: DataAddress | undefined;
  readonly bytes: bigint;
  /** Settles when the sender is there; rejects with a DmaFailure when it does not come. */
  readonly connected: Promise<void>;
  /** Never rejects. */
  readonly done: Promise<Received>;
  /** Closes in order, as a data server does that has all it needs. */
  finish(): void;
}

/**
 * Receives a stream in this machine, in place of a data server.
 * @throws DmaFailure when this machine cannot listen, or a sender that listens cannot be reached
 */
export async function receiveStream(order: ReceiveOrder): Promise<Receiver> {
  return new RunningReceiver(order, await openSide(order.source));
}

class RunningReceiver implements Receiver {
  readonly connected: Promise<void>;
  readonly done: Promise<Received>;
  private count = 0;
  private readonly limit: number;
  private readonly hash = createHash('sha256');
  private end: ((how: Received['how'], problem?: string) => void) | undefined;

  constructor(
    private readonly order: ReceiveOrder,
    private readonly source: OpenedSide,
  ) {
    const { signal, limit } = order;
    this.limit = limit === undefined ? Infinity : Number(limit);
    const onAbort = (): void => this.breakOff('aborted', 'the receiving was ended');
    const ended = new Promise<{ how: Received['how']; problem?: string }>((resolve) => {
      this.end = (how, problem) => resolve({ how, problem });
    });
    this.connected = this.run();
    this.connected.catch((error: unknown) => this.breakOff('broken', messageOf(error)));
    this.done = ended.then(({ how, problem }) => {
      signal?.removeEventListener('abort', onAbort);
      return { how, problem, bytes: this.bytes, digest: this.hash.digest('hex') };
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  }

  get address(): DataAddress | undefined {
    return this.source.address;
  }

  get bytes(): bigint {
    return BigInt(this.count);
  }

  finish(): void {
    this.settle('enough');
    this.source.close();
    void this.source.connection.then(
      ({ socket }) => socket.end(() => socket.destroy()),
      () => undefined,
    );
  }

  private async run(): Promise<void> {
    const { socket, reads } = await this.source.connection;
    if (this.end === undefined) throw new DmaFailure('The receiving had ended before the sender came.');
    reads.take = (bytes, reuse) => {
      this.take(bytes);
      reuse();
      return true;
    };
    socket.on('end', () => {
      this.settle('closed');
      socket.end();
    });
    socket.on('close', () => this.settle('broken', `the connection to ${this.order.source.peer} broke off`));
    socket.resume();
  }

  private take(all: Uint8Array): void {
    if (this.end === undefined) return;
    const bytes = all.subarray(0, Math.max(0, this.limit - this.count));
    this.count += bytes.length;
    this.hash.update(bytes);
    try {
      this.order.take?.(bytes);
    } catch (error) {
      this.breakOff('broken', messageOf(error));
    }
  }

  private breakOff(how: 'broken' | 'aborted', problem: string): void {
    this.settle(how, problem);
    this.source.close();
    void this.source.connection.then(
      ({ socket }) => cutOff(socket),
      () => undefined,
    );
  }

  private settle(how: Received['how'], problem?: string): void {
    const { end } = this;
    this.end = undefined;
    end?.(how, problem);
  }
}
