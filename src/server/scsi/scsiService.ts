import type { ServerSession } from '../session/session';
import type { OpenScsiDevice, ScsiService } from './service';

/** The SCSI service of a control connection (NDMPv4 draft, section 3.3). */
export function createScsiService(session: ServerSession): ScsiService {
  return new SessionScsi(session);
}

class SessionScsi implements ScsiService {
  device: OpenScsiDevice | undefined;

  constructor(private readonly session: ServerSession) {}

  get isOpen(): boolean {
    return this.device !== undefined;
  }

  get busy(): boolean {
    return this.isOpen;
  }

  open(name: string): void {
    const target = this.session.view.scsi(name);
    target.attach?.(this.session.id);
    this.device = { name, target };
  }

  close(): void {
    this.device?.target.detach?.(this.session.id);
    this.device = undefined;
  }

  dispose(): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}
