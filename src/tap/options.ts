import type { MessageGate } from './model';
import type { TapRecording } from './recording/recording';
import type { TapStatus } from './status';
import type { TapWatcher } from './watch';

export interface HostAndPort {
  host: string;
  port: number;
}

/** Faults that can be added and removed while the tap runs. */
export interface LiveFaults extends MessageGate {
  list(): TapStatus['faults'];
  /** @throws Error with a sentence for people */
  add(fault: unknown): number;
  remove(id: number): boolean;
  clear(): void;
}

export interface TapOptions {
  listen: readonly HostAndPort[];
  target: HostAndPort;
  /** Clients that are let in, as networks ('10.0.0.0/8') or addresses; this machine always is. */
  allow?: readonly string[];
  /** Connections at a time. */
  connections?: number;
  recording?: TapRecording;
  faults?: LiveFaults;
  watcher?: TapWatcher;
}
