import type { DriveState } from '../media/model';
import { Aborted, DmaFailure } from '../connection/failures';

/** A drive that belongs to one stream until it is given back. */
export interface DriveLease {
  readonly drive: DriveState;
  release(): void;
}

interface Waiter {
  candidates: readonly DriveState[];
  grant(drive: DriveState): void;
}

/** The drives of all runs of this program: each belongs to one stream at a time, who came first is served first. */
export class DriveBoard {
  private readonly taken = new Set<string>();
  private readonly waiters: Waiter[] = [];

  /** Runs that wait for a drive. */
  get waiting(): number {
    return this.waiters.length;
  }

  /**
   * The first of these drives that is free, as soon as one is.
   * @param candidates the best first
   * @throws DmaFailure when none of them can be used at all, Aborted
   */
  async lease(candidates: readonly DriveState[], signal: AbortSignal): Promise<DriveLease> {
    const usable = candidates.filter(({ unusable }) => unusable === undefined);
    if (usable.length === 0) throw new DmaFailure(whyNone(candidates));
    if (signal.aborted) throw new Aborted('The run was aborted before it had a drive.');
    const drive = await this.wait(usable, signal);
    let isOurs = true;
    const release = (): void => {
      if (isOurs) this.free(drive);
      isOurs = false;
    };
    return { drive, release };
  }

  private wait(candidates: readonly DriveState[], signal: AbortSignal): Promise<DriveState> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        reject(new Aborted('The run was aborted before it had a drive.'));
      };
      const waiter: Waiter = {
        candidates,
        grant: (drive) => {
          signal.removeEventListener('abort', leave);
          resolve(drive);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiters.push(waiter);
      this.serve();
    });
  }

  private free(drive: DriveState): void {
    this.taken.delete(keyOf(drive));
    this.serve();
  }

  private serve(): void {
    for (const waiter of [...this.waiters]) {
      const drive = waiter.candidates.find((each) => !this.taken.has(keyOf(each)));
      if (!drive) continue;
      this.taken.add(keyOf(drive));
      this.waiters.splice(this.waiters.indexOf(waiter), 1);
      waiter.grant(drive);
    }
  }
}

export function keyOf({ server, device }: Pick<DriveState, 'server' | 'device'>): string {
  return `${server}\n${device}`;
}

function whyNone(candidates: readonly DriveState[]): string {
  if (candidates.length === 0) return 'There is no drive for it.';
  const reasons = candidates.map(({ server, device, unusable = '' }) => `${device} of ${server}: ${unusable}`);
  return `No drive can be used. ${reasons.join('; ')}`;
}
