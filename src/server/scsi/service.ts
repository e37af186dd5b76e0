import type { SessionService } from '../session/services';

/** The SCSI service of one control connection. */
export interface ScsiService extends SessionService {
  /** Whether a device is open; then no tape can be. */
  readonly isOpen: boolean;
}
