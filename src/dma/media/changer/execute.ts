import { setTimeout as delay } from 'node:timers/promises';
import { Aborted, DmaFailure } from '../../connection/failures';
import type { ScsiReply } from '../../services/scsi';
import { commandBlock, type ScsiCommandName, type ScsiFields } from './commands';
import { judge, type SenseCodes } from './sense';

/** A device refused a command. */
export class CommandRefused extends DmaFailure {
  constructor(
    readonly device: string,
    readonly why: string,
    readonly codes: SenseCodes | undefined,
    readonly command: ScsiCommandName,
  ) {
    super(`${device} refused ${command.replaceAll('_', ' ')}: ${why}.`);
  }
}

/** Sends a command block; room for so many bytes of answer. */
export type Send = (cdb: Uint8Array, room: number) => Promise<ScsiReply>;

/** How long to wait for devices, and what ends the waiting. */
export interface Patience {
  /** Seconds that a device may be busy or becoming ready. */
  seconds: number;
  /** Milliseconds between two tries; the first are sooner. */
  pause: number;
  signal?: AbortSignal;
}

export const PATIENCE: Patience = { seconds: 300, pause: 5000 };

/** Unit attentions that may be waiting: one for each thing that happened. */
const MOST_ATTENTIONS = 32;
const FIRST_PAUSE = 100;
const SENSE_ROOM = 252;

/** Commands to one device: repeated where it was not ready or had news, refused with a sentence where it cannot be. */
export class CommandRunner {
  /**
   * @param device for people, such as 'Changer mc0 of tape1'
   * @param onNews called when the device tells that something happened to it (UNIT ATTENTION)
   */
  constructor(
    private readonly device: string,
    private readonly send: Send,
    private readonly patience: Patience,
    private readonly onNews: () => void = () => undefined,
  ) {}

  /**
   * @param room bytes of the answer that are taken
   * @throws CommandRefused, and what the connection throws
   */
  async run<N extends ScsiCommandName>(name: N, values: ScsiFields<N>, room = 0): Promise<Uint8Array> {
    const waiting = new Waiting(this.patience);
    for (let attentions = 0; ;) {
      const reply = await this.withSense(await this.send(commandBlock(name, values), room));
      const verdict = judge(reply);
      switch (verdict.kind) {
        case 'done':
          return reply.data.subarray(0, room);
        case 'again':
          this.onNews();
          if (++attentions > MOST_ATTENTIONS)
            throw this.refused('it always has news (UNIT ATTENTION)', undefined, name);
          break;
        case 'wait':
          if (!(await waiting.goOn())) throw this.refused(`${verdict.why} for too long`, undefined, name);
          break;
        case 'no-sense':
          throw this.refused('it gives no reason', undefined, name);
        case 'failed':
          throw this.refused(verdict.why, verdict.codes, name);
      }
    }
  }

  /** A server has to fetch sense data by itself; where one does not, they are asked for. */
  private async withSense(reply: ScsiReply): Promise<ScsiReply> {
    if (judge(reply).kind !== 'no-sense') return reply;
    const { status, data } = await this.send(commandBlock('REQUEST_SENSE', { room: SENSE_ROOM }), SENSE_ROOM);
    return status === 0 ? { ...reply, sense: data.subarray(0, SENSE_ROOM) } : reply;
  }

  private refused(why: string, codes: SenseCodes | undefined, command: ScsiCommandName): CommandRefused {
    return new CommandRefused(this.device, why, codes, command);
  }
}

/** Waits between tries, longer each time, until the patience is over. */
export class Waiting {
  private readonly until: number;
  private next = FIRST_PAUSE;

  constructor(private readonly patience: Patience) {
    this.until = performance.now() + patience.seconds * 1000;
  }

  /**
   * @returns false when the time is over
   * @throws Aborted
   */
  async goOn(): Promise<boolean> {
    const { signal, pause } = this.patience;
    const left = this.until - performance.now();
    if (left <= 0) return false;
    const time = Math.min(this.next, pause, left);
    this.next *= 2;
    try {
      await delay(time, undefined, { signal });
    } catch {
      throw new Aborted('It was ended while it waited for a device.');
    }
    return true;
  }
}
