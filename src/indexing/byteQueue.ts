/** Bytes that wait for more: grows in steps, so that a stream of tiny chunks costs no more than its bytes. */
export class ByteQueue {
  /** The first {@link length} of them count. */
  bytes = new Uint8Array(64 * 1024);
  length = 0;

  push(chunk: Uint8Array): void {
    const size = this.length + chunk.length;
    if (size > this.bytes.length) {
      const larger = new Uint8Array(Math.max(size, 2 * this.bytes.length));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(chunk, this.length);
    this.length = size;
  }

  /** Drops bytes from the front. */
  shift(count: number): void {
    if (count > 0) this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
  }
}
