import { escapeText } from '../../../protocol';
import { DmaFailure, NdmpFailure, RequestTimedOut } from '../../connection/failures';
import type { NdmpConnection } from '../../connection/model';
import { ScsiService } from '../../services/scsi';
import { TapeMode, TapeService } from '../../services/tape';
import { parseDesignators, parseSerial } from '../changer/deviceData';
import { readLabel } from '../label';
import type { LabelFinding } from '../model';
import { CommandRefused, CommandRunner, Waiting, type Patience } from '../changer/execute';

/** Errors of TAPE_OPEN that a drive passes through after a cartridge was put in (protocol facts 10.29). */
const NOT_YET: readonly string[] = ['NO_TAPE_LOADED', 'IO', 'DEVICE_BUSY', 'DEVICE_OPENED', 'TIMEOUT'];
const IN_USE: readonly string[] = ['DEVICE_BUSY', 'DEVICE_OPENED'];
/** Errors of TAPE_OPEN with which there is nothing to unload, or nothing that could be. */
const NOTHING_THREADED: readonly string[] = ['NO_TAPE_LOADED', 'IO', 'TIMEOUT'];
const RAW_MODE = 2;
const SOON: Patience = { seconds: 5, pause: 500 };
const PAGE_ROOM = 252;
const CLOSING_SECONDS = 20;
/** What may be behind it when a drive never becomes ready. */
const HINTS: Readonly<Record<string, string>> = {
  NO_TAPE_LOADED:
    "The cartridge may have gone into another drive: say in the server's driveElements which element each drive is.",
  IO: 'The tape may be damaged, or the drive may need cleaning.',
  DEVICE_BUSY: 'Something else has the drive open.',
};

/** What is done with the drives of a server beside reading and writing: waiting for them, unloading, who they are. */
export class TapeDesk {
  private readonly idle: NdmpConnection[] = [];

  /** @param connect opens a connection to the tape server; each drive that is seen to at the same time needs one */
  constructor(
    private readonly server: string,
    private readonly connect: () => Promise<NdmpConnection>,
  ) {}

  /**
   * Waits until a drive has threaded its tape.
   * @param over a connection that has no tape open, in place of one of the desk's own
   * @throws DmaFailure when it did not in time
   */
  async waitReady(device: string, patience: Patience, over?: NdmpConnection): Promise<void> {
    const refused = await this.untilOpen(device, patience, over);
    if (refused)
      throw new DmaFailure(
        `Drive ${escapeText(device)} of ${this.server} is not ready after ${patience.seconds} s: ${refused.error}. ${HINTS[refused.error] ?? ''}`,
      );
  }

  /** Whether a drive has a tape threaded, or will soon. */
  async isReady(device: string, patience: Patience, over?: NdmpConnection): Promise<boolean> {
    return (await this.untilOpen(device, patience, over)) === undefined;
  }

  /** What is at the beginning of the tape in a drive; undefined when there is none, or the drive is in use. */
  async find(device: string, over?: NdmpConnection): Promise<LabelFinding | undefined> {
    return this.with(over, async (tape) => {
      const refused = await refusalToOpen(tape, device, TapeMode.READ);
      if (refused && NOT_YET.includes(refused.error)) return undefined;
      if (refused) throw refused;
      const finding = await readLabel(tape);
      await tape.move('REW');
      await tape.close();
      return finding;
    });
  }

  /**
   * Has the drive rewind and give its cartridge free. One without a tape, or with one that it cannot read, is left as it
   * is: the changer will see.
   * @throws DmaFailure when somebody has the drive open: who has just closed it is waited for, who works with it is not
   */
  async unload(device: string, patience: Patience, over?: NdmpConnection): Promise<void> {
    await this.with(over, async (tape) => {
      const waiting = new Waiting({ ...patience, seconds: Math.min(patience.seconds, CLOSING_SECONDS) });
      for (;;) {
        const refused = await refusalToOpen(tape, device, TapeMode.READ);
        if (refused === undefined) break;
        if (NOTHING_THREADED.includes(refused.error)) return;
        if (!IN_USE.includes(refused.error)) throw refused;
        if (await waiting.goOn()) continue;
        throw new DmaFailure(
          `Drive ${escapeText(device)} of ${this.server} is in use: its tape is not unloaded. End what uses it, and try again.`,
        );
      }
      // Some servers refuse one of the two, because the other does it already.
      await tape.tryMove('OFF').catch(rethrowUnlessRefused);
      await tape.close().catch(rethrowUnlessRefused);
    });
  }

