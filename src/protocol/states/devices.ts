import type { MoverStateName } from './model';

/** A device interface; a connection has at most one device open, of either. */
export type DeviceName = 'tape' | 'scsi';

/** What a request to a device needs (NDMPv4 draft, sections 3.3 and 3.4). */
export interface DeviceRule {
  readonly code: number;
  readonly device: DeviceName;
  /** `closed`: no device may be open; `open`: this one has to be. */
  readonly needs: 'open' | 'closed';
  /** States of the mover on the same connection in which the DMA owns the tape. */
  readonly mover?: readonly MoverStateName[];
  readonly opens?: true;
  readonly closes?: true;
  /** Asks only: a DMA may use it to find out whether a device is open. */
  readonly asks?: true;
}

/** Answers to a request that breaks its rule. */
export const DEVICE_ERRORS = { notOpen: 6, alreadyOpen: 3, moverOwns: 2 } as const;

const OWNED: readonly MoverStateName[] = ['IDLE', 'PAUSED', 'HALTED'];
const onTape = { device: 'tape', needs: 'open', mover: OWNED } as const;
const onScsi = { device: 'scsi', needs: 'open' } as const;

export const deviceRules: readonly DeviceRule[] = [
  { code: 0x200, device: 'scsi', needs: 'closed', opens: true },
  { ...onScsi, code: 0x201, closes: true },
  { ...onScsi, code: 0x202, asks: true },
  { ...onScsi, code: 0x203 },
  { ...onScsi, code: 0x204 },
  { ...onScsi, code: 0x205 },
  { ...onScsi, code: 0x206 },
  { code: 0x300, device: 'tape', needs: 'closed', opens: true },
  { ...onTape, code: 0x301, closes: true },
  // the only tape request that is served while the mover has the tape
  { code: 0x302, device: 'tape', needs: 'open', asks: true },
  { ...onTape, code: 0x303 },
  { ...onTape, code: 0x304 },
  { ...onTape, code: 0x305 },
  { ...onTape, code: 0x307 },
];

const rules = new Map(deviceRules.map((rule) => [rule.code, rule]));

export function deviceRule(code: number): DeviceRule | undefined {
  return rules.get(code);
}
