import type { Mark, Side } from '../model';
import { hitText } from './describe';
import type { Fault } from './model';
import type { Tally } from './tally';

/** What holds for one direction of a data connection. */
export interface DataLimits {
  /** Bytes a second. */
  throttle?: number;
  /** Bytes that pass before it is reset. */
  cutAt?: number;
}

/** Faults of data connections: decided once for each, when it begins. */
export class DataFaults {
  private readonly connections = new Map<number, Record<Side, DataLimits>>();

  constructor(
    private readonly random: () => number,
    private readonly marked: (mark: Mark) => void,
  ) {}

  of(connection: number, faults: ReadonlyMap<number, { fault: Fault; tally: Tally }>, from: Side): DataLimits {
    const known = this.connections.get(connection) ?? this.decided(connection, faults);
    this.connections.set(connection, known);
    return known[from];
  }

  closed(connection: number): void {
    this.connections.delete(connection);
  }

  private decided(
    connection: number,
    faults: ReadonlyMap<number, { fault: Fault; tally: Tally }>,
  ): Record<Side, DataLimits> {
    const limits: Record<Side, DataLimits> = { client: {}, target: {} };
    for (const [id, { fault, tally }] of faults) {
      if (fault.kind !== 'data') continue;
      if (fault.connection !== undefined && fault.connection !== connection) continue;
      if (!tally.strikes(connection, this.random)) continue;
      const { from, throttle, cutAt } = fault.harm;
      for (const side of from === 'both' ? (['client', 'target'] as const) : [from]) {
        if (throttle !== undefined) limits[side].throttle = Math.min(throttle, limits[side].throttle ?? Infinity);
        if (cutAt !== undefined) limits[side].cutAt = Math.min(cutAt, limits[side].cutAt ?? Infinity);
      }
      const done = [
        ...(throttle === undefined ? [] : [`${throttle} bytes a second`]),
        ...(cutAt === undefined ? [] : [`reset after ${cutAt} bytes`]),
      ];
      this.marked({ connection, text: hitText(id, fault, done) });
    }
    return limits;
  }
}
