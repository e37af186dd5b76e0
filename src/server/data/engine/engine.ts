import { availableParallelism } from 'node:os';
import type { BackupOrder, RecoverOrder } from '../../archive/model';
import { refuse } from '../../failure';
import type { ServerLimits } from '../../limits';
import type { ServerLog } from '../../log';
import { BackupJob, RecoverJob, type JobPort } from './jobs';
import type { FromWorker, ToWorker } from './messages';
import { openThread } from './thread';

/** Carries out backups and recoveries for all connections of a server, away from its thread. */
export interface DataEngine {
  /** Throws a RequestFailure NO_MEM when as many operations run as may. */
  backup(order: BackupOrder): BackupJob;
  /** Throws a RequestFailure NO_MEM when as many operations run as may. */
  recover(order: RecoverOrder): RecoverJob;
  /** Ends all that runs, and the threads. Never rejects. */
  close(): Promise<void>;
}

/** Where jobs are done: a worker thread; tests have others. */
export interface Workplace {
  send(message: ToWorker, give?: ArrayBuffer[]): void;
  end(): Promise<void>;
}

/** Opens a workplace that reports to `take`; `lost` is called when it ends by itself. */
export type OpenWorkplace = (take: (message: FromWorker) => void, lost: (why: string) => void) => Workplace;

export interface EngineOptions {
  limits: Pick<ServerLimits, 'operations'>;
  log: ServerLog;
  /** Threads at most; what the machine has, up to 4, when left out. */
  threads?: number;
  /** Milliseconds after which a thread without work ends. */
  idleMilliseconds?: number;
  open?: OpenWorkplace;
}

const MOST_THREADS = 4;
const IDLE_MILLISECONDS = 30_000;

/** The data engine of a server. Threads are started when there is work, share it evenly and end when there is none. */
export function createDataEngine(options: EngineOptions): DataEngine {
  return new Engine(options);
}

interface Place {
  workplace: Workplace;
  jobs: Map<number, BackupJob | RecoverJob>;
  idle: NodeJS.Timeout | undefined;
}

class Engine implements DataEngine {
  private readonly places = new Set<Place>();
  private readonly threads: number;
  private lastJob = 0;
  private closed = false;

  constructor(private readonly options: EngineOptions) {
    this.threads = options.threads ?? Math.min(MOST_THREADS, availableParallelism());
  }

  backup(order: BackupOrder): BackupJob {
    return this.begin((job, port) => new BackupJob(job, order, port));
  }

  recover(order: RecoverOrder): RecoverJob {
    return this.begin((job, port) => new RecoverJob(job, order, port));
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.places].map((place) => this.remove(place, 'the server has ended')));
  }

  private begin<T extends BackupJob | RecoverJob>(create: (job: number, port: JobPort) => T): T {
    const running = [...this.places].reduce((sum, { jobs }) => sum + jobs.size, 0);
    if (this.closed || running >= this.options.limits.operations)
      refuse('NO_MEM', this.closed ? 'the server ends' : `${running} data operations run, which is as many as may`);
    const place = this.place();
    const number = ++this.lastJob;
    const job = create(number, {
      send: (message, give) => place.workplace.send(message, give),
      over: () => this.over(place, number),
    });
    place.jobs.set(number, job);
    return job;
  }

  /** The thread with the least to do; a new one when all have something to do and there may be more. */
  private place(): Place {
    const [least] = [...this.places].sort((a, b) => a.jobs.size - b.jobs.size);
    const place = least && (least.jobs.size === 0 || this.places.size >= this.threads) ? least : this.open();
    clearTimeout(place.idle);
    return place;
  }

  private open(): Place {
    const open = this.options.open ?? openThread;
    const jobs: Place['jobs'] = new Map();
    const place: Place = {
      workplace: open(
        (message) => jobs.get(message.job)?.receive(message),
        (why) => {
          this.options.log.write('error', `A thread of the data server ended: ${why}`);
          void this.remove(place, why);
        },
      ),
      jobs,
      idle: undefined,
    };
    this.places.add(place);
    return place;
  }

  private over(place: Place, number: number): void {
    place.jobs.delete(number);
    if (place.jobs.size > 0 || !this.places.has(place)) return;
    clearTimeout(place.idle);
    place.idle = setTimeout(
      () => void this.remove(place, 'it had nothing to do'),
      this.options.idleMilliseconds ?? IDLE_MILLISECONDS,
    );
    place.idle.unref();
  }

  private async remove(place: Place, why: string): Promise<void> {
    if (!this.places.delete(place)) return;
    clearTimeout(place.idle);
    for (const job of [...place.jobs.values()]) job.fail(`The thread of this operation ended: ${why}.`);
    await place.workplace.end();
  }
}
