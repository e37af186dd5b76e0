import type { Analysis } from '../../analysis/analysis';
import { historyOf, historyProblems, searchTree, type FileTree } from '../../analysis/history';
import { csvHead, csvLine } from '../../analysis/history/csv';
import { modeNumber, modeText, mtimeText, ownerText, typeText } from '../../analysis/history/fileTexts';
import { fileRow } from '../../analysis/history/fileRow';
import { pathOfLink } from '../../analysis/history/paths';
import { walkFiles, type WalkedFile } from '../../analysis/history/walkFiles';
import type { Job } from '../../analysis/jobs/model';
import { clip, escapeText, jsonText, type JsonObject } from '../../protocol';
import { Grid, type GridColumn } from '../output/grid';
import { jsonLine } from '../output/jsonl';
import { byteSize, counted } from '../terminal/text';
import { jobHeading, jsonArray, jsonDocument, type HistoryFormat, type Look } from './look';

export interface FileChoice {
  search: string | undefined;
  matchCase: boolean;
  depth: number;
}

/** Lines of trees are drawn so deep. */
const DEEPEST_LINES = 40;
const LONGEST_NAME = 1000;

/** The files of jobs in a format; problems are told on standard error where the format has no place for them. */
export function fileLines(
  analysis: Analysis,
  jobs: readonly Job[],
  file: string,
  format: HistoryFormat,
  choice: FileChoice,
  look: Look,
): Iterable<string> {
  const trees = function* (): Iterable<[Job, FileTree]> {
    for (const job of jobs) {
      const tree = historyOf(analysis, job);
      if (tree === undefined) look.warn(`Job ${job.id + 1} has no file history.`);
      else {
        if (format !== 'tree') for (const line of problemLines(tree)) look.warn(`Job ${job.id + 1}: ${line}`);
        yield [job, tree];
      }
    }
  };
  switch (format) {
    case 'csv':
      return csvOf(trees(), choice, look);
    case 'jsonl':
      return jsonlOf(trees(), choice, look);
    case 'json':
      return jsonDocument(file, jobs, (job) => jsonOf(analysis, job, choice, look));
    case 'tree':
      if (jobs.length === 0) return ['No job of this capture has file history.'];
      return treesOf(trees(), choice, look);
  }
}

/** The chosen files of a tree. */
function filesOf(tree: FileTree, choice: FileChoice, sort: 'told' | 'name', look: Look): Iterable<WalkedFile> {
  if (choice.search === undefined) return walkFiles(tree, sort, choice.depth);
  return found(tree, choice.search, choice.matchCase, look);
}

function* found(tree: FileTree, pattern: string, matchCase: boolean, look: Look): Iterable<WalkedFile> {
  const { links, total, complete } = searchTree(tree, pattern, matchCase);
  if (!complete) look.warn('The search took too long and was given up: there may be more.');
  else if (total > links.length) look.warn(`Only the first ${links.length} of ${total} files are listed.`);
  for (const link of links) {
    const object = tree.objectOf(link);
    yield { link, object, path: pathOfLink(tree, link), depth: 0, isLast: false, lastAbove: [] };
  }
}

function* csvOf(trees: Iterable<[Job, FileTree]>, choice: FileChoice, look: Look): Iterable<string> {
  yield `job,${csvHead}\r`;
  for (const [job, tree] of trees)
    for (const file of filesOf(tree, choice, 'told', look)) yield `${job.id + 1},${csvLine(tree, file)}\r`;
}

function* jsonlOf(trees: Iterable<[Job, FileTree]>, choice: FileChoice, look: Look): Iterable<string> {
  for (const [job, tree] of trees)
    for (const file of filesOf(tree, choice, 'told', look))
      yield jsonLine({ job: job.id + 1, ...fileJson(tree, file) });
}

function* jsonOf(analysis: Analysis, job: Job, choice: FileChoice, look: Look): Iterable<string> {
  const tree = historyOf(analysis, job);
  if (tree === undefined) return;
  const { files, folders, bytes } = tree.totalsOf(tree.root);
  const totals: JsonObject = {
    entries: { ...tree.entries },
    files,
    folders,
    bytes,
    withoutAttributes: tree.totals.withoutAttributes,
    hardLinks: tree.totals.hardLinks,
    withoutPlace: tree.tops.length,
  };
  const problems = tree.problems.kinds.map((kind) => ({
    kind,
    severity: historyProblems[kind].severity,
    title: historyProblems[kind].title,
    count: tree.problems.total(kind),
    messages: Array.from({ length: Math.min(100, tree.problems.keptOf(kind)) }, (_unused, i) => {
      const { row } = tree.problems.place(kind, i);
      return row < 0 ? null : row + 1;
    }),
  }));
  yield `,"totals":${jsonLine(totals)},"problems":${jsonLine(problems)},"files":[`;
  const all = filesOf(tree, choice, 'told', look);
  yield* jsonArray(
    (function* () {
      for (const file of all) yield fileJson(tree, file);
    })(),
  );
  yield ']';
}

