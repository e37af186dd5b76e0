import { fixedSense, type SenseName } from './sense';

/** What a condition makes needless to tell as well: after a reset, or when any medium may have changed, all is read anew. */
const COVERS: Partial<Record<SenseName, readonly SenseName[]>> = {
  POWER_ON_OR_RESET: ['MEDIUM_MAY_HAVE_CHANGED', 'IMPORT_EXPORT_ACCESSED', 'MODE_PARAMETERS_CHANGED'],
  MEDIUM_MAY_HAVE_CHANGED: ['IMPORT_EXPORT_ACCESSED'],
};

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

  /** Tells every initiator but the one that did it. */
  raise(condition: SenseName, by?: number): void {
    for (const [initiator, list] of this.waiting) {
      if (initiator === by || list.some((told) => told === condition || COVERS[told]?.includes(condition))) continue;
      const left = list.filter((told) => !COVERS[condition]?.includes(told));
      this.waiting.set(initiator, [...left, condition]);
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
