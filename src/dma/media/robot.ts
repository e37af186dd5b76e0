import type { NdmpConnection } from '../connection/model';
import { openChanger } from './changer/changer';
import type { Patience } from './changer/execute';
import type { Changer, Inventory } from './model';

/**
 * Has a changer to itself while it works, and lets others have it in between. Hours can pass between two moves: a control
 * connection that the server has given up meanwhile is opened again.
 */
export class Robot {
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly connect: () => Promise<NdmpConnection>,
    private readonly patience: Patience,
    private connection: NdmpConnection,
    private changer: Changer,
  ) {}

  /**
   * @param connection the first one, of the kind that `connect` opens
   * @returns it with what is where at first
   */
  static async open(
    connection: NdmpConnection,
    connect: () => Promise<NdmpConnection>,
    device: string,
    patience: Patience,
  ): Promise<{ robot: Robot; inventory: Inventory }> {
    const changer = await openChanger(connection, device, patience);
    const inventory = await changer.inventory().finally(() => changer.close());
    return { robot: new Robot(connect, patience, connection, changer), inventory };
  }

  get server(): string {
    return this.changer.server;
  }

  get device(): string {
    return this.changer.device;
  }

  /** What tells the library from others, whichever way it is reached; without a serial number its server and device do. */
  identity(serial: string | undefined): string {
    if (serial !== undefined) return `serial ${serial}`;
    const { introduction, server } = this.connection;
    return `${introduction?.identity ?? server} ${this.device}`;
  }

  /** Works with the changer, after those who asked before. */
  do<T>(work: (changer: Changer) => Promise<T>): Promise<T> {
    const result = this.last.then(async () => {
      await this.take();
      try {
        return await work(this.changer);
      } finally {
        await this.changer.close();
      }
    });
    this.last = result.catch(() => undefined);
    return result;
  }

  inventory(): Promise<Inventory> {
    return this.do((changer) => changer.inventory());
  }

  /** When nothing is under way any more. Never rejects. */
  async close(): Promise<void> {
    await this.last;
    await this.connection.close();
  }

  private async take(): Promise<void> {
    if (this.connection.isOpen) return this.changer.open();
    const connection = await this.connect();
    try {
      this.changer = await openChanger(connection, this.device, this.patience);
      this.connection = connection;
    } catch (problem) {
      await connection.close();
      throw problem;
    }
  }
}
