import type { NdmpConnection, Post } from '../connection/model';
import type { SetHistory } from './setHistory';

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

/** File history on its way from a connection to where it is kept; the connection waits while there is enough of it. */
export class HistoryFlow {
  /** Entries that have come, by what the messages say. */
  files = 0;
  private readonly unlisten: () => void;
  private last: Promise<unknown> | undefined;

  constructor(
    connection: NdmpConnection,
    private readonly history: Pick<SetHistory, 'take'>,
  ) {
    this.unlisten = connection.listen((post) => this.take(post));
  }

  /** No more is taken; settles when what came is taken. */
  async stop(): Promise<void> {
    this.unlisten();
    await this.last;
  }

  private take(post: Post): Promise<void> | undefined {
    if (!Object.hasOwn(ENTRIES, post.name)) return undefined;
    if (ENTRIES[post.name]) this.files += entriesOf(post.payload);
    this.last = this.history.take(post.payload);
    return this.last?.then(() => undefined);
  }
}

/** The count at the beginning of the body, as far as the message has room for so many. */
function entriesOf(payload: Uint8Array): number {
  if (payload.length < HEADER + 4) return 0;
  const count = new DataView(payload.buffer, payload.byteOffset).getUint32(HEADER);
  return Math.min(count, Math.floor((payload.length - HEADER - 4) / LEAST_ENTRY));
}
