import { clip, escapeText } from '../../../protocol';
import { messageOf } from '../../../transport/messageOf';
import { Aborted, ConnectionLost, DmaFailure, NdmpFailure } from '../../connection/failures';
import type { NdmpConnection } from '../../connection/model';
import { ScsiService } from '../../services/scsi';
import type { Changer, Element, Inventory } from '../model';
import { parseElementAddresses, parseInquiry, parseSerial, type DeviceIdentity, type ElementRange } from './deviceData';
import { readElements, STATUS_FORMS, type StatusForm } from './elements';
import { CommandRefused, CommandRunner, PATIENCE, Waiting, type Patience } from './execute';
import { isNotReady, isStale, isUnsupported, needsInitialising } from './sense';

const MEDIA_CHANGER = 8;
const INQUIRY_ROOM = 96;
const MODE_ROOM = 255;
const SERIAL_NUMBER = 0x80;
const NO_BLOCK_DESCRIPTORS = 0x08;
const ELEMENT_ADDRESSES = 0x1d;
/** Errors of SCSI_OPEN that pass when the other one has finished. */
const BUSY: readonly string[] = ['DEVICE_BUSY', 'DEVICE_OPENED'];

/**
 * Opens a media changer through the SCSI service of a server (protocol facts 7.8). The connection stays its owner's; it
 * can have no tape open at the same time with every server.
 * @param device its name as the server has it
 * @param patience how long to wait while somebody else has it open, and while it becomes ready
 * @throws DmaFailure when it is no media changer, NdmpFailure
 */
export async function openChanger(
  connection: NdmpConnection,
  device: string,
  patience: Patience = PATIENCE,
): Promise<Changer> {
  const changer = new ScsiChanger(connection, device, patience);
  await changer.open();
  return changer;
}

/** A cartridge was not moved, or it is not sure that it was. */
export class MoveRefused extends DmaFailure {
  /** @param isStale source or destination are not as the last inventory had them: somebody else moved something */
  constructor(
    message: string,
    readonly isStale: boolean,
  ) {
    super(message);
  }
}

