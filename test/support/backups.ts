import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { decodeMessage, findCode, messageName, type BodyOf, type NdmpVersion } from '../../src/protocol';
import { startBackup } from '../../src/server/archive/backup';
import type { BackupOrder, BackupRun, EncodedPost, LogText } from '../../src/server/archive/model';

/** A post of file history, decoded. */
export interface HistoryPost {
  message: string;
  value: unknown;
}

/** All that a backup gave. */
export interface Backup {
  stream: Buffer;
  pieces: number[];
  /** In their order. */
  posts: HistoryPost[];
  messages: LogText[];
  environment: Record<string, string>;
}

/** A new temporary folder, removed after the test by the caller's `after`. */
export function temporaryFolder(): string {
  return fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'ndmp-archive-'));
}

/** Removes a folder of tests, whatever modes its directories have. */
export function removeFolder(folder: string): void {
  spawnSync('chmod', ['-R', 'u+rwX', folder]);
  fs.rmSync(folder, { recursive: true, force: true });
}

/** An order with everything set to the simplest; `environment` as an object. */
export function backupOrder(
  treeRoot: string,
  {
    environment = {},
    ...more
  }: Partial<Omit<BackupOrder, 'environment'>> & { environment?: Record<string, string> } = {},
): BackupOrder {
  return {
    treeRoot,
    inside: '',
    type: 'tar',
    history: 'none',
    version: 4,
    dumpRecords: '',
    now: Date.now(),
    ...more,
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
  };
}

/** Runs a backup to its end; `between` is called after each piece. */
export function runBackup(order: BackupOrder, between?: (run: BackupRun) => void, target = 64 * 1024): Backup {
  const run = startBackup(order);
  try {
    const backup = drain(run, order, between, target);
    run.commit();
    return backup;
  } finally {
    run.close();
  }
}

function drain(
  run: BackupRun,
  order: BackupOrder,
  between: ((run: BackupRun) => void) | undefined,
  target: number,
): Backup {
  const pieces: Uint8Array[] = [];
  const posts: HistoryPost[] = [];
  const messages: LogText[] = [];
  for (;;) {
    const piece = run.next(target);
    pieces.push(piece.bytes);
    posts.push(...piece.posts.map(({ code, body }) => decodePost(code, body, order.version)));
    messages.push(...piece.messages);
    if (piece.done) {
      const environment = Object.fromEntries((piece.environment ?? []).map(({ name, value }) => [name, value]));
      return { stream: Buffer.concat(pieces), pieces: pieces.map((part) => part.length), posts, messages, environment };
    }
    between?.(run);
  }
}

const HEADER = 24;

/** Decodes a post by its version's layout; whatever does not fit it fails the test. */
function decodePost(code: number, body: Uint8Array, version: NdmpVersion): HistoryPost {
  const payload = Buffer.concat([Buffer.alloc(HEADER), body]);
  const { value, problems, trailing } = decodeMessage(payload, { code, version, kind: 'post', headerError: 0 });
  assert.deepEqual([problems, trailing.length], [[], 0], messageName(code, version));
  assert.equal(findCode(messageName(code, version)), code);
  return { message: messageName(code, version), value };
}

/** Posts of a run, decoded. */
export function decodePosts(posts: readonly EncodedPost[], version: NdmpVersion): HistoryPost[] {
  return posts.map(({ code, body }) => decodePost(code, body, version));
}

type FileBody = BodyOf<'NDMP_FH_ADD_FILE', 4, 'post'>;
type DirBody = BodyOf<'NDMP_FH_ADD_DIR', 4, 'post'>;
type NodeBody = BodyOf<'NDMP_FH_ADD_NODE', 4, 'post'>;

/** Entries of FH_ADD_FILE (v3, v4). */
export function filesOf(posts: HistoryPost[]): FileBody['files'][number][] {
  return posts.flatMap(({ message, value }) => (message === 'NDMP_FH_ADD_FILE' ? [...(value as FileBody).files] : []));
}

/** Entries of FH_ADD_DIR (v3, v4). */
export function directoriesOf(posts: HistoryPost[]): DirBody['dirs'][number][] {
  return posts.flatMap(({ message, value }) => (message === 'NDMP_FH_ADD_DIR' ? [...(value as DirBody).dirs] : []));
}

/** Entries of FH_ADD_NODE (v3, v4). */
export function nodesOf(posts: HistoryPost[]): NodeBody['nodes'][number][] {
  return posts.flatMap(({ message, value }) => (message === 'NDMP_FH_ADD_NODE' ? [...(value as NodeBody).nodes] : []));
}

/** The UNIX name of an entry. */
export function nameOf({ names }: { names: FileBody['files'][number]['names'] }): string {
  const [name] = names;
  return name && 'unix_name' in name ? String(name.unix_name) : '';
}

/** Has GNU tar extract a stream into `target`, with everything it can restore; `more` are further arguments. Returns what it says. */
export function extractWithTar(stream: Uint8Array, target: string, ...more: string[]): string {
  fs.mkdirSync(target, { recursive: true });
  const archive = join(target, '..', `archive-${process.hrtime.bigint()}.tar`);
  fs.writeFileSync(archive, stream);
  try {
    const run = spawnSync('tar', ['-xpf', archive, '-C', target, '--numeric-owner', ...more], { encoding: 'latin1' });
    assert.equal(run.status, 0, run.stderr);
    return run.stderr;
  } finally {
    fs.rmSync(archive);
  }
}
