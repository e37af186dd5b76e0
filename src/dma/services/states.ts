/** Names of what the wire has as numbers, the same in v2, v3 and v4 (NDMPv4 draft, sections 3.4 to 3.6). */
const DATA_STATES = ['IDLE', 'ACTIVE', 'HALTED', 'LISTEN', 'CONNECTED'] as const;
const DATA_HALTS = ['NA', 'SUCCESSFUL', 'ABORTED', 'INTERNAL_ERROR', 'CONNECT_ERROR'] as const;
const MOVER_STATES = ['IDLE', 'LISTEN', 'ACTIVE', 'PAUSED', 'HALTED'] as const;
const MOVER_PAUSES = ['NA', 'EOM', 'EOF', 'SEEK', 'MEDIA_ERROR', 'EOW'] as const;
const MOVER_HALTS = ['NA', 'CONNECT_CLOSED', 'ABORTED', 'INTERNAL_ERROR', 'CONNECT_ERROR', 'MEDIA_ERROR'] as const;

/** What a server of a wrong or newer kind says is not known. */
export type Unknown = 'UNKNOWN';
export type DataStateName = (typeof DATA_STATES)[number] | Unknown;
export type DataHaltName = (typeof DATA_HALTS)[number] | Unknown;
export type MoverStateName = (typeof MOVER_STATES)[number] | Unknown;
export type MoverPauseName = (typeof MOVER_PAUSES)[number] | Unknown;
export type MoverHaltName = (typeof MOVER_HALTS)[number] | Unknown;

export const dataStateName = named(DATA_STATES);
export const dataHaltName = named(DATA_HALTS);
export const moverStateName = named(MOVER_STATES);
export const moverPauseName = named(MOVER_PAUSES);
export const moverHaltName = named(MOVER_HALTS);

function named<T extends string>(names: readonly T[]): (value: unknown) => T | Unknown {
  return (value) => (typeof value === 'number' ? names[value] : undefined) ?? 'UNKNOWN';
}
