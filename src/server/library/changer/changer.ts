import type { ServerLog } from '../../log';
import {
  CheckCondition,
  checkCondition,
  good,
  refuseCommand,
  refuseField,
  RESERVATION_CONFLICT,
} from '../../scsi/sense';
import type { ScsiAddress, ScsiCommand, ScsiResult, ScsiTarget } from '../../scsi/target';
import { reportsUnitAttention } from '../../scsi/unitAttention';
import { messageOf } from '../../../transport/messageOf';
import type { Queue } from '../queue';
import { Cdb } from './cdb';
import { CHANGER_COMMANDS } from './commands';
import type { ChangerCommand, ChangerParts } from './model';

/** Who sends commands that name no initiator. */
const NOBODY = 0;
const commands: ReadonlyMap<number, ChangerCommand> = new Map(
  CHANGER_COMMANDS.map((command) => [command.code, command]),
);

/**
 * A media changer (SMC-3): any number of initiators, one command at a time. Refusals are CHECK CONDITION with the sense
 * that the standards give them; nothing makes it throw.
 */
export class Changer implements ScsiTarget {
  readonly address: ScsiAddress = { controller: 0, id: 0, lun: 0 };

  constructor(
    private readonly parts: ChangerParts,
    private readonly queue: Queue,
    private readonly resetDrives: () => void,
    private readonly log: ServerLog | undefined,
  ) {
    parts.attentions.meet(NOBODY);
  }

  attach(initiator: number): void {
    this.parts.attentions.meet(initiator);
  }

  detach(initiator: number): void {
    this.parts.attentions.forget(initiator);
    this.parts.locks.drop(initiator);
  }

  reset(): void {
    this.parts.locks.clear();
    this.parts.attentions.raise('POWER_ON_OR_RESET');
  }

  resetBus(): void {
    this.reset();
    this.resetDrives();
  }

  async execute(command: ScsiCommand): Promise<ScsiResult> {
    const result = await this.queue.run(() => this.serve(command));
    return result.dataIn.length > command.dataInLength
      ? { ...result, dataIn: result.dataIn.subarray(0, command.dataInLength) }
      : result;
  }

  private async serve({ cdb, dataOut, initiator = NOBODY }: ScsiCommand): Promise<ScsiResult> {
    try {
      const command = commands.get(cdb[0]);
      if (this.parts.locks.reservedByOther(initiator) && !command?.despiteReservation) return RESERVATION_CONFLICT;
      const news = reportsUnitAttention(cdb[0]) ? this.parts.attentions.take(initiator) : undefined;
      if (news) return checkCondition(news);
      if (!command) refuseCommand('INVALID_OPERATION_CODE', { field: { byte: 0, bit: 7, in: 'cdb' } });
      const call = { cdb: this.checked(command, cdb), dataOut, initiator, parts: this.parts };
      if (this.parts.isDoorOpen() && !command.whileDoorOpen) refuseCommand('MANUAL_INTERVENTION_REQUIRED');
      return (await command.run(call)) ?? good();
    } catch (problem) {
      if (problem instanceof CheckCondition) return checkCondition(problem.condition, problem.detail);
      this.log?.write('error', `media changer: ${messageOf(problem)}`);
      return checkCondition('INTERNAL_TARGET_FAILURE');
    }
  }

  private checked({ usage }: ChangerCommand, block: Uint8Array): Cdb {
    if (block.length < usage.length) refuseField(block.length - 1);
    const cdb = new Cdb(block.subarray(0, usage.length));
    cdb.checkReserved(usage);
    return cdb;
  }
}
