import { clip, escapeText, type BodyValue, type Value } from '../../protocol';
import type { Analysis, AnalysisSource } from '../analysis';
import { bodyOf, textField } from '../connections';
import type { Job } from '../jobs/model';
import { variableDoc } from './variables';

const GET_BUTYPE_INFO = 0x104;
const GET_ENV = 0x404;
const MAX_VARIABLES = 5000;
const LONGEST_VALUE = 4000;
/** Values shown of a name that was sent several times. */
const MAX_VALUES = 100;

/** How a variable fared. */
export type VariableState =
  | 'sent'
  | 'as sent'
  | 'changed by the server'
  | 'added by the server'
  | 'not returned'
  | 'default'
  | 'handed back'
  | 'differs from the backup'
  | 'not handed back'
  | 'added for the recovery';

/** One variable of a job's environment. Texts are escaped and clipped. */
export interface VariableRow {
  name: string;
  sent: string | undefined;
  /** By CONFIG_GET_BUTYPE_INFO for the backup type. */
  default: string | undefined;
  /** By DATA_GET_ENV. */
  returned: string | undefined;
  /** Of a recovery: what the backup returned that it recovers from, where that is in the capture. */
  backup: string | undefined;
  /** What held, as far as the messages tell. */
  used: string | undefined;
  usedFrom: 'returned' | 'sent' | 'default' | undefined;
  state: VariableState;
  /** How many times it was sent; servers take the last one as a rule. */
  timesSent: number;
  /** undefined: not publicly documented. */
  values: string | undefined;
  meaning: string | undefined;
  vendor: string | undefined;
}

/** The environment of a job, compared. Rows are rows of the index, -1 where there is none. */
export interface EnvironmentTable {
  rows: VariableRow[];
  /** The request that sent it. */
  sentRow: number;
  /** The last reply that returned it. */
  returnedRow: number;
  /** Variables were asked for, and refused. */
  refused: boolean;
  defaultRow: number;
  /** The backup that a recovery is compared with; -1 where none is in the capture. */
  backupJob: number;
  /** How it was found: the recovery names the same FILESYSTEM, or it is the last of the same type on the same server. */
  backupBy: 'file system' | 'type and server';
  /** Variables beyond what is kept. */
  leftOut: number;
}

/** Compares what was sent, what the server has by default and what it returned (NDMPv4 draft, sections 3.5 and 3.1). */
export function compareEnvironment(analysis: Analysis, job: Job): EnvironmentTable {
  const { source } = analysis;
  const own = environmentOf(analysis, job);
  const backup = isRecovery(job) ? backupOf(analysis, job, own.sent.get('FILESYSTEM')) : undefined;
  const defaults = readDefaults(source, job);
  const given = backup === undefined ? undefined : environmentOf(analysis, backup.job).returned;
  const names = new Set([
    ...own.sent.keys(),
    ...own.returned.keys(),
    ...(given?.keys() ?? []),
    ...defaults.values.keys(),
  ]);
  const isAsked = own.returnedRow >= 0;
  const rows = [...names].slice(0, MAX_VARIABLES).map((name): VariableRow => {
    const values: Values = {
      sent: own.sent.get(name),
      returned: own.returned.get(name),
      default: defaults.values.get(name),
      backup: given?.get(name),
    };
    const doc = variableDoc(name);
    const used = values.returned ?? values.sent ?? values.default;
    return {
      name: shown(name) ?? '',
      sent: shown(own.several.get(name)?.slice(0, MAX_VALUES).join(' | ') ?? values.sent),
      default: shown(values.default),
      returned: shown(values.returned),
      backup: shown(values.backup),
      used: shown(used),
      usedFrom: usedFrom(values),
      state: given === undefined ? stateOf(values, isAsked) : recoveryState(values),
      timesSent: own.several.get(name)?.length ?? (values.sent === undefined ? 0 : 1),
      values: doc?.values,
      meaning: doc?.meaning,
      vendor: doc?.vendor,
    };
  });
  return {
    rows,
    sentRow: own.sentRow,
    returnedRow: own.returnedRow,
    refused: own.refused,
    defaultRow: defaults.row,
    backupJob: backup?.job.id ?? -1,
    backupBy: backup?.by ?? 'type and server',
    leftOut: Math.max(0, names.size - MAX_VARIABLES),
  };
}

/** The value of a variable as the job used it, not escaped; undefined where the messages do not tell. */
export function usedValue(analysis: Analysis, job: Job, name: string): string | undefined {
  const { sent, returned } = environmentOf(analysis, job);
  return returned.get(name) ?? sent.get(name);
}

function environmentOf(analysis: Analysis, job: Job): OwnEnvironment {
  return analysis.once(`environment of job ${job.id}`, () => readEnvironment(analysis.source, job));
}

interface Values {
  sent: string | undefined;
  returned: string | undefined;
  default: string | undefined;
  backup: string | undefined;
}

function usedFrom({ sent, returned, default: byDefault }: Values): VariableRow['usedFrom'] {
  if (returned !== undefined) return 'returned';
  if (sent !== undefined) return 'sent';
  return byDefault === undefined ? undefined : 'default';
}

