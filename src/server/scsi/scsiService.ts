import type { ServerSession } from '../session/session';
import type { OpenScsiDevice, ScsiService } from './service';
import type { ScsiTarget } from './target';

/** The SCSI service of a control connection (NDMPv4 draft, section 3.3). */
export function createScsiService(session: ServerSession): ScsiService {
  return new SessionScsi(session);
}

/**
 * A connection is one initiator to a device from its first SCSI_OPEN until it ends: what it prevents or reserves outlives
 * SCSI_CLOSE, and what happens meanwhile it is told afterwards.
 */
class SessionScsi implements ScsiService {
  device: OpenScsiDevice | undefined;
  private readonly attached = new Set<ScsiTarget>();

  constructor(private readonly session: ServerSession) {}

  get isOpen(): boolean {
    return this.device !== undefined;
  }

  get busy(): boolean {
    return this.isOpen;
  }

  open(name: string): void {
    const target = this.session.view.scsi(name);
    this.attached.add(target);
    target.attach?.(this.session.id);
    this.device = { name, target };
  }

  close(): void {
    this.device = undefined;
  }

  dispose(): Promise<void> {
    this.close();
    for (const target of this.attached) target.detach?.(this.session.id);
    this.attached.clear();
    return Promise.resolve();
  }
}
