import { refuseField } from '../../scsi/sense';

/** A command descriptor block whose length has been checked; fields are big-endian. */
export class Cdb {
  constructor(readonly bytes: Uint8Array) {}

  get operation(): number {
    return this.bytes[0];
  }

  byte(at: number): number {
    return this.bytes[at];
  }

  bit(at: number, mask: number): boolean {
    return (this.bytes[at] & mask) !== 0;
  }

  u16(at: number): number {
    return (this.bytes[at] << 8) | this.bytes[at + 1];
  }

  u32(at: number): number {
    return this.u16(at) * 0x10000 + this.u16(at + 2);
  }

  u24(at: number): number {
    return (this.bytes[at] << 16) | this.u16(at + 1);
  }

  /**
   * Refuses bits that a command does not have: reserved ones have to be zero (SPC-4, section 4.2.1).
   * @param usage for each byte the bits that the command uses; the operation code is the first
   */
  checkReserved(usage: readonly number[]): void {
    for (const [at, used] of usage.entries()) {
      const wrong = this.bytes[at] & ~used;
      if (at > 0 && wrong !== 0) refuseField(at, 31 - Math.clz32(wrong));
    }
  }
}