function fileJson(tree: FileTree, { link, object, path }: WalkedFile): JsonObject {
  const attributes = tree.attributes(object);
  const row = tree.attributesRow(object);
  return {
    path: jsonText(path),
    type: attributes === undefined ? (tree.isFolder(object) ? 'directory' : null) : typeText(attributes.type),
    size: attributes?.size.toString() ?? null,
    modified: attributes === undefined ? null : `${mtimeText(attributes.mtime).replace(' ', 'T')}Z`,
    mode: attributes === undefined ? null : modeNumber(attributes),
    owner: attributes?.owner ?? null,
    group: attributes?.group ?? null,
    node: tree.node(object).toString(),
    fhInfo: tree.position(object)?.toString() ?? null,
    nameMessage: link < 0 ? null : tree.nameRow(link) + 1,
    attributesMessage: row < 0 ? null : row + 1,
  };
}

const columns: readonly GridColumn[] = [
  { title: 'size', align: 'right', width: 8 },
  { title: 'modified (UTC)', align: 'left', width: 19, spare: 2 },
  { title: 'mode', align: 'left', width: 10, spare: 3 },
  { title: 'owner', align: 'left', width: 7, spare: 4 },
  { title: 'fh_info', align: 'right', width: 10, spare: 1 },
  { title: 'message', align: 'right', width: 7 },
  { title: 'name', align: 'left', width: 20 },
];

function* treesOf(trees: Iterable<[Job, FileTree]>, choice: FileChoice, look: Look): Iterable<string> {
  let isFirst = true;
  for (const [job, tree] of trees) {
    if (!isFirst) yield '';
    isFirst = false;
    yield jobHeading(job, look.style);
    yield totalsLine(tree);
    const grid = new Grid(columns, look.width);
    yield look.style.heading(grid.head());
    if (choice.search === undefined) yield grid.row(cells(tree, tree.linkOf(tree.root), tree.root, '', tree.separator));
    for (const file of filesOf(tree, choice, 'name', look)) {
      const isListed = choice.search !== undefined;
      const name = clip(
        escapeText(isListed || file.link < 0 ? file.path : tree.name(file.link, LONGEST_NAME)),
        LONGEST_NAME,
      );
      const lines = isListed ? '' : linesBefore(file);
      const end = tree.isFolder(file.object) && file.link >= 0 ? tree.separator : '';
      yield grid.row(cells(tree, file.link, file.object, lines, name + end));
    }
    for (const line of problemLines(tree)) yield look.style.warning(line);
  }
}

function totalsLine(tree: FileTree): string {
  const { path, directory, node } = tree.entries;
  const { files, folders, bytes } = tree.totalsOf(tree.root);
  const told = [
    ...(path > 0 ? [`${counted(path, 'path')}`] : []),
    ...(directory > 0 ? [`${counted(directory, 'directory entry', 'directory entries')}`] : []),
    ...(node > 0 ? [`${counted(node, 'node')}`] : []),
  ];
  return `${counted(files, 'file')} and ${counted(folders, 'directory', 'directories')}, ${byteSize(bytes)}; told by ${told.join(', ') || 'nothing'}.`;
}

function cells(tree: FileTree, link: number, object: number, lines: string, name: string): { text: string }[] {
  const row = fileRow(tree, link, object);
  const attributes = tree.attributes(object);
  const n = row.attributesN ?? row.nameN;
  return [
    { text: row.size === undefined ? '' : byteSize(row.size) },
    { text: attributes === undefined ? '' : mtimeText(attributes.mtime) },
    { text: attributes === undefined ? '' : modeText(attributes) },
    { text: attributes === undefined ? '' : ownerText(attributes) },
    { text: row.position ?? '' },
    { text: n === undefined ? '' : String(n) },
    { text: lines + name + remark(row.remarks) },
  ];
}

function remark(remarks: readonly string[]): string {
  return remarks.length === 0 ? '' : `  (${remarks.join('; ')})`;
}

function linesBefore({ depth, isLast, lastAbove }: WalkedFile): string {
  if (depth > DEEPEST_LINES) return `… ${depth} deep: `;
  const above = lastAbove.slice(0, depth).map((last) => (last ? '   ' : '│  '));
  return `${above.join('')}${isLast ? '└─ ' : '├─ '}`;
}

function problemLines(tree: FileTree): string[] {
  return tree.problems.kinds.map((kind) => {
    const { row } = tree.problems.place(kind, 0);
    const where = row < 0 ? '' : `, first in message ${row + 1}`;
    return `${historyProblems[kind].title}: ${tree.problems.total(kind)}${where}. ${historyProblems[kind].doc}`;
  });
}
