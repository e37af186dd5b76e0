import type { SessionService } from '../session/services';
import type { ScsiTarget } from './target';

/** The SCSI service of one control connection. */
export interface ScsiService extends SessionService {
  /** Whether a device is open; then no tape can be. */
  readonly isOpen: boolean;
  /** The open device. */
  readonly device: OpenScsiDevice | undefined;
  /** Throws a RequestFailure NO_DEVICE. Other connections may have the same device open. */
  open(name: string): void;
  close(): void;
}

export interface OpenScsiDevice {
  /** As the client called it. */
  readonly name: string;
  readonly target: ScsiTarget;
}
