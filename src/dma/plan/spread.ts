import type { DriveState } from '../media/model';
import type { PlanInputs } from './model';

/**
 * Counts which source will probably run on which drive. A job that asks for several sources at a time gets them: when the
 * local drive of a source has one to do already and another drive would stand idle, the source goes there.
 */
export class DriveLoads {
  private readonly loads = new Map<DriveState, { count: number; last: string }>();

  constructor(
    private readonly job: PlanInputs['job'],
    private readonly drives: readonly DriveState[],
  ) {}

  /** Drives to use instead of these, and why; undefined where these will do. */
  insteadOf(near: readonly DriveState[]): { drives: DriveState[]; why: string } | undefined {
    if (this.job.topology !== 'auto' || this.job.parallel < 2) return undefined;
    const others = this.drives.filter((each) => !near.includes(each));
    const [local, other] = [this.least(near), this.least(others)];
    if (local === undefined || other === undefined || this.count(other) >= this.count(local)) return undefined;
    const isOneMore = this.count(other) === 0;
    if (isOneMore && this.loads.size >= this.job.parallel) return undefined;
    return {
      drives: [other, ...others.filter((each) => each !== other)],
      why: `Its local drive ${local.device} is for ${this.loads.get(local)?.last}, and the job asks for ${this.job.parallel} sources at a time; topology "local" would wait for it.`,
    };
  }

  /** A source will run on one of these. */
  take(drives: readonly DriveState[], path: string): void {
    const drive = this.least(drives);
    if (drive) this.loads.set(drive, { count: this.count(drive) + 1, last: path });
  }

  private count(drive: DriveState): number {
    return this.loads.get(drive)?.count ?? 0;
  }

  private least(drives: readonly DriveState[]): DriveState | undefined {
    return drives.reduce<DriveState | undefined>(
      (best, each) => (best !== undefined && this.count(best) <= this.count(each) ? best : each),
      undefined,
    );
  }
}
