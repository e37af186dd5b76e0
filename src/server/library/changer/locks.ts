/**
 * What initiators hold of a changer: removal that is prevented (PREVENT ALLOW MEDIUM REMOVAL, each for itself) and the
 * reservation of the whole unit (RESERVE(6)).
 */
export class Locks {
  private readonly preventing = new Set<number>();
  private holder: number | undefined;

  /** Whether any initiator keeps the operator from the import/export station and the door. */
  get removalPrevented(): boolean {
    return this.preventing.size > 0;
  }

  prevent(initiator: number, prevented: boolean): void {
    if (prevented) this.preventing.add(initiator);
    else this.preventing.delete(initiator);
  }

  reservedByOther(initiator: number): boolean {
    return this.holder !== undefined && this.holder !== initiator;
  }

  reserve(initiator: number): void {
    this.holder = initiator;
  }

  /** Releases what this initiator reserved; what another one did stays. */
  release(initiator: number): void {
    if (this.holder === initiator) this.holder = undefined;
  }

  /** An initiator is gone. */
  drop(initiator: number): void {
    this.prevent(initiator, false);
    this.release(initiator);
  }

  /** A reset ends every lock and reservation. */
  clear(): void {
    this.preventing.clear();
    this.holder = undefined;
  }
}