  /** Does something with the tape service of a connection. */
  async with<T>(over: NdmpConnection | undefined, work: (tape: TapeService) => Promise<T>): Promise<T> {
    if (over) return work(new TapeService(over));
    const connection = this.take() ?? (await this.connect());
    try {
      const result = await work(new TapeService(connection));
      this.idle.push(connection);
      return result;
    } catch (problem) {
      // Whatever it has open is closed with it.
      await connection.close();
      throw problem;
    }
  }

  /** The serial number and designators that the drive itself tells; none where it, or the server, does not. */
  async serials(device: string): Promise<string[]> {
    try {
      return await this.with(undefined, async (tape) => {
        // Without a tape a drive opens in raw mode alone, which older versions do not have.
        const modes = tape.connection.version === 4 ? [RAW_MODE, TapeMode.READ] : [TapeMode.READ];
        for (const mode of modes)
          if ((await refusalToOpen(tape, device, mode)) === undefined) {
            const found = await identifiers(tape.connection);
            await tape.close();
            return found;
          }
        return [];
      });
    } catch (problem) {
      if (problem instanceof NdmpFailure || problem instanceof RequestTimedOut) return [];
      throw problem;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.idle.splice(0).map((connection) => connection.close()));
  }

  /** @returns what the server said the last time; undefined when the drive could be opened */
  private untilOpen(device: string, patience: Patience, over?: NdmpConnection): Promise<NdmpFailure | undefined> {
    return this.with(over, async (tape) => {
      const waiting = new Waiting(patience);
      for (;;) {
        const refused = await refusalToOpen(tape, device, TapeMode.READ);
        if (refused === undefined) {
          await tape.close();
          return undefined;
        }
        if (!NOT_YET.includes(refused.error)) throw refused;
        if (!(await waiting.goOn())) return refused;
      }
    });
  }

  private take(): NdmpConnection | undefined {
    for (let found = this.idle.pop(); found; found = this.idle.pop()) if (found.isOpen) return found;
    return undefined;
  }
}

/** Opens a drive. @returns what the server says against it; undefined when it is open now */
async function refusalToOpen(tape: TapeService, device: string, mode: number): Promise<NdmpFailure | undefined> {
  try {
    await tape.connection.request('NDMP_TAPE_OPEN', { device, mode });
    return undefined;
  } catch (problem) {
    if (problem instanceof NdmpFailure) return problem;
    throw problem;
  }
}

async function identifiers(connection: NdmpConnection): Promise<string[]> {
  const scsi = new ScsiService(connection, 'NDMP_TAPE_EXECUTE_CDB');
  const runner = new CommandRunner('The drive', (cdb, room) => scsi.execute(cdb, room), SOON);
  const page = (number: number): Promise<Uint8Array> =>
    runner.run('INQUIRY', { vital: 1, page: number, room: PAGE_ROOM }, PAGE_ROOM).catch(emptyWhenRefused);
  const serial = parseSerial(await page(0x80));
  return [...(serial === undefined ? [] : [serial]), ...parseDesignators(await page(0x83))];
}

function emptyWhenRefused(problem: unknown): Uint8Array {
  if (problem instanceof CommandRefused || problem instanceof NdmpFailure) return new Uint8Array(0);
  throw problem;
}

function rethrowUnlessRefused(problem: unknown): void {
  if (!(problem instanceof NdmpFailure)) throw problem;
}
