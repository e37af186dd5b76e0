import { RequestFailure } from '../../failure';
import {
  CheckCondition,
  checkCondition,
  descriptorSense,
  good,
  refuseCommand,
  RESERVATION_CONFLICT,
  type SenseName,
} from '../../scsi/sense';
import type { ScsiCommand, ScsiResult, ScsiTarget } from '../../scsi/target';
import { reportsUnitAttention, UnitAttentions } from '../../scsi/unitAttention';
import type { CommandEntry, DriveCommand } from './command';
import { logCommands } from './logPages';
import { TapeAlert, type DriveMechanism } from './mechanism';
import { modeCommands } from './modePages';
import { motionCommands } from './motion';
import { reportCommands } from './reports';
import { transferCommands } from './transfer';

/** Who sends commands without saying so. */
const ANYONE = 0;
const REQUEST_SENSE = 0x03;
/** WRITE, WRITE FILEMARKS and ERASE. */
const WRITES: readonly number[] = [0x0a, 0x10, 0x80, 0x19];
const MODE_SELECTS: readonly number[] = [0x15, 0x55];

/** A virtual drive as a SCSI device: sequential access, SSC-4. */
export class DriveTarget implements ScsiTarget {
  private readonly attentions = new UnitAttentions();
  private readonly preventing = new Set<number>();
  private reservedBy: number | undefined;
  private readonly commands: ReadonlyMap<number, CommandEntry>;

  constructor(private readonly drive: DriveMechanism) {
    this.attentions.meet(ANYONE);
    this.commands = new Map<number, CommandEntry>([
      ...reportCommands,
      ...modeCommands,
      ...logCommands,
      ...motionCommands,
      ...transferCommands,
      [0x00, { shared: true, handle: () => this.testUnitReady() }],
      [REQUEST_SENSE, { shared: true, handle: (command) => this.requestSense(command) }],
      [0x16, { handle: ({ initiator }) => this.reserve(initiator) }],
      [0x17, { shared: true, handle: ({ initiator }) => this.release(initiator) }],
      [0x1e, { handle: (command) => this.preventRemoval(command) }],
    ]);
  }

  /** Somebody forbids that the cartridge leaves the drive (PREVENT ALLOW MEDIUM REMOVAL). */
  get removalPrevented(): boolean {
    return this.preventing.size > 0;
  }

  execute(command: ScsiCommand): Promise<ScsiResult> {
    return this.drive.inTurn(() => this.perform(command));
  }

  reset(): void {
    this.preventing.clear();
    this.reservedBy = undefined;
    this.drive.blockLength = 0;
    this.attentions.raise('POWER_ON_OR_RESET');
  }

  attach(initiator: number): void {
    this.attentions.meet(initiator);
  }

  detach(initiator: number): void {
    this.attentions.forget(initiator);
    this.preventing.delete(initiator);
    this.release(initiator);
  }

  /** Another cartridge may be in the drive. */
  mediumChanged(): void {
    this.preventing.clear();
    this.attentions.raise('MEDIUM_MAY_HAVE_CHANGED');
  }

  private async perform(given: ScsiCommand): Promise<ScsiResult> {
    const initiator = given.initiator ?? ANYONE;
    const operation = given.cdb[0];
    try {
      const entry = this.commands.get(operation) ?? refuseCommand('INVALID_OPERATION_CODE', invalidOperation);
      if (entry.shared !== true && this.belongsToAnother(initiator)) return RESERVATION_CONFLICT;
      const attention = reportsUnitAttention(operation) ? this.attentions.take(initiator) : undefined;
      if (attention) return checkCondition(attention);
      const deck = entry.needs ? this.threaded(entry.needs) : this.drive.deck;
      const command = { ...given, initiator, drive: this.drive, deck } as DriveCommand;
      const result = await entry.handle(command);
      if (MODE_SELECTS.includes(operation)) this.attentions.raise('MODE_PARAMETERS_CHANGED', initiator);
      return { ...result, dataIn: result.dataIn.subarray(0, given.dataInLength) };
    } catch (error) {
      return this.explain(error, WRITES.includes(operation));
    }
  }

  /** Sense data of what went wrong. */
  private explain(error: unknown, writing: boolean): ScsiResult {
    if (error instanceof CheckCondition) return checkCondition(error.condition, error.detail);
    if (!(error instanceof RequestFailure)) throw error;
    this.drive.alerts.add(writing ? TapeAlert.WRITE_FAILURE : TapeAlert.READ_FAILURE);
    return checkCondition(writing ? 'WRITE_ERROR' : 'UNRECOVERED_READ_ERROR');
  }

  private threaded(needs: 'medium' | 'writable'): DriveMechanism['deck'] {
    const notReady = this.notReady();
    if (notReady) refuseCommand(notReady);
    if (needs === 'writable' && this.drive.deck?.writeProtected) {
      this.drive.alerts.add(TapeAlert.WRITE_PROTECT);
      refuseCommand('WRITE_PROTECTED');
    }
    return this.drive.deck;
  }

  private notReady(): SenseName | undefined {
    const { cartridge, deck, fault } = this.drive;
    if (deck) return undefined;
    if (!cartridge) return 'MEDIUM_NOT_PRESENT';
    if (cartridge.kind === 'cleaning') return 'CLEANING_CARTRIDGE_INSTALLED';
    return fault ? 'MEDIUM_LOAD_FAILED' : 'INITIALIZING_COMMAND_REQUIRED';
  }

  private testUnitReady(): ScsiResult {
    const notReady = this.notReady();
    return notReady ? checkCondition(notReady) : good();
  }

  private requestSense({ initiator, cdb }: DriveCommand): ScsiResult {
    const sense = this.attentions.takeSense(initiator);
    return good(((cdb[1] & 1) !== 0 ? descriptorSense(sense) : sense).subarray(0, cdb[4]));
  }

  private reserve(initiator: number): ScsiResult {
    this.reservedBy = initiator;
    return good();
  }

  private release(initiator: number): ScsiResult {
    if (this.reservedBy === initiator) this.reservedBy = undefined;
    return good();
  }

  private preventRemoval({ initiator, cdb }: DriveCommand): ScsiResult {
    if ((cdb[4] & 1) !== 0) this.preventing.add(initiator);
    else this.preventing.delete(initiator);
    return good();
  }

  private belongsToAnother(initiator: number): boolean {
    const { owner } = this.drive;
    if (owner !== undefined && initiator !== ANYONE && owner !== initiator) return true;
    return this.reservedBy !== undefined && this.reservedBy !== initiator;
  }
}

const invalidOperation = { field: { byte: 0, in: 'cdb' } } as const;
