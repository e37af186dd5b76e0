import { ErrorCode } from '../../../protocol';
import { refuse, RequestFailure } from '../../failure';
import type { ServerLog } from '../../log';
import type { DriveBehaviour, OpenTape, TapeDrive, TapeMode } from '../drive';
import { DriveTarget } from '../scsi/driveTarget';
import { TapeAlert, type DriveMechanism } from '../scsi/mechanism';
import type { Cartridge } from './cartridge';
import { Deck } from './deck';
import { mediumFailure } from './failures';
import { VirtualTape, type DriveAccess } from './virtualTape';

export interface VirtualDriveOptions {
  /** For logs and the library. */
  name: string;
  /** Unit serial number, printable ASCII. */
  serial: string;
  behaviour?: DriveBehaviour;
  /** Where it tells of tapes that cannot be read and of what it had to cut off. */
  log?: ServerLog;
}

/**
 * A tape drive whose cartridges are folders. It holds one cartridge at a time, which is threaded ({@link deck}) unless it
 * was unloaded, only cleans, or cannot be read.
 */
export class VirtualDrive implements TapeDrive, DriveAccess, DriveMechanism {
  readonly name: string;
  readonly serial: string;
  readonly behaviour: DriveBehaviour;
  /** The cartridge in the drive, threaded or not. */
  cartridge: Cartridge | undefined;
  /** The threaded tape. */
  deck: Deck | undefined;
  /** Why the cartridge in the drive is not threaded; undefined when it was unloaded. */
  fault: RequestFailure | undefined;
  /** The control connection that has the tape open; undefined when none has. */
  owner: number | undefined;
  blockLength = 0;
  readonly alerts = new Set<number>();
  readonly target = new DriveTarget(this);
  private readonly log: ServerLog | undefined;
  private opened: OpenTape | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor({ name, serial, behaviour = {}, log }: VirtualDriveOptions) {
    this.log = log;
    this.name = name;
    this.serial = serial;
    this.behaviour = behaviour;
  }

  /** SCSI commands forbid that the cartridge leaves the drive. */
  get removalPrevented(): boolean {
    return this.target.removalPrevented;
  }

  get isOpen(): boolean {
    return this.opened !== undefined;
  }

  /** Puts a cartridge in and threads it. A tape that cannot be read stays in the drive, and opening it tells why. */
  load(cartridge: Cartridge): Promise<void> {
    return this.inTurn(async () => {
      this.cartridge = cartridge;
      this.blockLength = 0;
      await cartridge.count({ loads: 1 }).catch(() => undefined);
      await this.thread();
      if (cartridge.kind === 'cleaning') this.clean(cartridge);
      else if (this.fault) this.alerts.add(TapeAlert.LOAD_FAILURE);
      this.target.mediumChanged();
    });
  }

  /** Unthreads the tape, if it is, and gives the cartridge away. */
  eject(): Promise<Cartridge | undefined> {
    return this.inTurn(async () => {
      await this.unthread();
      const { cartridge } = this;
      this.cartridge = undefined;
      this.target.mediumChanged();
      return cartridge;
    });
  }

  async open(mode: TapeMode, initiator?: number): Promise<OpenTape> {
    if (this.opened) refuse('DEVICE_BUSY', `another connection has ${this.name} open`);
    const tape = new VirtualTape(this, mode);
    this.opened = tape;
    this.owner = initiator;
    try {
      await this.inTurn(() => Promise.resolve(this.checkMedium(mode)));
    } catch (error) {
      this.opened = undefined;
      this.owner = undefined;
      throw error;
    }
    return tape;
  }

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** Threads the cartridge that lies in the drive. Only in turn. Never rejects: {@link fault} tells what is wrong. */
  async thread(): Promise<void> {
    const { cartridge } = this;
    if (!cartridge || this.deck) return;
    this.fault = undefined;
    if (cartridge.kind === 'cleaning') {
      this.fault = new RequestFailure(ErrorCode.NO_TAPE_LOADED, `a cleaning cartridge is in ${this.name}`);
      return;
    }
    try {
      const media = await cartridge.mount();
      this.deck = new Deck(cartridge, media);
      if (media.tornBytes > 0)
        this.warn(`${cartridge.barcode}: ${media.tornBytes} bytes of an unfinished record cut off`);
    } catch (error) {
      this.fault = mediumFailure(error, `loading ${cartridge.barcode}`);
      this.warn(this.fault.message);
    }
  }

  /** Rewinds and lets the cartridge go, which stays in the drive. Only in turn. */
  async unthread(): Promise<void> {
    const { deck } = this;
    this.deck = undefined;
    this.fault = undefined;
    await deck?.close();
  }

  async release(): Promise<void> {
    await this.inTurn(() => {
      this.opened = undefined;
      this.owner = undefined;
      return Promise.resolve();
    });
  }

  warn(text: string): void {
    this.log?.write('warning', `drive ${this.name}: ${text}`);
  }

  private clean(cartridge: Cartridge): void {
    if (cartridge.expired) {
      this.alerts.add(TapeAlert.EXPIRED_CLEANING_CARTRIDGE);
      return;
    }
    this.alerts.delete(TapeAlert.CLEAN_NOW);
    this.alerts.add(TapeAlert.CLEANING_CARTRIDGE);
  }

  private checkMedium(mode: TapeMode): void {
    const { deck } = this;
    if (mode === 'RAW') return;
    if (this.fault) throw this.fault;
    if (!deck) refuse('NO_TAPE_LOADED', `no tape is loaded in ${this.name}`);
    if (mode === 'RDWR' && deck.writeProtected)
      refuse('WRITE_PROTECT', `cartridge ${deck.cartridge.barcode} is write-protected`);
  }
}
