import { clip, escapeText } from '../../protocol';
import type { Analysis } from '../analysis';
import type { Job } from '../jobs/model';
import { CSV_END, csvHead, csvLine } from './csv';
import { describeFile, type FileDetail } from './fileDetail';
import { fileRow, type FileRow } from './fileRow';
import type { FileTree } from './fileTree';
import { compareEnvironment, historyOf, historyRows, readNameList, searchTree } from './index';
import type { EnvironmentTable } from './environment';
import { findMessage } from './findMessage';
import type { NameList } from './nameList';
import { SortedFolders, type HistorySort } from './order';
import { pathOfLink, pathOfObject } from './paths';
import { historyProblems, type HistoryProblemKind, type ProblemSeverity } from './problems';
import { walkFiles, type WalkedFile } from './walkFiles';

/** What a list of children is asked of that hangs on nothing. */
export const OUTSIDE = -1;
const MAX_PAGE = 500;
const CSV_PAGE = 5000;

/** What a view shows before any file. */
export interface HistorySummary {
  job: number;
  /** File history messages, and their entries by style. */
  messages: number;
  entries: { path: number; directory: number; node: number };
  names: number;
  files: number;
  folders: number;
  /** Bytes; hard links count once. */
  bytes: number;
  withoutAttributes: number;
  hardLinks: number;
  /** The root; its object is asked for children first. */
  root: FileRow;
  /** Message of the job's first file history. */
  firstN: number;
  /** Things that hang on nothing: ask for the children of {@link OUTSIDE}. */
  outside: number;
  problems: ProblemSummary[];
}

export interface ProblemSummary {
  kind: HistoryProblemKind;
  severity: ProblemSeverity;
  title: string;
  doc: string;
  total: number;
  /** How many places can be listed. */
  kept: number;
}

export interface ProblemRow {
  /** Message, from 1; undefined where there is none. */
  n: number | undefined;
  path: string;
  /** For showing it in the tree; -1 where there is none. */
  link: number;
  object: number;
}

export interface FoundFile extends FileRow {
  path: string;
}

/** What is asked of a list page by page. */
interface Page {
  job: number;
  from: number;
  /** Exclusive; at most 500 more. */
  to: number;
}

/** Where a file stands in the tree. */
export interface FilePlace {
  /** Objects from the root (or {@link OUTSIDE}, then a top) to the directory that holds it. */
  folders: number[];
  link: number;
  object: number;
  /** Place of each of `folders` but the first, and of the file itself, in its own directory. */
  indices: number[];
}

export interface HistoryQueries {
  /** Jobs that have file history, an environment or a list of names; `summary` of those with history is asked for by job. */
  historyJobs: {
    ask: Record<string, never>;
    answer: { jobs: { job: number; messages: number; environment: boolean; names: boolean }[] };
  };
  history: { ask: { job: number }; answer: { summary: HistorySummary | undefined } };
  historyChildren: {
    ask: Page & { folder: number; sort: HistorySort; descending: boolean };
    answer: { rows: FileRow[]; total: number };
  };
  /** Where the file of a message, or a link or object, stands; undefined where there is none. */
  historyPlace: {
    ask: { job: number; n?: number; link?: number; object?: number; sort: HistorySort; descending: boolean };
    answer: { place: FilePlace | undefined };
  };
  historySearch: {
    ask: Page & { pattern: string; matchCase: boolean };
    answer: { rows: FoundFile[]; total: number; kept: number; complete: boolean };
  };
  historyProblems: { ask: Page & { kind: HistoryProblemKind }; answer: { rows: ProblemRow[] } };
  historyFile: { ask: { job: number; link: number; object: number }; answer: { detail: FileDetail | undefined } };
  historyEnvironment: { ask: { job: number }; answer: { table: EnvironmentTable | undefined } };
  historyNames: {
    ask: Page;
    answer: { list: Omit<NameList, 'others'> | undefined; total: number; others: NameList['others'] };
  };
  /** A piece of the tree as CSV; ask again with `next` until it is undefined. */
  historyCsv: { ask: { job: number; from: number }; answer: { text: string; next: number | undefined } };
}

type Answer<K extends keyof HistoryQueries> = HistoryQueries[K]['answer'];
type Ask<K extends keyof HistoryQueries> = HistoryQueries[K]['ask'];

