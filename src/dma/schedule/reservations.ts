/** Which cartridges a stream of this program has: nobody else may load them. */
export class Reservations {
  private readonly taken = new Set<string>();

  /** @returns false when somebody has it */
  take(barcode: string): boolean {
    if (this.taken.has(barcode)) return false;
    this.taken.add(barcode);
    return true;
  }

  give(barcode: string): void {
    this.taken.delete(barcode);
  }

  has(barcode: string): boolean {
    return this.taken.has(barcode);
  }
}
