import type {
  BackupOrder,
  BackupPiece,
  BackupRun,
  RecoverOrder,
  RecoverRun,
  RecoverStep,
} from '../../../src/server/archive/model';
import { createDataEngine, type DataEngine, type Workplace } from '../../../src/server/data/engine/engine';
import type { FromWorker, ToWorker } from '../../../src/server/data/engine/messages';
import { Operations } from '../../../src/server/data/engine/operations';
import type { ServerLog } from '../../../src/server/log';

/** A backup of zeros, as its environment orders: PIECES of BYTES each; FAIL_AT throws there. */
export class FakeBackup implements BackupRun {
  made = 0;
  committed = 0;
  closed = 0;
  reused = 0;

  constructor(readonly order: BackupOrder) {}

  next(): BackupPiece {
    const pieces = this.number('PIECES', 3);
    if (this.made === this.number('FAIL_AT', -1)) throw new Error('the disk is on fire');
    this.made++;
    const size = this.number('BYTES', 1000);
    const done = this.made >= pieces;
    return {
      bytes: new Uint8Array(size).fill(this.made),
      posts: [{ code: 0x703, body: new Uint8Array([0, 0, 0, this.made]) }],
      messages: this.made === 2 ? [{ type: 'warning', text: 'a\nfile cannot be read' }] : [],
      remaining: (pieces - this.made) * size,
      done,
      environment: done ? [{ name: 'DUMP_DATE', value: '42' }] : undefined,
    };
  }

  reuse(): void {
    this.reused++;
  }

  commit(): void {
    this.committed++;
  }

  close(): void {
    this.closed++;
  }

  private number(name: string, otherwise: number): number {
    return Number(this.order.environment.find((pair) => pair.name === name)?.value ?? otherwise);
  }
}

/** A recovery that is done after so many bytes (BYTES), asked for in wants of WANT bytes each. */
export class FakeRecover implements RecoverRun {
  taken = 0;
  closed = 0;
  ended = false;

  constructor(readonly order: RecoverOrder) {}

  start(): RecoverStep {
    return this.step([]);
  }

  push(bytes: Uint8Array): RecoverStep {
    const before = this.taken;
    this.taken += bytes.length;
    const want = this.number('WANT', 0);
    const isNext = want > 0 && Math.floor(before / want) < Math.floor(this.taken / want);
    return this.step(this.taken >= this.number('BYTES', 0) ? [0] : [], isNext ? this.taken : undefined);
  }

  end(): RecoverStep {
    this.ended = true;
    return { ...this.step([5]), done: true };
  }

  close(): void {
    this.closed++;
  }

  private step(status: number[], at = 0): RecoverStep {
    const want = this.number('WANT', 0);
    const isWanted = this.taken === 0 || at > 0;
    return {
      files: status.flatMap((each) => this.order.names.map(({ original }) => ({ name: original, status: each }))),
      messages: [],
      posts: [],
      want: isWanted ? { offset: BigInt(at), length: want > 0 ? BigInt(want) : undefined } : undefined,
      done: status.includes(0),
    };
  }

  private number(name: string, otherwise: number): number {
    return Number(this.order.environment.find((pair) => pair.name === name)?.value ?? otherwise);
  }
}

const silent: ServerLog = { write: () => undefined, child: () => silent };

export interface FakeEngine extends DataEngine {
  backups: FakeBackup[];
  recoveries: FakeRecover[];
  /** How many places were opened and have ended. */
  counts: { opened: number; ended: number };
  /** Lets the places die by themselves. */
  lose(): void;
}

/** The engine in this thread, with operations that have no files. */
export function fakeEngine(
  options: { operations?: number; threads?: number; idleMilliseconds?: number } = {},
): FakeEngine {
  const backups: FakeBackup[] = [];
  const recoveries: FakeRecover[] = [];
  const counts = { opened: 0, ended: 0 };
  const losses: ((why: string) => void)[] = [];
  const open = (take: (message: FromWorker) => void, lost: (why: string) => void): Workplace => {
    counts.opened++;
    losses.push(lost);
    let isOpen = true;
    const starters = {
      startBackup: (order: BackupOrder) => backups[backups.push(new FakeBackup(order)) - 1],
      startRecover: (order: RecoverOrder) => recoveries[recoveries.push(new FakeRecover(order)) - 1],
    };
    const operations = new Operations(
      starters,
      (message) => void setImmediate(() => isOpen && take(structuredClone(message))),
      (work) => setImmediate(work),
    );
    return {
      send: (message: ToWorker, give) => {
        const sent = structuredClone(message, { transfer: give ?? [] });
        setImmediate(() => isOpen && operations.take(sent));
      },
      end: () => {
        isOpen = false;
        counts.ended++;
        return Promise.resolve();
      },
    };
  };
  const { operations = 8, threads = 2, idleMilliseconds } = options;
  const engine = createDataEngine({ limits: { operations }, log: silent, threads, idleMilliseconds, open });
  return Object.assign(engine, { backups, recoveries, counts, lose: () => losses.forEach((lost) => lost('killed')) });
}
