import { AddressType, type DataAddress, typeOfAddress } from '../../transport/dataAddress';
import type { DataEnd, DataListener } from '../dataConnection/model';
import { connectTcp, listenTcp } from '../dataConnection/tcp';
import { refuse, RequestFailure } from '../failure';
import type { ServerSession } from '../session/session';
import { messageOf } from '../../transport/messageOf';

const LOCAL: DataAddress = { kind: 'local' };

/** What a data server is told of its data connection. Nothing is told once it was dropped. */
export interface LinkEvents {
  /** The peer has come. */
  connected(): void;
  /** Nobody came, or the connection is gone; `isOrderly`: the peer closed it, and what it sent can be read still. */
  lost(why: string, isOrderly: boolean): void;
}

/** The data connection of one data server: made by listening or by connecting, and watched until it is given up. */
export class DataLink {
  end: DataEnd | undefined;
  /** The peer takes nothing any more. */
  isClosed = false;
  private listener: DataListener | undefined;
  private shown: DataAddress = LOCAL;

  constructor(
    private readonly session: ServerSession,
    private readonly events: LinkEvents,
  ) {}

  /** Where the connection is or is waited for; LOCAL when there is none. */
  get address(): DataAddress {
    return this.shown;
  }

  /** Throws ILLEGAL_ARGS for a type that is not offered, CONNECT when nothing can listen. */
  async listen(addressType: number): Promise<DataAddress> {
    const { view, services, limits } = this.session;
    this.checkType(addressType);
    view.checkDataConnection?.('listen', addressType);
    if (addressType === AddressType.LOCAL) this.listener = services.local.listen();
    else {
      const address = view.dataAddress('data', addressType === AddressType.TCP ? 4 : 6);
      this.listener = await listenTcp({ address, seconds: limits.listenSeconds }).catch((error: unknown) =>
        refuse('CONNECT', `nothing can listen at ${address}: ${messageOf(error)}`),
      );
    }
    this.shown = this.listener.address;
    this.awaitPeer(this.listener);
    return this.shown;
  }

  /** Throws ILLEGAL_ARGS for a type that is not offered, CONNECT when the peer cannot be reached. */
  async connect(to: DataAddress): Promise<void> {
    const { view, services } = this.session;
    const type = typeOfAddress(to);
    this.checkType(type);
    view.checkDataConnection?.('connect', type);
    this.take(to.kind === 'local' ? services.local.connect() : await this.connectTcp(to));
  }

  /** Lets go of everything at once: the peer sees a lost connection. */
  drop(): void {
    this.listener?.close();
    this.listener = undefined;
    const { end } = this;
    this.end = undefined;
    end?.destroy();
  }

  /** Watches no more: the connection was ended in order. */
  release(): void {
    this.end = undefined;
  }

  /** As a data server is when it becomes IDLE. */
  reset(): void {
    this.drop();
    this.shown = LOCAL;
  }

  private checkType(addressType: number): void {
    const known = [AddressType.LOCAL, AddressType.TCP, AddressType.TCP_IPV6] as readonly number[];
    if (!known.includes(addressType) || !this.session.view.connectionTypes().includes(addressType))
      refuse('ILLEGAL_ARGS', `data connections of type 0x${addressType.toString(16)} are not offered`);
  }

  private async connectTcp({ family, addresses }: Extract<DataAddress, { kind: 'tcp' }>): Promise<DataEnd> {
    try {
      return await connectTcp({ to: addresses, from: this.session.view.dataAddress('data', family) });
    } catch (error) {
      if (error instanceof RequestFailure) throw error;
      return refuse('CONNECT', `the peer of the data connection cannot be reached: ${messageOf(error)}`);
    }
  }

  private awaitPeer(listener: DataListener): void {
    listener.accepted.then(
      (end) => {
        if (this.listener !== listener) return end.destroy();
        this.listener = undefined;
        this.take(end);
        this.events.connected();
      },
      (error: unknown) => {
        if (this.listener === listener) this.events.lost(`nobody connected: ${messageOf(error)}`, false);
      },
    );
  }

  private take(end: DataEnd): void {
    this.end = end;
    this.isClosed = false;
    this.shown = end.address;
    const lost = (): void => {
      if (this.end !== end) return;
      this.isClosed = true;
      this.events.lost('the peer closed the data connection', !end.isLost);
    };
    void end.closed.then(lost);
  }
}
