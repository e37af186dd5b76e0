import { fixedSense, type SenseName } from './sense';

/** Conditions kept for one initiator; more of them tell it nothing new. */
const KEPT = 4;

/**
 * What initiators (control connections, by number) have yet to be told of a device: each is told once, by the next
 * command that reports it (SAM-5, section 5.14).
 */
export class UnitAttentions {
  private readonly waiting = new Map<number, SenseName[]>();

  /** From now on events are kept for this initiator; those before are no news to it. Does nothing the second time. */
  meet(initiator: number): void {
    if (!this.waiting.has(initiator)) this.waiting.set(initiator, []);
  }

  forget(initiator: number): void {
    this.waiting.delete(initiator);
  }

  /** Tells every initiator but the one that did it. A reset makes all that was to be told before it idle. */
  raise(condition: SenseName, by?: number): void {
    for (const [initiator, list] of this.waiting) {
      if (initiator === by || list.includes(condition)) continue;
      if (isReset(condition)) list.length = 0;
      list.push(condition);
      if (list.length > KEPT) list.shift();
    }
  }

  /** The next condition, which is thereby told; undefined when there is none. */
  take(initiator: number): SenseName | undefined {
    return this.waiting.get(initiator)?.shift();
  }

  /** Sense data of the next condition, for REQUEST SENSE; no sense when there is none. */
  takeSense(initiator: number): Uint8Array {
    return fixedSense(this.take(initiator) ?? 'NO_ADDITIONAL_SENSE');
  }
}

/**
 * Whether a command reports what waits: INQUIRY and REPORT LUNS answer all the same, REQUEST SENSE answers with it as data
 * (SPC-4, section 5.12).
 */
export function reportsUnitAttention(operation: number): boolean {
  return operation !== 0x12 && operation !== 0xa0 && operation !== 0x03;
}

function isReset(condition: SenseName): boolean {
  return (
    condition === 'POWER_ON_OR_RESET' || condition === 'BUS_RESET_OCCURRED' || condition === 'DEVICE_RESET_OCCURRED'
  );
}
