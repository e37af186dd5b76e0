import { encodeBody, encodeHeader, type BodyValue, type NdmpVersion } from '../../src/protocol';

const CODES = {
  NDMP_FH_ADD_UNIX_PATH: 0x700,
  NDMP_FH_ADD_UNIX_DIR: 0x701,
  NDMP_FH_ADD_UNIX_NODE: 0x702,
  NDMP_FH_ADD_FILE: 0x703,
  NDMP_FH_ADD_DIR: 0x704,
  NDMP_FH_ADD_NODE: 0x705,
} as const;
export type HistoryPost = keyof typeof CODES;

/** What the tests tell of a file or directory. */
export interface ToldFile {
  /** From the root, as '/a/b'. */
  path: string;
  folder?: boolean;
  size?: bigint;
  node?: bigint;
  position?: bigint;
  /** Attributes are told, which means that its data are in the stream. */
  told?: boolean;
}

export function historyPost(name: HistoryPost, body: BodyValue, version: NdmpVersion = 4): Uint8Array {
  const code = CODES[name];
  const header = encodeHeader({ sequence: 1, timeStamp: 0, messageType: 0, code, replySequence: 0, error: 0 });
  const content = encodeBody(code, version, 'post', body);
  const payload = new Uint8Array(header.length + content.length);
  payload.set(header);
  payload.set(content, header.length);
  return payload;
}

const MTIME = 1_700_000_000;

function statOf({ folder, size = 0n }: ToldFile): BodyValue {
  const ftype = folder === true ? 0 : 4;
  const times = { mtime: MTIME, atime: MTIME, ctime: MTIME };
  return { unsupported: 0, fs_type: 0, ftype, ...times, owner: 1000, group: 100, fattr: 0o644, size, links: 1 };
}

/** FH_ADD_FILE with these files. */
export function filePost(files: readonly ToldFile[]): Uint8Array {
  const entries = files.map((file) => ({
    names: [{ fs_type: 0, unix_name: file.path }],
    stats: file.told === false ? [] : [statOf(file)],
    node: file.node ?? 0n,
    fh_info: file.position ?? 0xffff_ffff_ffff_ffffn,
  }));
  return historyPost('NDMP_FH_ADD_FILE', { files: entries });
}

/** FH_ADD_DIR with one entry. */
export function namePost(name: string, node: bigint, parent: bigint): Uint8Array {
  return historyPost('NDMP_FH_ADD_DIR', { dirs: [{ names: [{ fs_type: 0, unix_name: name }], node, parent }] });
}

/** FH_ADD_NODE with one node. */
export function nodePost(file: ToldFile): Uint8Array {
  const nodes = [{ stats: [statOf(file)], node: file.node ?? 0n, fh_info: file.position ?? 0xffff_ffff_ffff_ffffn }];
  return historyPost('NDMP_FH_ADD_NODE', { nodes });
}
