import { BYTES_PAGE, type DetailPart } from '../../src/extension/messages';
import type { Bus } from '../bus';

const KEPT_PAGES = 64;

/** Payload bytes of one message: the first page comes with the detail, others are fetched when looked at. */
export class ByteStore {
  private readonly pages = new Map<number, Uint8Array>();
  private readonly pending = new Set<number>();

  constructor(
    private readonly bus: Bus,
    private readonly part: DetailPart,
    private readonly loaded: () => void,
  ) {
    for (let at = 0; at < part.bytes.length; at += BYTES_PAGE) {
      this.pages.set(at / BYTES_PAGE, part.bytes.subarray(at, at + BYTES_PAGE));
    }
  }

  /** The byte, or undefined while it is being fetched. */
  get(offset: number): number | undefined {
    const page = Math.floor(offset / BYTES_PAGE);
    const bytes = this.pages.get(page);
    if (!bytes) void this.load(page);
    return bytes?.[offset - page * BYTES_PAGE];
  }

  isMissing(offset: number): boolean {
    return this.part.missing.some((hole) => offset >= hole.offset && offset < hole.offset + hole.length);
  }

  private async load(page: number): Promise<void> {
    const offset = page * BYTES_PAGE;
    if (this.pending.has(page) || offset >= this.part.size) return;
    this.pending.add(page);
    const length = Math.min(BYTES_PAGE, this.part.size - offset);
    const answer = await this.bus.ask('bytes', { n: this.part.n, offset, length }).catch(() => undefined);
    this.pending.delete(page);
    if (!answer) return;
    if (this.pages.size >= KEPT_PAGES) this.pages.delete(this.pages.keys().next().value!);
    this.pages.set(page, new Uint8Array(answer.bytes));
    this.loaded();
  }
}
