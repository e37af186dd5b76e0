/** A stretch of a capture in memory: what a scanner walks over. One instance is reused for a whole reading. */
export class Block {
  bytes: Uint8Array;
  view: DataView;
  /** Position in the capture of `bytes[0]`. */
  fileOffset = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  }

  /** Makes room for `capacity` bytes and keeps the first `keep` ones. */
  grow(capacity: number, keep: number): void {
    const larger = new Uint8Array(capacity);
    larger.set(this.bytes.subarray(0, keep));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}