function stateOf({ sent, returned }: Values, isAsked: boolean): VariableState {
  if (sent === undefined) return returned === undefined ? 'default' : 'added by the server';
  if (!isAsked) return 'sent';
  if (returned === undefined) return 'not returned';
  return returned === sent ? 'as sent' : 'changed by the server';
}

function recoveryState({ sent, returned, backup }: Values): VariableState {
  if (backup === undefined)
    return sent === undefined ? stateOf({ sent, returned, default: '', backup }, true) : 'added for the recovery';
  if (sent === undefined) return 'not handed back';
  return sent === backup ? 'handed back' : 'differs from the backup';
}

function shown(value: string | undefined): string | undefined {
  return value === undefined ? undefined : clip(escapeText(value.slice(0, LONGEST_VALUE)), LONGEST_VALUE);
}

export function isRecovery({ operation }: Job): boolean {
  return operation === 'recover' || operation === 'recover file history';
}

interface OwnEnvironment {
  sent: Map<string, string>;
  /** All values of names that were sent several times. */
  several: Map<string, string[]>;
  sentRow: number;
  returned: Map<string, string>;
  returnedRow: number;
  refused: boolean;
}

/** What a job's messages say of its environment. Of a name that comes twice the last value holds. */
function readEnvironment(source: AnalysisSource, job: Job): OwnEnvironment {
  const { index } = source;
  const own: OwnEnvironment = {
    sent: new Map(),
    several: new Map(),
    sentRow: job.startRow,
    returned: new Map(),
    returnedRow: -1,
    refused: false,
  };
  if (job.startRow >= 0)
    for (const [name, value] of pairsOf(bodyOf(source, job.startRow).env)) {
      const before = own.sent.get(name);
      const several = own.several.get(name);
      if (several !== undefined) several.push(value);
      else if (before !== undefined) own.several.set(name, [before, value]);
      own.sent.set(name, value);
    }
  for (const { connection, fromRow, toRow } of job.spans)
    for (let row = fromRow; row <= toRow; row++) {
      if (index.code(row) !== GET_ENV || index.kind(row) !== 'reply' || index.connection(row) !== connection) continue;
      if (index.headerError(row) !== 0 || index.bodyError(row) > 0) own.refused = true;
      else {
        own.returnedRow = row;
        own.returned = new Map(pairsOf(bodyOf(source, row).env));
      }
    }
  return own;
}

interface FoundBackup {
  job: Job;
  by: EnvironmentTable['backupBy'];
}

/** The backup before a recovery that it recovers from, as far as that can be told. */
function backupOf(analysis: Analysis, job: Job, fileSystem: string | undefined): FoundBackup | undefined {
  const { jobs, source } = analysis;
  const serverOf = (each: Job): string | undefined => source.index.connections[each.dataConnection]?.server.address;
  const before = jobs.filter(
    (each) =>
      each.operation === 'backup' &&
      each.startRow >= 0 &&
      each.startRow < job.startRow &&
      environmentOf(analysis, each).returnedRow >= 0,
  );
  if (fileSystem !== undefined) {
    const same = before.findLast((each) => usedValue(analysis, each, 'FILESYSTEM') === fileSystem);
    return same && { job: same, by: 'file system' };
  }
  const last = before.findLast((each) => each.type === job.type && serverOf(each) === serverOf(job));
  return last && { job: last, by: 'type and server' };
}

/** The defaults of the job's backup type, as the data server told them last before the job began. */
function readDefaults(source: AnalysisSource, job: Job): { values: Map<string, string>; row: number } {
  const { index } = source;
  const none = { values: new Map<string, string>(), row: -1 };
  const server = index.connections[job.dataConnection]?.server;
  const type = job.startRow < 0 ? undefined : textField(bodyOf(source, job.startRow), 'bu_type');
  if (server === undefined || type === undefined) return none;
  let found = -1;
  const end = job.startRow < 0 ? index.count : job.startRow;
  for (let row = 0; row < end; row++) {
    if (index.code(row) !== GET_BUTYPE_INFO || index.kind(row) !== 'reply' || index.bodyError(row) !== 0) continue;
    const other = index.connections[index.connection(row)].server;
    if (other.address === server.address && other.port === server.port) found = row;
  }
  if (found < 0) return none;
  const types = bodyOf(source, found).butype_info;
  const own = (Array.isArray(types) ? types : []).filter((each) => isFields(each) && each.butype_name === type);
  const values = new Map(own.flatMap((each) => (isFields(each) ? pairsOf(each.default_env) : [])));
  return { values, row: found };
}

/** Names and values of an `env` field. */
function pairsOf(env: Value | undefined): [string, string][] {
  const pairs = Array.isArray(env) ? env : [];
  return pairs.flatMap((pair): [string, string][] => {
    if (!isFields(pair)) return [];
    const name = textField(pair, 'name');
    const value = textField(pair, 'value');
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
}

function isFields(value: Value | undefined): value is BodyValue {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}