export const historyHandlers = {
  historyJobs: (analysis: Analysis): Answer<'historyJobs'> => {
    const counts = new Map(historyRows(analysis).map(({ job, count }) => [job, count]));
    const jobs = analysis.jobs.map(({ id, startRow, operation }) => ({
      job: id,
      messages: counts.get(id) ?? 0,
      environment: startRow >= 0,
      names: startRow >= 0 && operation !== 'backup',
    }));
    return { jobs: jobs.filter(({ messages, environment, names }) => messages > 0 || environment || names) };
  },

  history: (analysis: Analysis, { job }: Ask<'history'>): Answer<'history'> => ({
    summary: withTree(analysis, job, (tree) => summaryOf(analysis, job, tree)),
  }),

  historyChildren: (analysis: Analysis, ask: Ask<'historyChildren'>): Answer<'historyChildren'> =>
    withTree(analysis, ask.job, (tree) => childrenOf(analysis, tree, ask)) ?? { rows: [], total: 0 },

  historyPlace: (analysis: Analysis, ask: Ask<'historyPlace'>): Answer<'historyPlace'> => ({
    place: withTree(analysis, ask.job, (tree) => placeOf(analysis, tree, ask)),
  }),

  historySearch: (analysis: Analysis, { job, pattern, matchCase, from, to }: Ask<'historySearch'>) =>
    withTree(analysis, job, (tree): Answer<'historySearch'> => {
      const result = latest(analysis, 'history search', `${job} ${matchCase} ${pattern}`, () =>
        searchTree(tree, pattern, matchCase),
      );
      const links = [...result.links.subarray(from, Math.min(to, from + MAX_PAGE))];
      const rows = links.map((link) => ({
        ...fileRow(tree, link, tree.objectOf(link)),
        path: shownPath(tree, link, -1),
      }));
      return { rows, total: result.total, kept: result.links.length, complete: result.complete };
    }) ?? { rows: [], total: 0, kept: 0, complete: true },

  historyProblems: (
    analysis: Analysis,
    { job, kind, from, to }: Ask<'historyProblems'>,
  ): Answer<'historyProblems'> => ({
    rows:
      withTree(analysis, job, (tree) => {
        const end = Math.min(to, from + MAX_PAGE, tree.problems.keptOf(kind));
        return Array.from({ length: Math.max(0, end - from) }, (_unused, i): ProblemRow => {
          const { row, link, object } = tree.problems.place(kind, from + i);
          return { n: row < 0 ? undefined : row + 1, path: shownPath(tree, link, object), link, object };
        });
      }) ?? [],
  }),

  historyFile: (analysis: Analysis, { job, link, object }: Ask<'historyFile'>): Answer<'historyFile'> => ({
    detail: withTree(analysis, job, (tree) => describeFile(analysis.source, tree, link, object)),
  }),

  historyEnvironment: (analysis: Analysis, { job }: Ask<'historyEnvironment'>): Answer<'historyEnvironment'> => {
    const found = jobOf(analysis, job);
    if (found === undefined || found.startRow < 0) return { table: undefined };
    return { table: analysis.once(`compared environment of job ${job}`, () => compareEnvironment(analysis, found)) };
  },

  historyNames: (analysis: Analysis, { job, from, to }: Ask<'historyNames'>): Answer<'historyNames'> => {
    const found = jobOf(analysis, job);
    const list = found && analysis.once(`names of job ${job}`, () => readNameList(analysis, found));
    if (list === undefined) return { list: undefined, total: 0, others: [] };
    const { others, ...rest } = list;
    const entries = list.entries.slice(from, Math.min(to, from + MAX_PAGE));
    return { list: { ...rest, entries }, total: list.entries.length, others: others.slice(0, MAX_PAGE) };
  },

  historyCsv: (analysis: Analysis, { job, from }: Ask<'historyCsv'>): Answer<'historyCsv'> =>
    withTree(analysis, job, (tree) => csvPiece(analysis, tree, job, from)) ?? { text: '', next: undefined },
};

function jobOf(analysis: Analysis, id: number): Job | undefined {
  return analysis.jobs.find((job) => job.id === id);
}

function withTree<T>(analysis: Analysis, id: number, use: (tree: FileTree) => T): T | undefined {
  const job = jobOf(analysis, id);
  const tree = job && historyOf(analysis, job);
  return tree && use(tree);
}

/** Keeps what was made last under a name, for as long as the same is asked for. */
function latest<T>(analysis: Analysis, name: string, key: string, make: () => T): T {
  const kept = analysis.once<{ key?: string; value?: unknown }>(name, () => ({}));
  if (kept.key !== key) {
    kept.value = make();
    kept.key = key;
  }
  return kept.value as T;
}

