import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { SocketAddress } from '../../transport/dataAddress';

/** Ports for data connections that are open at a time. */
const MAX_DOORS = 256;
/** How long somebody who was told of a port may take to come. */
const OPEN_MILLISECONDS = 10 * 60_000;

interface Door {
  server: Server;
  here: SocketAddress;
  /** Where it leads. */
  there: SocketAddress;
  connection: number;
  /** Doors of one message: when somebody has come through one of them, nobody is expected at the others. */
  group: number;
  timer: NodeJS.Timeout;
}

/**
 * Ports of the tap that stand for addresses of data connections: each is open only while its connection is expected, and for
 * one connection.
 */
export class Doors {
  private readonly doors = new Set<Door>();
  private groups = 0;

  /** @param entered somebody has come, for whom `there` is meant. @returns whether it is the one who was expected */
  constructor(
    private readonly entered: (socket: Socket, there: SocketAddress) => boolean,
    private readonly warn: (text: string) => void,
  ) {}

  /** Whether an address is a port of the tap's own. */
  has({ address, port }: SocketAddress): boolean {
    return [...this.doors].some(({ here }) => here.port === port && here.address === address);
  }

  /**
   * Opens a port at `address` for each of `targets`, through which one connection may come.
   * @param connection the control connection on which they were told of
   * @throws Node's error when one cannot be opened; none of them is then
   */
  async open(address: string, targets: readonly SocketAddress[], connection: number): Promise<SocketAddress[]> {
    const group = ++this.groups;
    try {
      const here: SocketAddress[] = [];
      for (const there of targets) here.push(await this.openOne(address, there, connection, group));
      return here;
    } catch (error) {
      this.closeWhere((door) => door.group === group);
      throw error;
    }
  }

  /** Nobody is expected any more at the ports that a control connection told of. */
  closeOf(connection: number): void {
    this.closeWhere((door) => door.connection === connection);
  }

  closeAll(): void {
    this.closeWhere(() => true);
  }

  private async openOne(
    address: string,
    there: SocketAddress,
    connection: number,
    group: number,
  ): Promise<SocketAddress> {
    if (this.doors.size >= MAX_DOORS) throw new Error(`${MAX_DOORS} ports for data connections are open already`);
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, address, () => resolve());
    });
    const here = { address, port: (server.address() as AddressInfo).port };
    const timer = setTimeout(() => this.close(door), OPEN_MILLISECONDS).unref();
    const door: Door = { server, here, there, connection, group, timer };
    server.on('error', (error) => this.warn(`A data connection could not be taken: ${error.message}.`));
    server.on('connection', (socket) => {
      socket.on('error', () => undefined);
      if (!this.doors.has(door) || !this.entered(socket, there)) return void socket.resetAndDestroy();
      this.closeWhere((each) => each.group === group);
    });
    this.doors.add(door);
    return here;
  }

  private closeWhere(test: (door: Door) => boolean): void {
    for (const door of this.doors) if (test(door)) this.close(door);
  }

  private close(door: Door): void {
    clearTimeout(door.timer);
    this.doors.delete(door);
    door.server.close();
  }
}
