import { matchesGlob } from './glob';
import { fromByteString, type RawName } from './rawName';

/** What is left to match of a pattern of several names, such as ['b', '*.o'] of 'a/b/*.o' inside of 'a'. */
type Rest = readonly RawName[];

/** What of a directory's content is backed up: a step down for each directory. Immutable. */
export interface Selection {
  /** undefined: not selected; else what is selected within it. */
  enter(name: RawName): Selection | undefined;
  /** Nothing below is left out. */
  readonly everything: boolean;
}

const MAX_PATTERNS = 1000;

/**
 * The selection of a backup.
 *
 * @param exclude value of EXCLUDE: patterns separated by commas. One without '/' is for names anywhere, one with '/' for
 *   paths from the backup root; what matches is left out with everything below it.
 * @param files value of FILES: paths from the backup root, separated by commas or line ends, patterns allowed; '' selects
 *   everything. Directories are selected with everything below them.
 */
export function selectionOf(exclude: string, files: string): Selection {
  const excluded = patternsOf(exclude);
  const anywhere = excluded.filter((pattern) => pattern.length === 1 && !pattern.rooted).map(([name]) => name);
  const rooted = excluded.filter((pattern) => pattern.length > 1 || pattern.rooted);
  const wanted = patternsOf(files);
  return new PatternSelection(anywhere, rooted, wanted.length === 0 ? undefined : wanted);
}

interface Pattern extends Array<RawName> {
  /** It began with '/'. */
  rooted: boolean;
}

function patternsOf(list: string): Pattern[] {
  return fromByteString(list)
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .slice(0, MAX_PATTERNS)
    .map((part) =>
      Object.assign(
        part.split('/').filter((name) => name !== '' && name !== '.'),
        { rooted: part.startsWith('/') || part.startsWith('./') },
      ),
    )
    .filter((names) => names.length > 0);
}

class PatternSelection implements Selection {
  constructor(
    private readonly anywhere: readonly RawName[],
    private readonly excluded: readonly Rest[],
    private readonly wanted: readonly Rest[] | undefined,
  ) {}

  get everything(): boolean {
    return this.anywhere.length === 0 && this.excluded.length === 0 && this.wanted === undefined;
  }

  enter(name: RawName): Selection | undefined {
    if (this.everything) return this;
    if (this.anywhere.some((pattern) => matchesGlob(pattern, name))) return undefined;
    const excluded = restsOf(this.excluded, name);
    if (excluded.some((rest) => rest.length === 0)) return undefined;
    let wanted = this.wanted && restsOf(this.wanted, name);
    if (wanted?.length === 0) return undefined;
    if (wanted?.some((rest) => rest.length === 0)) wanted = undefined;
    return new PatternSelection(this.anywhere, excluded, wanted);
  }
}

function restsOf(patterns: readonly Rest[], name: RawName): Rest[] {
  return patterns.filter(([first]) => matchesGlob(first, name)).map((rest) => rest.slice(1));
}
