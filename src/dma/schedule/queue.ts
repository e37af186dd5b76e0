import { messageOf } from '../../transport/messageOf';
import type { Job } from '../job/model';
import type { RunReport } from '../run/model';

/** What became of a job of the queue. */
export interface QueuedResult {
  job: string;
  report: RunReport;
}

export interface QueueOrder {
  jobs: readonly Job[];
  signal: AbortSignal;
  /**
   * Runs a job from plan to report; never rejects for what a report can say.
   * @param planned tells how many drives its plan can use
   */
  run: (job: Job, planned: (drives: number) => void) => Promise<RunReport>;
  /** Called with each report as it comes. */
  ended?: (result: QueuedResult) => void;
}

/**
 * Runs jobs in their order, as many at a time as the drives of their tape library allow: the first job of a library is
 * planned alone, its plan tells how many drives there are. A job of which another run is under way waits for it.
 * @returns the results, in the order of the jobs
 */
export async function runQueue(order: QueueOrder): Promise<QueuedResult[]> {
  const results: QueuedResult[] = [];
  const groups = new Map<string, { job: Job; at: number }[]>();
  for (const [at, job] of order.jobs.entries()) {
    const group = groups.get(targetOf(job)) ?? [];
    groups.set(targetOf(job), [...group, { job, at }]);
  }
  const keep = (at: number, result: QueuedResult): void => {
    results[at] = result;
    order.ended?.(result);
  };
  await Promise.all([...groups.values()].map((entries) => new Group(order, entries, keep).drain()));
  return results;
}

class Group {
  private limit = 1;
  private readonly running = new Set<string>();
  private done: () => void = () => undefined;
  private readonly waiting: { job: Job; at: number }[];

  constructor(
    private readonly order: QueueOrder,
    entries: readonly { job: Job; at: number }[],
    private readonly keep: (at: number, result: QueuedResult) => void,
  ) {
    this.waiting = [...entries];
  }

  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.done = resolve;
      this.pump();
    });
  }

  private pump(): void {
    while (this.running.size < this.limit) {
      const next = this.waiting.findIndex(({ job }) => !this.running.has(job.name));
      if (next < 0) break;
      const [{ job, at }] = this.waiting.splice(next, 1);
      this.running.add(job.name);
      void this.carryOut(job).then((report) => {
        this.running.delete(job.name);
        this.keep(at, { job: job.name, report });
        this.pump();
      });
    }
    if (this.running.size === 0 && this.waiting.length === 0) this.done();
  }

  private async carryOut(job: Job): Promise<RunReport> {
    if (this.order.signal.aborted) return unstarted('aborted', 'It was not started: the queue was aborted.');
    try {
      return await this.order.run(job, (drives) => {
        this.limit = Math.max(this.limit, drives);
        this.pump();
      });
    } catch (problem) {
      return unstarted('failed', messageOf(problem));
    }
  }
}

function unstarted(state: RunReport['state'], message: string): RunReport {
  return { run: 0, state, sources: [], message, recording: undefined, log: undefined };
}

function targetOf({ server, target }: Job): string {
  return `${target.server ?? server}\n${target.changer ?? ''}`;
}
