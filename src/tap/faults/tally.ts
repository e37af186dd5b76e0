import type { Fault } from './model';

interface Count {
  seen: number;
  struck: number;
}

/** Counts the messages that a fault is for, and says which of them are struck. */
export class Tally {
  /** Messages that were struck, on all connections. */
  hits = 0;
  private readonly overall: Count = { seen: 0, struck: 0 };
  private readonly connections = new Map<number, Count>();

  constructor(private readonly fault: Fault) {}

  /** Whether no further message can be struck, so that nothing need be looked at. */
  isSpent(connection: number): boolean {
    return (this.fault.eachConnection ? this.connections.get(connection) : this.overall)?.struck === this.fault.times;
  }

  /** Counts a message that the fault is for. @returns whether it is struck */
  strikes(connection: number, random: () => number): boolean {
    const count = this.countOf(connection);
    count.seen++;
    const { after, times, percent } = this.fault;
    if (count.seen <= after || count.struck >= times) return false;
    if (percent < 100 && random() * 100 >= percent) return false;
    count.struck++;
    this.hits++;
    return true;
  }

  forget(connection: number): void {
    this.connections.delete(connection);
  }

  private countOf(connection: number): Count {
    if (!this.fault.eachConnection) return this.overall;
    const count = this.connections.get(connection) ?? { seen: 0, struck: 0 };
    this.connections.set(connection, count);
    return count;
  }
}
