import { createHash, type Hash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { DataAddress } from '../../transport/dataAddress';
import { messageOf } from '../../transport/messageOf';
import { cutOff } from './cutOff';
import { openSide, type DataSocket, type OpenedSide, type Side } from './side';

/** Milliseconds for which bytes are thrown away that a mover still sends after the data server had enough. */
const PATIENCE = 30_000;

export interface RelayOrder {
  /** Where the stream comes from: the data server in a backup, the mover in a recovery. */
  source: Side;
  /** Where it goes: the mover in a backup, the data server in a recovery. */
  sink: Side;
  /**
   * `backup`: a sink that ends before the source is a failure, and the source is told so by a reset. `recovery`: the data
   * server may have enough before the end; the mover then sees an orderly close.
   */
  purpose: 'backup' | 'recovery';
  /** Chooses what of a recovery's stream goes on; undefined for bytes that nobody asked for. Without it everything does. */
  filter?: (bytes: Uint8Array) => readonly Uint8Array[] | undefined;
  signal?: AbortSignal;
}

/** How a relay ended. `source-closed`: all that the source sent has been delivered, and both ends were closed in order. */
export type RelayEnding = 'source-closed' | 'sink-closed' | 'broken' | 'aborted';

export interface RelayEnd {
  how: RelayEnding;
  bytes: bigint;
  /** SHA-256 of the bytes that went through, in hexadecimal. */
  digest: string;
  /** What went wrong, for people; undefined when nothing did. */
  problem: string | undefined;
}

/** A stream on its way through this machine. */
export interface Relay {
  /** Where the source, the sink has to connect to; undefined for a side that this machine connects to. */
  readonly sourceAddress: DataAddress | undefined;
  readonly sinkAddress: DataAddress | undefined;
  /** Bytes so far. */
  readonly bytes: bigint;
  /** Settles when both sides are there; rejects with a DmaFailure when one does not come. */
  readonly connected: Promise<void>;
  /** Settles when it is over, also when it never began. Never rejects. */
  readonly done: Promise<RelayEnd>;
  /** Breaks both connections: either side sees a reset. */
  abort(): void;
}

/**
 * Puts this machine between a data server and a mover: what the source sends goes to the sink, counted, with its
 * SHA-256, and no faster than the sink takes it. Listens, or connects, at once.
 * @throws DmaFailure when this machine cannot listen, or a side that listens cannot be reached
 */
export async function startRelay(order: RelayOrder): Promise<Relay> {
  const source = await openSide(order.source);
  try {
    return new RunningRelay(order, source, await openSide(order.sink));
  } catch (error) {
    source.close();
    void source.connection.then(
      ({ socket }) => cutOff(socket),
      () => undefined,
    );
    throw error;
  }
}

class RunningRelay implements Relay {
  readonly connected: Promise<void>;
  readonly done: Promise<RelayEnd>;
  private count = 0;
  private readonly hash: Hash = createHash('sha256');
  private end: ((how: RelayEnding, problem?: string) => void) | undefined;

  constructor(
    private readonly order: RelayOrder,
    private readonly source: OpenedSide,
    private readonly sink: OpenedSide,
  ) {
    const onAbort = (): void => this.abort();
    const ended = new Promise<{ how: RelayEnding; problem?: string }>((resolve) => {
      this.end = (how, problem) => resolve({ how, problem });
    });
    this.connected = this.join();
    this.connected.catch((error: unknown) => this.give('broken', messageOf(error)));
    this.done = ended.then(({ how, problem }) => {
      order.signal?.removeEventListener('abort', onAbort);
      return { how, problem, bytes: this.bytes, digest: this.hash.digest('hex') };
    });
    order.signal?.addEventListener('abort', onAbort, { once: true });
    if (order.signal?.aborted) onAbort();
  }

  get sourceAddress(): DataAddress | undefined {
    return this.source.address;
  }

  get sinkAddress(): DataAddress | undefined {
    return this.sink.address;
  }

  get bytes(): bigint {
    return BigInt(this.count);
  }

  abort(): void {
    this.give('aborted', 'the relay was ended');
  }

  private async join(): Promise<void> {
    const [source, sink] = await Promise.all([this.source.connection, this.sink.connection]);
    if (this.end !== undefined) this.carry(source, sink.socket);
  }

  /** Ends for a reason that leaves nobody in doubt: both sides see a reset. */
  private give(how: RelayEnding, problem: string): void {
    this.finish(how, problem);
    this.source.close();
    this.sink.close();
    for (const side of [this.source, this.sink])
      void side.connection.then(
        ({ socket }) => cutOff(socket),
        () => undefined,
      );
  }

  private finish(how: RelayEnding, problem?: string): void {
    const { end } = this;
    this.end = undefined;
    end?.(how, problem);
  }

  private carry({ socket: source, reads }: DataSocket, sink: Socket): void {
    const { order } = this;
    let sourceEnded = false;
    reads.take = (bytes, reuse) => {
      if (this.end === undefined) {
        reuse();
        return true;
      }
      if (order.filter === undefined) return this.pass(bytes, sink, reuse);
      const pieces = order.filter(bytes);
      if (pieces === undefined) this.give('broken', `${order.source.peer} sends what nobody has asked for`);
      if (pieces === undefined || pieces.length === 0) reuse();
      const last = (pieces?.length ?? 0) - 1;
      return pieces?.map((piece, n) => this.pass(piece, sink, n === last ? reuse : undefined)).at(-1) ?? true;
    };
    sink.on('drain', () => source.resume());
    source.on('end', () => {
      sourceEnded = true;
      sink.end();
    });
    sink.on('finish', () => {
      if (!sourceEnded) return;
      this.finish('source-closed');
      source.end();
      for (const socket of [source, sink]) socket.unref(); // the rest is the system's and the peers' business
    });
    source.on('close', () => {
      if (!sourceEnded) this.give('broken', `the connection to ${order.source.peer} broke off`);
    });
    sink.on('close', () => {
      if (!sink.writableFinished) this.give('broken', `the connection to ${order.sink.peer} broke off`);
    });
    sink.on('end', () => {
      if (sourceEnded) return;
      if (order.purpose === 'backup') this.give('broken', `${order.sink.peer} closed before the end of the stream`);
      else this.sinkHasEnough(source, sink);
    });
    sink.resume(); // a sink sends nothing but its end
    source.resume();
  }

  /** @returns whether the sink has room for more */
  private pass(bytes: Uint8Array, sink: Socket, reuse: (() => void) | undefined): boolean {
    this.count += bytes.length;
    this.hash.update(bytes);
    return sink.write(bytes, reuse);
  }

  /** A data server that recovers few files does not wait for the rest of the tape. */
  private sinkHasEnough(source: Socket, sink: Socket): void {
    this.finish('sink-closed');
    sink.end();
    source.resume();
    source.end();
    const timer = setTimeout(() => cutOff(source), PATIENCE);
    timer.unref();
    source.once('close', () => clearTimeout(timer));
  }
}

/** Does what brings both sides to a relay; where that fails the relay is given up. */
export async function withRelay(relay: Relay, step: () => Promise<void>): Promise<Relay> {
  try {
    await step();
    return relay;
  } catch (error) {
    relay.abort();
    throw error;
  }
}