class ScsiChanger implements Changer {
  private readonly scsi: ScsiService;
  private readonly runner: CommandRunner;
  private identity: DeviceIdentity | undefined;
  private serial: string | undefined;
  private ranges: readonly ElementRange[] | undefined;
  private forms: readonly StatusForm[] = STATUS_FORMS;
  private isOpen = false;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    connection: NdmpConnection,
    readonly device: string,
    private readonly patience: Patience,
  ) {
    this.scsi = new ScsiService(connection);
    this.runner = new CommandRunner(this.name, (cdb, room) => this.scsi.execute(cdb, room), patience);
  }

  get server(): string {
    return this.scsi.connection.server;
  }

  private get name(): string {
    return `Changer ${escapeText(this.device)} of ${this.server}`;
  }

  /** The first arm; 0, by which a changer should choose itself, is not understood by all. */
  private get transport(): number {
    return this.ranges?.find(({ type, count }) => type === 'transport' && count > 0)?.first ?? 0;
  }

  open(): Promise<void> {
    return this.inTurn(async () => {
      if (this.isOpen) return;
      await this.openDevice();
      this.isOpen = true;
      try {
        await this.meet();
      } catch (problem) {
        await this.closeDevice();
        throw problem;
      }
    });
  }

  inventory(): Promise<Inventory> {
    return this.inTurn(async () => {
      const { elements, form } = await readElements(this.runner, this.ranges, this.forms);
      this.forms = [form];
      elements.sort((a, b) => a.address - b.address);
      const { vendor = '', product = '' } = this.identity ?? {};
      return { elements, vendor, product, serial: this.serial };
    });
  }

  rescan(): Promise<void> {
    return this.inTurn(async () => {
      try {
        await this.runner.run('INITIALIZE_ELEMENT_STATUS', {});
      } catch (problem) {
        // Not every changer has the command: what it knows by itself has to do.
        if (!isUnknownCommand(problem)) throw problem;
      }
    });
  }

  move(from: number, to: number): Promise<void> {
    return this.inTurn(async () => {
      try {
        await this.runner.run('MOVE_MEDIUM', { transport: this.transport, source: from, destination: to });
      } catch (problem) {
        if (problem instanceof ConnectionLost || problem instanceof Aborted) throw problem;
        const codes = problem instanceof CommandRefused ? problem.codes : undefined;
        throw new MoveRefused(await this.explain(problem, from, to), isStale(codes));
      }
    });
  }

  close(): Promise<void> {
    return this.inTurn(() => this.closeDevice());
  }

  private async openDevice(): Promise<void> {
    const waiting = new Waiting(this.patience);
    for (;;)
      try {
        return await this.scsi.open(this.device);
      } catch (problem) {
        if (!(problem instanceof NdmpFailure)) throw problem;
        if (BUSY.includes(problem.error) && (await waiting.goOn())) continue;
        const { server, request, error, message } = problem;
        throw new NdmpFailure(server, request, error, `${this.name} cannot be opened: ${message}`);
      }
  }

  /** Makes sure once that it is a changer that is ready, and learns where its elements are. */
  private async meet(): Promise<void> {
    if (this.identity) return;
    const identity = parseInquiry(await this.runner.run('INQUIRY', { room: INQUIRY_ROOM }, INQUIRY_ROOM));
    if (identity.deviceType !== MEDIA_CHANGER)
      throw new DmaFailure(
        `${this.name} is no media changer but a SCSI device of type ${identity.deviceType}. Choose another device.`,
      );
    await this.getReady();
    this.ranges = await this.elementAddresses();
    this.serial = await this.serialNumber();
    this.identity = identity;
  }

  /** A changer that is not ready (its door is open) can still tell what is where. */
  private async getReady(): Promise<void> {
    try {
      await this.runner.run('TEST_UNIT_READY', {});
    } catch (problem) {
      if (!(problem instanceof CommandRefused) || !isNotReady(problem.codes)) throw problem;
      if (needsInitialising(problem.codes)) await this.runner.run('INITIALIZE_ELEMENT_STATUS', {});
    }
  }

  private async serialNumber(): Promise<string | undefined> {
    const ask = { vital: 1, page: SERIAL_NUMBER, room: MODE_ROOM };
    try {
      return parseSerial(await this.runner.run('INQUIRY', ask, MODE_ROOM));
    } catch (problem) {
      if (isUnknownCommand(problem)) return undefined;
      throw problem;
    }
  }

  private async elementAddresses(): Promise<readonly ElementRange[] | undefined> {
    const ask = { noBlocks: NO_BLOCK_DESCRIPTORS, page: ELEMENT_ADDRESSES, room: MODE_ROOM };
    try {
      return parseElementAddresses(await this.runner.run('MODE_SENSE', ask, MODE_ROOM));
    } catch (problem) {
      if (isUnknownCommand(problem)) return undefined;
      throw problem;
    }
  }

  private async closeDevice(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    // With the connection gone, or the server of another mind, it is closed as well.
    await this.scsi.close().catch(() => undefined);
  }

  /** Why a move failed, and where the cartridge is now as the changer says. */
  private async explain(problem: unknown, from: number, to: number): Promise<string> {
    const why = problem instanceof CommandRefused ? `${problem.why}.` : clip(messageOf(problem), 300);
    const head = `${this.name} did not move the cartridge from element ${from} to ${to}: ${why}`;
    try {
      const { elements } = await readElements(this.runner, this.ranges, this.forms);
      return `${head} ${whereabouts(elements, from, to)}`;
    } catch {
      return `${head} It does not say either where the cartridge is now: look into the library.`;
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }
}

/** A command that the device, or the server before it, does not have. */
function isUnknownCommand(problem: unknown): boolean {
  if (problem instanceof CommandRefused) return isUnsupported(problem.codes);
  return problem instanceof NdmpFailure && ['ILLEGAL_ARGS', 'NOT_SUPPORTED'].includes(problem.error);
}

function whereabouts(elements: readonly Element[], from: number, to: number): string {
  const at = (address: number): Element | undefined => elements.find((element) => element.address === address);
  const arm = elements.find(({ type, isFull }) => type === 'transport' && isFull);
  if (arm) return `The changer's arm (element ${arm.address}) holds a cartridge: see to the library.`;
  const [source, destination] = [at(from), at(to)];
  if (!source) return `It has no element ${from}; nothing was moved.`;
  if (!destination) return `It has no element ${to}; nothing was moved.`;
  if (source.isFull) return `${source.barcode ?? 'The cartridge'} is still in element ${from}; nothing was moved.`;
  return destination.isFull
    ? `It says that ${destination.barcode ?? 'a cartridge'} is in element ${to}, and element ${from} is empty.`
    : `It says that both elements are empty: look into the library.`;
}
