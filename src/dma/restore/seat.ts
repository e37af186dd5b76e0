import { messageOf } from '../../transport/messageOf';
import { escapeText } from '../../protocol';
import type { TapeRecord } from '../catalog/model';
import { Aborted, ConnectionLost, DmaFailure } from '../connection/failures';
import type { NdmpConnection } from '../connection/model';
import { WrongTape } from '../media/failures';
import type { DriveState } from '../media/model';
import { positionAtPart } from '../media/reading';
import { TapeMode, type TapeService } from '../services/tape';
import type { SetRestore, Stretch } from './model';

/** What a restore needs of a library. */
export interface Mounts {
  /** Undefined where people put the tapes in. */
  readonly changer: string | undefined;
  mount(barcode: string, drive: string, over?: NdmpConnection): Promise<void>;
  /** Back to its slot. */
  dismount(drive: string, over?: NdmpConnection): Promise<void>;
}

export interface SeatOrder {
  library: Mounts;
  tape: TapeService;
  /** Drives that will do, the best first; the first that works is kept. */
  drives: readonly DriveState[];
  tapeOf: (barcode: string) => Promise<TapeRecord | undefined>;
  warn: (text: string) => void;
}

/** The drive that a restore reads from, and the tape in it. */
export class Seat {
  /** Tapes that were read, in their order. */
  readonly used: string[] = [];
  private drive: DriveState | undefined;
  private loaded: string | undefined;
  /** Label of the tape that is open, once it was read. */
  private label: string | undefined;
  /** What was put into a drive and is there still. */
  private held: { barcode: string; device: string } | undefined;

  constructor(private readonly order: SeatOrder) {}

  get barcode(): string | undefined {
    return this.loaded;
  }

  /**
   * Puts the tape of a stretch into the drive and goes to the first record of the stretch.
   * @throws WrongTape when the tape is not what the catalog says, DmaFailure when no drive will do
   */
  async take({ part }: Stretch, { set }: Pick<SetRestore, 'set'>): Promise<void> {
    const { tape, tapeOf } = this.order;
    if (this.loaded !== part.barcode) await this.load(part.barcode);
    const record = await tapeOf(part.barcode);
    const { label } = await positionAtPart(tape, part, { label: record?.label, set: set.uuid, seen: this.label });
    this.label = label;
    if (this.used.at(-1) !== part.barcode) this.used.push(part.barcode);
  }

  /** Gives the drive back as it was: the tape goes to its slot, where there is a changer to carry it. Never rejects. */
  async leave(): Promise<void> {
    const { library, tape, warn } = this.order;
    await this.close();
    const { held } = this;
    this.held = undefined;
    if (held === undefined || library.changer === undefined) return;
    const over = tape.connection.isOpen ? tape.connection : undefined;
    await library.dismount(held.device, over).catch((problem: unknown) => {
      warn(`Tape ${escapeText(held.barcode)} stays in drive ${escapeText(held.device)}: ${messageOf(problem)}`);
    });
  }

  /** Closes the tape; the drive keeps it. */
  private async close(): Promise<void> {
    if (this.loaded === undefined) return;
    this.loaded = undefined;
    this.label = undefined;
    await this.order.tape.close().catch(() => undefined);
  }

  private async load(barcode: string): Promise<void> {
    const { drives, warn } = this.order;
    await this.close();
    if (this.drive) return this.loadInto(barcode, this.drive);
    for (const [index, drive] of drives.entries())
      try {
        await this.loadInto(barcode, drive);
        this.drive = drive;
        return;
      } catch (error) {
        const isFinal = error instanceof Aborted || error instanceof ConnectionLost || error instanceof WrongTape;
        if (isFinal || index === drives.length - 1) throw error;
        warn(`drive ${escapeText(drive.device)} is passed over: ${messageOf(error)}`);
      }
    throw new DmaFailure('There is no drive to read from.');
  }

  private async loadInto(barcode: string, { device }: DriveState): Promise<void> {
    const { library, tape } = this.order;
    await library.mount(barcode, device, tape.connection);
    this.held = { barcode, device };
    await tape.open(device, TapeMode.READ);
    this.loaded = barcode;
  }
}
