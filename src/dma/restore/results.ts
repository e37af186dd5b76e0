import { clip, errorDoc, escapeText, type NdmpVersion } from '../../protocol';
import type { NdmpConnection, Post } from '../connection/model';
import { narrow, text } from '../services/fields';
import type { RecoverName } from '../services/recoverNames';
import type { FileResult } from './model';
import { normalPath } from './paths';

/** Results that are kept by name; the counts have all. */
const MOST_KEPT = 10_000;
/** Members of a directory whose failure the server told of by itself. */
const MOST_TEXT = 300;

/** recovery_status of v4 (NDMPv4 draft, section 3.8). */
const STATUS_V4: readonly string[] = [
  '',
  'access was denied',
  'it is not on the tape',
  'its directory is not there, or is none',
  'the server is out of memory',
  'input/output error: the disk is full, or the stream damaged',
  'the server says no more than that it failed',
  'something of that name is there already',
];

/** Collects what a server tells of single files (LOG_FILE), whatever its version. */
export class FileResults {
  private readonly told = new Map<string, FileResult>();
  private readonly others: FileResult[] = [];
  private readonly wanted = new Map<string, string>();
  private otherFailures = 0;
  private readonly unlisten: () => void;

  constructor(
    private readonly connection: NdmpConnection,
    names: readonly RecoverName[],
    private readonly failed: (result: FileResult) => void,
  ) {
    for (const { original } of names) this.wanted.set(normalPath(original), original);
    this.unlisten = connection.listen((post) => this.take(post));
  }

  stop(): void {
    this.unlisten();
  }

  /** Wanted names that the server has told of. */
  get count(): number {
    return this.told.size;
  }

  /** Failed ones first, then those that nobody told of, then the rest; bounded. */
  all(): FileResult[] {
    const silent = [...this.wanted].filter(([key]) => !this.told.has(key));
    const untold = silent.map(([, path]): FileResult => ({ path, state: 'not told', why: '' }));
    const told = [...this.told.values(), ...this.others];
    const failed = told.filter(({ state }) => state === 'failed');
    return [...failed, ...untold, ...told.filter(({ state }) => state === 'restored')].slice(0, MOST_KEPT);
  }

  counts(): { restored: number; failed: number; untold: number } {
    const told = [...this.told.values()];
    const restored = told.filter(({ state }) => state === 'restored').length;
    return { restored, failed: told.length - restored + this.otherFailures, untold: this.wanted.size - told.length };
  }

  private take(post: Post): void {
    if (post.name !== 'NDMP_LOG_FILE') return;
    const body = post.body();
    const path = text(body.name);
    const status = narrow(body.recovery_status ?? body.error);
    const why = whyFailed(status, this.connection.version);
    const result: FileResult = { path, state: status === 0 ? 'restored' : 'failed', why };
    const key = normalPath(path);
    if (this.wanted.has(key)) this.told.set(key, this.worse(this.told.get(key), result));
    else if (status !== 0) this.keepOther(result);
    if (status !== 0) this.failed(result);
  }

  /** A name that is told of twice has failed when it failed once. */
  private worse(before: FileResult | undefined, now: FileResult): FileResult {
    return before?.state === 'failed' ? before : now;
  }

  /** Some servers tell of what is below a wanted directory too. */
  private keepOther(result: FileResult): void {
    this.otherFailures += 1;
    if (this.others.length < MOST_KEPT) this.others.push(result);
  }
}

/** What a status means: v4 has its own, v2 and v3 send an error code. */
function whyFailed(status: number, version: NdmpVersion): string {
  if (status === 0) return '';
  if (version === 4) return STATUS_V4[status] ?? `the server gives the unknown reason ${status}`;
  return (errorDoc(status) ?? `error ${status}`).replace(/\.$/, '');
}

/**
 * What became of the names of a list of which some failed.
 * @param files failed ones first
 */
export function failedSentence(
  { restored, failed, untold }: { restored: number; failed: number; untold: number },
  files: readonly FileResult[],
): string {
  const [first, second] = files;
  // the backup as a whole was asked for: its one result is that of the worst file in it
  if (first.path === '' && second?.state !== 'failed') return `Not all of it could be restored: ${first.why}.`;
  const total = restored + failed + untold;
  const example = failureLine(first.path === '' && second ? second : first);
  if (total === 1) return `It could not be restored: ${example}.`;
  if (failed === total) return `None of the ${total} could be restored. First: ${example}.`;
  const rest = untold === 0 ? 'the rest was' : `${restored} were, of ${untold} the server told nothing`;
  return `${failed} of ${total} could not be restored, ${rest}. First: ${example}.`;
}

/** A failed file in a line. */
export function failureLine({ path, why }: FileResult): string {
  return `${clip(escapeText(path === '' ? '/' : path), MOST_TEXT)}: ${why}`;
}
