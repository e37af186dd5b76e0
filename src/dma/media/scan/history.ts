import { encodeMessage, filledBody, findCode, layoutsOf, type BodyValue, type MessageName } from '../../../protocol';
import type { FileEntry } from '../../catalog/model';
import { ALL_ONES } from '../../services/fields';
import type { HistoryVersion, TreePiece, TreeStyle } from '../layout';

const VERSION = 4;
const UNIX = 0;
/** Access and change time are not told (protocol facts 4.9). */
const NO_OTHER_TIMES = 3;
/** File types of the wire (protocol facts 4.9). */
const TYPES: Readonly<Record<FileEntry['kind'], number>> = { directory: 0, file: 4, link: 5, other: 8 };

/** The messages of file history that a tree on tape stands for. */
export class TreePosts {
  private writer: HistoryWriter | undefined;

  /** Payloads of posts, header included, with the version that they are in. */
  *of(piece: TreePiece): Generator<{ payload: Uint8Array; version: HistoryVersion }> {
    if (piece.kind === 'messages') for (const payload of piece.messages) yield { payload, version: piece.version };
    else {
      this.writer ??= new HistoryWriter(piece.style);
      for (const payload of this.writer.posts(piece.entries)) yield { payload, version: VERSION };
    }
  }
}

/**
 * The messages of file history (v4) that say the same as the entries of a tree on tape: by paths, or by directories and
 * nodes where some entries have no data in the set. The nodes of directories are remembered from batch to batch.
 */
export class HistoryWriter {
  private readonly nodes = new Map<string, bigint>();
  private isBegun = false;

  constructor(private readonly style: TreeStyle) {}

  /** Payloads of posts, header included, for these entries; parents have to come before what is in them. */
  *posts(entries: readonly FileEntry[]): Generator<Uint8Array> {
    if (this.style === 'paths') {
      yield post('NDMP_FH_ADD_FILE', { files: entries.filter(({ inSet }) => inSet).map(fileOf) });
      return;
    }
    for (const { kind, path, node } of entries) if (kind === 'directory') this.nodes.set(path, node);
    const root = entries.find(({ path }) => path === '/');
    if (!this.isBegun) {
      this.isBegun = true;
      const node = root?.node ?? 0n;
      this.nodes.set('/', node);
      const dots = ['.', '..'].map((name) => ({ names: namesOf(name), node, parent: node }));
      yield post('NDMP_FH_ADD_DIR', { dirs: dots });
    }
    const named = entries.filter(({ path }) => path !== '/');
    const dirs = named.map(({ name, path, node }) => ({ names: namesOf(name), node, parent: this.parentOf(path) }));
    yield post('NDMP_FH_ADD_DIR', { dirs });
    yield post('NDMP_FH_ADD_NODE', { nodes: entries.filter(({ inSet }) => inSet).map(nodeOf) });
  }

  private parentOf(path: string): bigint {
    return this.nodes.get(path.slice(0, path.lastIndexOf('/')) || '/') ?? ALL_ONES;
  }
}

function namesOf(name: string): BodyValue[] {
  return [{ fs_type: UNIX, unix_name: name }];
}

function fileOf(entry: FileEntry): BodyValue {
  return { names: namesOf(entry.path), ...nodeOf(entry) };
}

function nodeOf({ kind, mtime, mode, size, owner, group, node, position }: FileEntry): BodyValue {
  const times = { unsupported: NO_OTHER_TIMES, mtime, atime: 0, ctime: 0 };
  const stats = { ...times, fs_type: UNIX, ftype: TYPES[kind], owner, group, fattr: mode, size, links: 1 };
  return { stats: [stats], node, fh_info: position ?? ALL_ONES };
}

function post(name: MessageName, body: BodyValue): Uint8Array {
  const code = findCode(name) ?? 0;
  const [layout] = layoutsOf(code, VERSION, 'post');
  const header = { sequence: 0, timeStamp: 0, messageType: 0, code, replySequence: 0, error: 0 };
  const context = { code, kind: 'post', version: VERSION, headerError: 0 } as const;
  return encodeMessage(header, filledBody(layout.schema, body), context);
}
