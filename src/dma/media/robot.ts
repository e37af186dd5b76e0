import type { NdmpConnection } from '../connection/model';
import { openChanger } from './changer/changer';
import type { Patience } from './changer/execute';
import type { Changer, Inventory } from './model';

/** Has a changer to itself while it works, and lets others have it in between. */
export class Robot {
  private last: Promise<unknown> = Promise.resolve();

  private constructor(private readonly changer: Changer) {}

  static async open(connection: NdmpConnection, device: string, patience: Patience): Promise<Robot> {
    const changer = await openChanger(connection, device, patience);
    await changer.close();
    return new Robot(changer);
  }

  get device(): string {
    return this.changer.device;
  }

  /** Works with the changer, after those who asked before. */
  do<T>(work: (changer: Changer) => Promise<T>): Promise<T> {
    const result = this.last.then(async () => {
      await this.changer.open();
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

  /** Settles when nothing is under way. Never rejects. */
  async idle(): Promise<void> {
    await this.last;
  }
}
