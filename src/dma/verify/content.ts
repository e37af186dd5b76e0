import { clip, escapeText } from '../../protocol';
import type { Catalog } from '../catalog/model';
import { FileList } from './fileList';
import { MOST_PROBLEMS } from './format/model';
import { StreamCheck } from './format/recognise';

/** Paths that are named; more are counted. */
const MOST_PATHS = 100;

/** What a stream holds, compared with what the catalog says that it holds. */
export class ContentCheck {
  readonly problems: string[] = [];
  readonly missing: string[] = [];
  readonly unlisted: string[] = [];
  missingCount = 0;
  unlistedCount = 0;
  listed: number | undefined;
  private untold = 0;
  private named = false;
  private roots = 0;
  private readonly check = new StreamCheck({
    entry: ({ path }) => this.see(path),
    problem: (text) => this.note(text),
  });

  private constructor(
    private readonly catalog: Catalog,
    private readonly set: number,
    private readonly list: FileList,
  ) {}

  static async of(catalog: Catalog, set: number): Promise<ContentCheck> {
    return new ContentCheck(catalog, set, await FileList.of(catalog.walk(set, '/')));
  }

  get format(): string {
    return this.check.name;
  }

  /** Without the root, which catalogs do not list. */
  get entries(): number {
    return this.check.entries - this.roots;
  }

  push(bytes: Uint8Array): void {
    this.check.push(bytes);
  }

  /** All bytes have come: what is missing of the list? Lists without names in the stream cannot be compared. */
  async end(): Promise<void> {
    this.check.end();
    if (this.untold > 0) this.problems.push(`${this.untold} more problems in the stream.`);
    if (this.list.size === 0) return;
    this.listed = 0;
    for await (const batch of this.catalog.walk(this.set, '/'))
      for (const { path, inSet } of batch) {
        if (!inSet) continue;
        this.listed++;
        if (!this.named || this.list.isMarked(path) || path === '/') continue;
        if (++this.missingCount <= MOST_PATHS) this.missing.push(path);
      }
    if (this.missingCount > 0)
      this.problems.push(`${said(this.missingCount, this.missing)} in the catalog, but not in the stream.`);
    if (this.unlistedCount > 0)
      this.problems.push(`${said(this.unlistedCount, this.unlisted)} in the stream, but not in the catalog.`);
  }

  private see(path: string | undefined): void {
    if (path === undefined) return;
    this.named = true;
    if (path === '/') this.roots++;
    else if (this.list.size > 0 && !this.list.mark(path)) this.strange(path);
  }

  private strange(path: string): void {
    if (++this.unlistedCount <= MOST_PATHS) this.unlisted.push(path);
  }

  private note(text: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(`In the stream: ${text}.`);
    else this.untold++;
  }
}

function said(count: number, [first]: readonly string[]): string {
  const name = clip(escapeText(first), 200);
  return count === 1 ? `1 entry (${name}) is` : `${count} entries (such as ${name}) are`;
}
