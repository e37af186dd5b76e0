import type { TapeRecord } from '../catalog/model';
import { DmaFailure } from '../connection/failures';
import type { DriveState } from '../media/model';
import { tapeChoices } from '../media/pools';
import type { Surroundings } from '../run/model';
import type { MediaHouse, MountingLibrary } from '../schedule/house';
import { unlessAborted } from './waiting';

/** A rule that always says "go on" must not go on for ever. */
const MOST_QUESTIONS = 100;
/** Seconds for which an inventory that was read is good enough to choose a tape by; the changer is looked at before each move. */
const RECENT = 5;

export interface SupplyOrder {
  surroundings: Surroundings;
  house: MediaHouse;
  library: MountingLibrary;
  pool: string;
  append: boolean;
  /** By the plan, in the order in which they are filled. */
  planned: readonly TapeRecord[];
  drive: DriveState;
}

/** Tapes for one stream: those of the plan, then what the library holds by now, then what a person brings. */
export class TapeSupply {
  /** Cartridges that this stream has, the last one in the drive. */
  private readonly held: string[] = [];
  /** Those that turned out not to be writable. */
  private readonly refused = new Set<string>();
  private asked = 0;

  constructor(private readonly order: SupplyOrder) {}

  /**
   * The next tape to try, reserved for this stream; it is not in the drive yet.
   * @throws DmaFailure when there is none and nobody brings one, Aborted
   */
  async next(): Promise<TapeRecord> {
    for (;;) {
      const found = await this.atHand();
      if (found) return found;
      await this.askForTape(`No tape of pool "${this.order.pool}" that can be written is in the library.`);
    }
  }

  /** The next tape, as {@link next}, if one is in the library; nobody is asked. */
  async atHand(): Promise<TapeRecord | undefined> {
    const usable = await this.usable();
    const planned = this.order.planned.filter((tape) => usable.some(({ barcode }) => barcode === tape.barcode));
    return this.firstFree([...planned, ...usable]);
  }

  /** It cannot be written: it is left alone for the rest of the stream. */
  refuse(barcode: string): void {
    this.refused.add(barcode);
  }

  /** Others may have the tapes now. */
  release(): void {
    for (const barcode of this.held.splice(0)) this.order.house.tapes.give(barcode);
  }

  private firstFree(tapes: readonly TapeRecord[]): TapeRecord | undefined {
    const found = tapes.find(({ barcode }) => !this.isUsed(barcode) && this.order.house.tapes.take(barcode));
    if (found) this.held.push(found.barcode);
    return found;
  }

  private isUsed(barcode: string): boolean {
    return this.refused.has(barcode) || this.held.includes(barcode);
  }

  /** What is in the library and can be written. */
  private async usable(): Promise<TapeRecord[]> {
    const { surroundings, library, pool, append } = this.order;
    const inventory = await library.inventory(this.asked === 0 ? RECENT : 0);
    const choices = tapeChoices(await surroundings.catalog.tapes(), inventory, pool, surroundings.now(), { append });
    return choices.flatMap(({ tape, refusal, element }) =>
      refusal === undefined && element !== undefined ? [tape] : [],
    );
  }

  /**
   * Asks a person for a tape that can be written.
   * @param why what is the matter with those that are there
   * @throws DmaFailure when nobody brings one, Aborted
   */
  async askForTape(why: string): Promise<void> {
    const { surroundings, pool, drive } = this.order;
    const { events, signal } = surroundings;
    const where = this.order.library.changer === undefined ? `drive ${drive.device} of ${drive.server}` : drive.server;
    const text = `${why} Put a blank tape, or one of pool "${pool}", into ${where}, then go on.`;
    const question = { kind: 'tape-wanted', library: drive.server, pool, barcode: undefined, text } as const;
    this.asked += 1;
    const asked = this.asked <= MOST_QUESTIONS ? events.ask?.(question) : undefined;
    const answer = asked ? await unlessAborted(asked, signal) : 'give-up';
    if (answer === 'give-up') throw new DmaFailure(`${why} Nobody brought another one.`);
  }
}
