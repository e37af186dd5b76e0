import { DmaFailure, NdmpFailure } from '../connection/failures';
import { TapeRefused } from '../media/failures';
import { TapeMode, type TapeService } from '../services/tape';
import { unlessAborted } from './waiting';

/** Somebody else uses the drive. */
export class DriveBusy extends DmaFailure {}

/** There is no tape in the drive. */
export class DriveEmpty extends DmaFailure {}

export interface OpenOptions {
  signal: AbortSignal;
  /** What should be in the drive, where it is known. */
  barcode: string | undefined;
  /** Seconds to try again while the drive is not ready, and while it says that there is no tape in it. */
  patience: number;
  emptyPatience: number;
  /** Seconds between two tries. */
  pause: number;
  /** Whether the tape lies somewhere else by now: then an empty drive is not waited for. */
  isElsewhere?: () => Promise<boolean>;
}

/**
 * Waits until nobody else has a drive open, before a tape is loaded into it: behind that, "busy" may also mean that it is
 * threading the tape.
 * @throws DriveBusy when somebody keeps it, Aborted
 */
export async function untilFree(
  tape: TapeService,
  device: string,
  { signal, patience, pause }: Pick<OpenOptions, 'signal' | 'patience' | 'pause'>,
): Promise<void> {
  const started = Date.now();
  while (await isBusy(tape, device)) {
    if (Date.now() - started >= patience * 1000) throw busy(`Drive ${device} of ${tape.connection.server}`);
    await unlessAborted(new Promise((resolve) => setTimeout(resolve, pause * 1000)), signal);
  }
}

async function isBusy(tape: TapeService, device: string): Promise<boolean> {
  try {
    await tape.open(device, TapeMode.READ);
  } catch (error) {
    if (!(error instanceof NdmpFailure)) throw error;
    return error.error === 'DEVICE_BUSY';
  }
  await tape.close();
  return false;
}

function busy(drive: string): DriveBusy {
  return new DriveBusy(
    `${drive} is in use by somebody else. End what uses it, or name other drives in the job's "target.drives".`,
  );
}

/** What a drive says while it is not ready, or while the connection of a run before is still being closed. */
const PASSING = ['DEVICE_BUSY', 'NO_TAPE_LOADED', 'IO', 'TIMEOUT'];

/**
 * Opens a drive for writing; just after a tape was loaded that may take some tries (protocol facts 10.29).
 * @throws TapeRefused for a tape that is write-protected, DriveBusy, DriveEmpty, Aborted
 */
export async function openForWriting(tape: TapeService, device: string, options: OpenOptions): Promise<void> {
  const { signal } = options;
  const started = Date.now();
  for (;;) {
    try {
      return await tape.open(device, TapeMode.WRITE);
    } catch (error) {
      if (!(error instanceof NdmpFailure)) throw error;
      const isEmpty = error.error === 'NO_TAPE_LOADED';
      const seconds = isEmpty ? options.emptyPatience : options.patience;
      if (!PASSING.includes(error.error) || Date.now() - started >= seconds * 1000)
        throw explained(error, device, options);
      if (isEmpty && (await options.isElsewhere?.()) === true) throw explained(error, device, options);
    }
    await unlessAborted(new Promise((resolve) => setTimeout(resolve, options.pause * 1000)), signal);
  }
}

function explained(error: NdmpFailure, device: string, { barcode }: OpenOptions): DmaFailure {
  const drive = `Drive ${device} of ${error.server}`;
  const tape = barcode === undefined ? `The tape in ${device} of ${error.server}` : `Tape "${barcode}"`;
  switch (error.error) {
    case 'WRITE_PROTECT':
      return new TapeRefused(barcode, `${tape} is write-protected. It was not written; take another one.`);
    case 'DEVICE_BUSY':
      return busy(drive);
    case 'NO_TAPE_LOADED':
      return new DriveEmpty(`${drive} has no tape in it.`);
    default:
      return error;
  }
}
