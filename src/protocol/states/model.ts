import type { NdmpVersion } from '../model';

/** The two state machines of a server. */
export type MachineName = 'data' | 'mover';

export const DATA_STATES = ['IDLE', 'LISTEN', 'CONNECTED', 'ACTIVE', 'HALTED'] as const;
export const MOVER_STATES = ['IDLE', 'LISTEN', 'ACTIVE', 'PAUSED', 'HALTED'] as const;
export type DataStateName = (typeof DATA_STATES)[number];
export type MoverStateName = (typeof MOVER_STATES)[number];
export type StateName = DataStateName | MoverStateName;

/** States in which implementations differ from the specification or from each other, with the reason. */
export interface Leniency<S extends StateName = StateName> {
  readonly states: readonly S[];
  /** All versions where it is missing. */
  readonly versions?: readonly NdmpVersion[];
  /** A clause for people: who does so. */
  readonly why: string;
}

/** What one request asks of its state machine. */
export interface RequestRule<S extends StateName = StateName> {
  readonly machine: MachineName;
  readonly code: number;
  /** Versions in which the request exists. */
  readonly versions: readonly NdmpVersion[];
  /** States in which the specification allows it. */
  readonly legal: readonly S[];
  /** Where an earlier version allows other states than {@link legal}. */
  readonly legalBefore?: Partial<Record<NdmpVersion, readonly S[]>>;
  /** Not allowed by the specification, but done by DMAs and accepted by servers. */
  readonly accepted?: readonly Leniency<S>[];
  /** Allowed by the specification, but refused by servers that are in use. */
  readonly refused?: readonly Leniency<S>[];
  /** State after success; undefined where it stays. */
  readonly leadsTo?: S;
  /** Success also brings the end of the data connection that listens at the other side on its way. */
  readonly connects?: true;
  /** The change comes with a post that may stand before or after the reply. */
  readonly post?: number;
}

/** A change of state that no request asks for. */
export interface StateEvent<S extends StateName = StateName> {
  readonly machine: MachineName;
  readonly from: readonly S[];
  readonly to: S;
  /** Code of the post that tells the DMA; undefined: the DMA is not told. */
  readonly post?: number;
  /** Reasons that the post may carry, by their names. */
  readonly reasons?: readonly string[];
  readonly versions?: readonly NdmpVersion[];
  readonly doc: string;
}

/** Section of the specification, for explanations. */
export const DATA_SPECIFICATION = 'NDMPv4 draft, data server state machine (section 3.5)';
export const MOVER_SPECIFICATION = 'NDMPv4 draft, mover state machine (section 3.6)';
