import { bodyToJson, clip, escapeText, type JsonObject, type JsonValue } from '../../protocol';
import type { Analysis, AnalysisSource } from '../analysis';
import { bodyOf } from '../connections';
import type { Job } from '../jobs/model';
import { usedValue } from './environment';
import { recoveryTarget } from './recoveryTarget';

const LOG_FILE = 0x602;
const DATA_READ = 0x505;
const LONGEST = 1000;
/** Names and results that are kept. */
const MAX_KEPT = 200_000;
const ALL_ONES = '18446744073709551615';

/** How the recovery of one name went, as a LOG_FILE post says. */
export interface FileResult {
  /** Name in the post, escaped. */
  name: string;
  status: string;
  failed: boolean;
  row: number;
}

/** One entry of a recovery's list of names. Texts are escaped and clipped. */
export interface NameEntry {
  /** Path in the backup; '' for everything. */
  original: string;
  destination: string;
  /** Name at the destination, where it has a field of its own. */
  newName: string;
  otherName: string;
  /** Decimal; undefined where it is not known, and in v2. */
  node: string | undefined;
  /** Decimal; undefined where it says that there is no direct access. */
  position: string | undefined;
  /** Where it goes by the rules of the version, and by which rule. */
  target: string;
  rule: string;
  /** The post about exactly this name. */
  result: FileResult | undefined;
  /** Posts about names below this one. */
  below: { successful: number; failed: number };
  /** Posts in which the data server asked for the stream from this position on. */
  reads: number[];
}

/** What a recovery asked for and what came of it. */
export interface NameList {
  entries: NameEntry[];
  /** Names beyond what is kept. */
  leftOut: number;
  /** The request with the list. */
  row: number;
  version: number;
  /** Posts about names that are not in the list, nor below one that is. */
  others: FileResult[];
  /** LOG_FILE posts in all. */
  reported: number;
  successful: number;
  failed: number;
  /** How the whole job ended, and the message that says so; -1 where none does. */
  outcome: Job['outcome'];
  outcomeRow: number;
}

/** The list of names of a recovery with the results that the server told by file; undefined for other jobs. */
export function readNameList(analysis: Analysis, job: Job): NameList | undefined {
  const { source } = analysis;
  const row = job.startRow;
  const asked =
    row < 0 ? undefined : (bodyToJson(bodyOf(source, row), source.context(row)).nlist as JsonValue | undefined);
  if (!Array.isArray(asked)) return undefined;
  const version = source.index.version(row);
  const separator = usedValue(analysis, job, 'PATHNAME_SEPARATOR')?.slice(0, 1) || '/';
  const fields = asked.slice(0, MAX_KEPT).filter(isObject);
  const posts = readPosts(source, job);
  const names = fields.map((each) => text(each.original_path ?? each.name));
  const list: NameList = {
    entries: fields.map((each, i) => entryOf(each, names[i], version, separator, posts)),
    leftOut: Math.max(0, asked.length - MAX_KEPT),
    row,
    version,
    others: [],
    reported: posts.results.length,
    successful: posts.results.filter(({ failed }) => !failed).length,
    failed: posts.results.filter(({ failed }) => failed).length,
    outcome: job.outcome,
    outcomeRow: job.endRow,
  };
  assign(list, names, posts.results, separator);
  return list;
}

interface Posts {
  /** Names not escaped. */
  results: (FileResult & { raw: string })[];
  /** Rows of NOTIFY_DATA_READ by the offset that they ask for. */
  reads: Map<string, number[]>;
}

function readPosts(source: AnalysisSource, job: Job): Posts {
  const { index } = source;
  const posts: Posts = { results: [], reads: new Map() };
  for (const { connection, fromRow, toRow } of job.spans)
    for (let row = fromRow; row <= toRow; row++) {
      const code = index.code(row);
      if ((code !== LOG_FILE && code !== DATA_READ) || index.connection(row) !== connection) continue;
      const body = bodyToJson(bodyOf(source, row), source.context(row));
      if (code === DATA_READ) addRead(posts.reads, text(body.offset), row);
      else if (posts.results.length < MAX_KEPT) posts.results.push(resultOf(body, row));
    }
  return posts;
}

function addRead(reads: Map<string, number[]>, offset: string, row: number): void {
  const known = reads.get(offset) ?? [];
  if (known.length < 100) known.push(row);
  reads.set(offset, known);
}

function resultOf(body: JsonObject, row: number): Posts['results'][number] {
  const raw = text(body.name);
  const status = text(body.recovery_status ?? body.error);
  const failed = !/^(SUCCESSFUL|NO_ERR(OR)?|0)$/.test(status);
  return { raw, name: shown(raw), status: shown(status), failed, row };
}

function entryOf(fields: JsonObject, original: string, version: number, separator: string, posts: Posts): NameEntry {
  const destination = text(fields.destination_path ?? fields.destination_dir ?? fields.dest);
  const newName = version >= 4 ? text(fields.name) : text(fields.new_name);
  const position = text(fields.fh_info);
  const { target, rule } = recoveryTarget({ version, original, destination, newName, separator });
  return {
    original: shown(original),
    destination: shown(destination),
    newName: shown(newName),
    otherName: shown(text(fields.other_name)),
    node: fields.node === undefined || fields.node === ALL_ONES ? undefined : text(fields.node),
    position: position === ALL_ONES || position === '' ? undefined : position,
    target: shown(target),
    rule,
    result: undefined,
    below: { successful: 0, failed: 0 },
    reads: posts.reads.get(position) ?? [],
  };
}

/** Gives each result to the entry of its name, else to the one below which it lies. */
function assign(list: NameList, names: readonly string[], results: Posts['results'], separator: string): void {
  const trimmed = (name: string): string => name.replace(/^\.?\/+|\/+$/g, '');
  const places = new Map(names.map((name, i) => [trimmed(name), i]));
  for (const { raw, ...result } of results) {
    const own = places.get(trimmed(raw));
    if (own !== undefined) {
      list.entries[own].result = result;
      continue;
    }
    const above = aboveOf(trimmed(raw), places, separator);
    if (above === undefined) list.others.push(result);
    else list.entries[above].below[result.failed ? 'failed' : 'successful']++;
  }
}

/** The nearest entry above a path; looks at so many levels at most. */
function aboveOf(path: string, places: ReadonlyMap<string, number>, separator: string): number | undefined {
  let at = path;
  for (let level = 0; level < 1000 && at !== ''; level++) {
    const end = at.lastIndexOf(separator);
    at = end < 0 ? '' : at.slice(0, end);
    const found = places.get(at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function shown(value: string): string {
  return clip(escapeText(value.slice(0, LONGEST)), LONGEST);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
