import type { DeviceStatus, HelperAnswer } from './helperProcess';

/** Generic status bits (linux/mtio.h). */
const GMT = {
  EOF: 0x8000_0000,
  BOT: 0x4000_0000,
  EOD: 0x0800_0000,
  WR_PROT: 0x0400_0000,
  ONLINE: 0x0100_0000,
  DOOR_OPEN: 0x0004_0000,
} as const;
const BLOCK_SIZE_MASK = 0xff_ffff;

/** What the driver last said of the device, carried on over reads and writes, for which it is not asked. */
export class DriverState {
  constructor(private known: DeviceStatus | undefined) {}

  get loaded(): boolean {
    return this.has(GMT.ONLINE) && !this.has(GMT.DOOR_OPEN);
  }

  get writeProtected(): boolean {
    return this.has(GMT.WR_PROT);
  }

  /** Bytes of a block; 0: variable. */
  get blockSize(): number {
    return (this.known?.dsreg ?? 0) & BLOCK_SIZE_MASK;
  }

  get atEndOfData(): boolean {
    return this.has(GMT.EOD);
  }

  /** File marks before the head; negative: not known. */
  get file(): number {
    return this.known?.file ?? -1;
  }

  /** Blocks since the last mark; negative: not known. */
  get block(): number {
    return this.known?.block ?? -1;
  }

  /** Records and marks before the head; negative: not known. */
  get place(): number {
    return this.known?.place ?? -1;
  }

  learn({ status }: HelperAnswer): void {
    this.known = status;
  }

  /** After a read or write: what the driver said, where it was asked, else that it went on by some records. */
  passed(records: number, { status }: HelperAnswer): void {
    if (status) this.known = status;
    else if (this.known) {
      const { block, place, gstat } = this.known;
      this.known.block = block < 0 ? block : block + records;
      this.known.place = place < 0 ? place : place + records;
      this.known.gstat = (gstat & ~(GMT.EOF | GMT.BOT | GMT.EOD)) >>> 0;
    }
  }

  /** The driver forgot a block that can be told otherwise. */
  remindBlock(block: number | undefined): void {
    if (this.known && this.known.block < 0 && block !== undefined) this.known.block = block;
  }

  /**
   * Whether a movement over records that failed has passed a file mark. The driver counts it, also where it does not know
   * the file when going backwards.
   */
  passedMarkSince(file: number, direction: number): boolean {
    return this.file !== file || (this.file < 0 && direction > 0 && this.has(GMT.EOF));
  }

  private has(bit: number): boolean {
    return ((this.known?.gstat ?? 0) & bit) !== 0;
  }
}