function summaryOf(analysis: Analysis, job: number, tree: FileTree): HistorySummary {
  const { problems, totals } = tree;
  const root = tree.totalsOf(tree.root);
  const rows = historyRows(analysis).find((each) => each.job === job);
  return {
    job,
    messages: rows?.count ?? 0,
    entries: { ...tree.entries },
    names: tree.linkCount,
    files: root.files,
    folders: root.folders,
    bytes: root.bytes,
    withoutAttributes: totals.withoutAttributes,
    hardLinks: totals.hardLinks,
    root: { ...fileRow(tree, -1, tree.root), name: tree.separator, remarks: [] },
    firstN: (rows?.firstRow ?? 0) + 1,
    outside: tree.tops.length,
    problems: problems.kinds.map((kind) => ({
      kind,
      ...historyProblems[kind],
      total: problems.total(kind),
      kept: problems.keptOf(kind),
    })),
  };
}

function sortedOf(analysis: Analysis, tree: FileTree, job: number): SortedFolders {
  return analysis.once(`order of job ${job}`, () => new SortedFolders(tree));
}

function childrenOf(analysis: Analysis, tree: FileTree, ask: Ask<'historyChildren'>): Answer<'historyChildren'> {
  const { job, folder, sort, descending, from } = ask;
  const to = Math.min(ask.to, from + MAX_PAGE);
  if (folder === OUTSIDE)
    return { rows: tree.tops.slice(from, to).map((top) => fileRow(tree, -1, top)), total: tree.tops.length };
  if (!tree.has(folder)) return { rows: [], total: 0 };
  const links = sortedOf(analysis, tree, job).children(folder, sort, descending);
  return {
    rows: [...links.subarray(from, to)].map((link) => fileRow(tree, link, tree.objectOf(link))),
    total: links.length,
  };
}

function placeOf(analysis: Analysis, tree: FileTree, ask: Ask<'historyPlace'>): FilePlace | undefined {
  const { job, n, sort, descending } = ask;
  const found = n === undefined ? { link: ask.link ?? -1, object: ask.object ?? -1 } : findMessage(tree, n - 1);
  if (found === undefined) return undefined;
  const link = found.link >= 0 ? found.link : tree.has(found.object) ? tree.linkOf(found.object) : -1;
  const object = link >= 0 ? tree.objectOf(link) : found.object;
  if (!tree.has(object)) return undefined;
  const way = link >= 0 ? [...tree.wayTo(tree.parentOf(link))] : [];
  const folders = link >= 0 && way[0] === tree.root ? way : [OUTSIDE, ...way];
  const sorted = sortedOf(analysis, tree, job);
  const indexIn = (folder: number, child: number): number => {
    if (folder === OUTSIDE) return tree.tops.indexOf(child);
    return sorted.children(folder, sort, descending).indexOf(child === object && link >= 0 ? link : tree.linkOf(child));
  };
  const steps = [...folders.slice(1), object];
  return { folders, link, object, indices: steps.map((step, i) => indexIn(folders[i], step)) };
}

function shownPath(tree: FileTree, link: number, object: number): string {
  if (link < 0 && object < 0) return '';
  return clip(escapeText(link >= 0 ? pathOfLink(tree, link) : pathOfObject(tree, object)), 1000);
}

interface CsvRun {
  next: number;
  files: IterableIterator<WalkedFile>;
}

/** The pieces of a CSV are made by one walk that waits between the asks. */
function csvPiece(analysis: Analysis, tree: FileTree, job: number, from: number): Answer<'historyCsv'> {
  const runs = analysis.once('history csv', () => new Map<number, CsvRun>());
  let run = runs.get(job);
  if (run?.next !== from) {
    run = { next: 0, files: walkFiles(tree, 'told') };
    for (; run.next < from; run.next++) if (run.files.next().done) break;
    runs.set(job, run);
  }
  const lines = from === 0 ? [csvHead] : [];
  for (let i = 0; i < CSV_PAGE; i++) {
    const step = run.files.next();
    if (step.done) {
      runs.delete(job);
      return { text: lines.map((line) => line + CSV_END).join(''), next: undefined };
    }
    run.next++;
    lines.push(csvLine(tree, step.value));
  }
  return { text: lines.map((line) => line + CSV_END).join(''), next: run.next };
}
