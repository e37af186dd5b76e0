import type { FileHistorySink } from '../catalog/model';
import type { NdmpConnection, Post } from '../connection/model';

/** Posts that carry entries, and whether each entry stands for a file (FH_ADD_DIR are names only). */
const ENTRIES: Readonly<Record<string, boolean>> = {
  NDMP_FH_ADD_UNIX_PATH: true,
  NDMP_FH_ADD_UNIX_DIR: false,
  NDMP_FH_ADD_UNIX_NODE: true,
  NDMP_FH_ADD_FILE: true,
  NDMP_FH_ADD_DIR: false,
  NDMP_FH_ADD_NODE: true,
};
const HEADER = 24;
/** No entry is smaller. */
const LEAST_ENTRY = 8;

/** File history on its way from a connection to the catalog; the connection waits while the catalog has enough. */
export class HistoryFlow {
  /** Entries that have come, by what the messages say. */
  files = 0;
  /** Why the catalog takes no more; the backup goes on without. */
  problem: unknown;
  private readonly unlisten: () => void;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly connection: NdmpConnection,
    private readonly sink: FileHistorySink,
  ) {
    this.unlisten = connection.listen((post) => this.take(post));
  }

  /** No more is taken; settles when the catalog has what came. */
  async stop(): Promise<void> {
    this.unlisten();
    await this.last;
  }

  private take(post: Post): Promise<void> | void {
    if (!Object.hasOwn(ENTRIES, post.name)) return;
    if (ENTRIES[post.name]) this.files += entriesOf(post.payload);
    if (this.problem !== undefined) return;
    this.last = this.sink.post(post.payload, this.connection.version).catch((problem: unknown) => {
      this.problem = problem;
    });
    return this.last;
  }
}

/** The count at the beginning of the body, as far as the message has room for so many. */
function entriesOf(payload: Uint8Array): number {
  if (payload.length < HEADER + 4) return 0;
  const count = new DataView(payload.buffer, payload.byteOffset).getUint32(HEADER);
  return Math.min(count, Math.floor((payload.length - HEADER - 4) / LEAST_ENTRY));
}
