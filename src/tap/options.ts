import type { Certificate } from '../transport';
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

export interface ListenAddress extends HostAndPort {
  /** TLS from the first byte, which the tap opens. */
  secure?: boolean;
}

/** How the target's certificate is judged. */
export interface TargetTls {
  /** Authorities, PEM; undefined: those of Node. */
  ca?: string;
  /** The certificate with this SHA-256 fingerprint is the right one: 64 small hexadecimal digits. */
  trust?: string;
  /** Whatever it shows is taken. */
  insecure?: boolean;
  /** What it is called in its certificate; undefined: as the target is. */
  name?: string;
}

export interface TapOptions {
  listen: readonly ListenAddress[];
  target: HostAndPort;
  /** For addresses with TLS. */
  certificate?: Certificate;
  /** Speaks TLS to the target; undefined: leads on what comes as it is. */
  targetTls?: TargetTls;
  /** Clients that are let in, as networks ('10.0.0.0/8') or addresses; this machine always is. */
  allow?: readonly string[];
  /** Connections at a time. */
  connections?: number;
  recording?: TapRecording;
  /** Data connections are to pass the tap: their addresses are exchanged in messages. `own`: see AddressRewriter. */
  rewrite?: { own: readonly string[] };
  faults?: LiveFaults;
  watcher?: TapWatcher;
}
