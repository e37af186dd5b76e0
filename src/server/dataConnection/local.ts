import { refuse } from '../failure';
import { Inbox } from './inbox';
import type { DataAddress } from '../../transport/dataAddress';
import { DataConnectionLost, type DataEnd, type DataListener, type LocalExchange } from './model';

/** Bytes that wait for the reader before the writer is held back. */
const ROOM = 1024 * 1024;
const LOCAL: DataAddress = { kind: 'local' };

/** The LOCAL data connections of one control connection: one listener at a time, streams in memory. */
export function createLocalExchange(): LocalExchange {
  let offer: { accept: (end: DataEnd) => void } | undefined;
  const exchange: LocalExchange = {
    reader: undefined,
    listen(): DataListener {
      if (offer) refuse('ILLEGAL_STATE', 'somebody waits for a local data connection already');
      let accept: (end: DataEnd) => void = () => undefined;
      const accepted = new Promise<DataEnd>((resolve) => (accept = resolve));
      const mine = { accept };
      offer = mine;
      return {
        address: LOCAL,
        accepted,
        close: () => {
          if (offer === mine) offer = undefined;
        },
      };
    },
    connect(): DataEnd {
      if (!offer) refuse('CONNECT', 'nobody waits for a local data connection on this control connection');
      const { accept } = offer;
      offer = undefined;
      const [here, there] = localPair();
      accept(there);
      return here;
    },
  };
  return exchange;
}

/** Two joined ends in memory. */
export function localPair(): [DataEnd, DataEnd] {
  const first = new LocalEnd();
  const second = new LocalEnd();
  first.peer = second;
  second.peer = first;
  return [first, second];
}

class LocalEnd implements DataEnd {
  readonly address = LOCAL;
  readonly closed: Promise<void>;
  isLost = false;
  peer: LocalEnd | undefined;
  private readonly inbox = new Inbox(() => this.peer?.wakeWriters());
  private hasEnded = false;
  private writers: (() => void)[] = [];
  private settleClosed: () => void = () => undefined;

  constructor() {
    this.closed = new Promise((resolve) => (this.settleClosed = resolve));
  }

  async write(bytes: Uint8Array, reuse?: () => void): Promise<void> {
    const { peer } = this;
    if (!peer || this.isShut) throw new DataConnectionLost('the other side takes no more data');
    peer.inbox.push(bytes, reuse);
    while (peer.inbox.holds(ROOM)) {
      await new Promise<void>((resolve) => this.writers.push(resolve));
      if (this.isShut) throw new DataConnectionLost('the other side takes no more data');
    }
  }

  read(): Promise<Uint8Array | undefined> {
    return this.inbox.read();
  }

  readInto(into: Uint8Array): Promise<number> {
    return this.inbox.readInto(into);
  }

  end(): Promise<void> {
    if (this.hasEnded || this.isLost) return Promise.resolve();
    this.hasEnded = true;
    this.peer?.inbox.end();
    this.peer?.over();
    this.inbox.discard();
    return Promise.resolve();
  }

  destroy(): void {
    if (this.isLost) return;
    const lost = new DataConnectionLost('the local data connection was given up');
    if (!this.hasEnded) this.peer?.lose(lost);
    this.lose(lost);
  }

  /** Nothing can be written any more. */
  private get isShut(): boolean {
    return this.hasEnded || this.isLost || this.peer === undefined || this.peer.hasEnded;
  }

  private lose(error: DataConnectionLost): void {
    // a peer that has ended in order cannot lose anything any more
    if (!this.inbox.isOver) this.isLost = true;
    this.inbox.fail(error);
    this.over();
  }

  private over(): void {
    this.settleClosed();
    this.wakeWriters();
  }

  private wakeWriters(): void {
    const { writers } = this;
    this.writers = [];
    for (const wake of writers) wake();
  }
}
