import { clip, escapeText } from '../../protocol';
import type { Source } from '../job/model';
import type { DriveState } from '../media/model';
import { historyDecision } from './backupType';
import { connectionsOf } from './connections';
import { loadedFirst, usableDrives } from './drives';
import { levelOf } from './level';
import type { BackupPlan, Decision, PlanInputs, SourcePlan } from './model';
import { networkWarnings, refusalsOf, sourceWarnings, warningsOf } from './objections';
import { routeOf } from './route';
import { Extension, fileSystemOf, isOneServer, offers } from './servers';
import { DriveLoads } from './spread';
import { stepsOf } from './steps';
import { tapesFor } from './tapes';
import { environmentOf, excludeOf } from './variables';

const DAY = 24 * 3600 * 1000;
/** Longest sentence of a plan: it can hold names that servers made up. */
const MAX_SENTENCE = 1000;
/** As many names are told of a list. */
const MAX_NAMES = 8;

/**
 * Decides how a job is run: way of the data, levels, drives, tapes, variables, each with its reason. Pure: the same
 * inputs give the same plan. A plan with refusals has no sources and no steps: it cannot be run.
 */
export function planBackup(inputs: PlanInputs): BackupPlan {
  const found = usableDrives(inputs);
  const refusals = refusalsOf(inputs);
  const warnings = warningsOf(inputs);
  const sources: SourcePlan[] = [];
  if ('refusals' in found) refusals.push(...found.refusals);
  else {
    warnings.push(...found.notes);
    const loads = new DriveLoads(inputs.job, found.drives);
    for (const source of inputs.job.sources) {
      const planned = planSource(inputs, source, found.drives, loads);
      warnings.push(...sourceWarnings(inputs, source));
      if ('refusals' in planned) refusals.push(...planned.refusals);
      else sources.push(planned);
    }
  }
  const runnable = refusals.length === 0 ? sources : [];
  if (runnable.length > 0)
    warnings.push(...tapesFor(inputs).notes, ...parallelNotes(inputs, runnable), ...networkWarnings(inputs, runnable));
  return {
    job: inputs.job,
    sources: runnable,
    decisions: sayable(decisionsOf(inputs)),
    steps: runnable.length === 0 ? [] : stepsOf(inputs, runnable).map((each) => ({ ...each, what: said(each.what) })),
    connections: connectionsOf(inputs, runnable),
    warnings: unique(warnings),
    refusals: unique(refusals),
  };
}

function planSource(
  inputs: PlanInputs,
  source: Source,
  drives: readonly DriveState[],
  loads: DriveLoads,
): SourcePlan | { refusals: string[] } {
  const { job, data, now } = inputs;
  const route = routeOf(inputs, source, drives, loads);
  const level = levelOf(inputs, source, excludeOf(job, source));
  const refusals = [route, level].flatMap((each) => ('refusals' in each ? each.refusals : []));
  if ('refusals' in route || 'refusals' in level)
    return { refusals: refusals.map((each) => (each.startsWith(source.path) ? each : `${source.path}: ${each}`)) };
  const history = historyDecision(job, data);
  const { tapes, why } = tapesFor(inputs);
  const prepare = offers(data, Extension.CAB);
  const { retainDays } = job.policy;
  loads.take(route.drives, source.path);
  const ordered = loadedFirst(route.drives, tapes, job.target.drives);
  return {
    source,
    ...route.route,
    level: level.level,
    base: level.base,
    chain: level.chain,
    environment: environmentOf(job, source, data, level, history.wanted),
    type: job.type,
    prepare,
    extensions: extensionsOf(data),
    tapeExtensions: extensionsOf(inputs.tape),
    drives: ordered,
    tapes,
    recordSize: job.target.recordSize,
    history: history.wanted,
    expires: retainDays === undefined ? undefined : now + retainDays * DAY,
    decisions: sayable([
      ...route.decisions,
      { about: 'level', choice: level.level === 0 ? 'full' : `level ${level.level}`, why: level.why },
      { about: 'source', ...extentOf(inputs, source) },
      { about: 'drives', choice: someOf(ordered.map(({ device }) => device)), why: whyDrives(inputs, ordered) },
      {
        about: 'tapes',
        choice: tapes.length === 0 ? 'asked for' : someOf(tapes.map(({ barcode }) => barcode)),
        why,
      },
      history,
      ...(prepare ? [PREPARE] : []),
    ]),
  };
}

function extensionsOf(report: PlanInputs['data']): SourcePlan['extensions'] {
  return [Extension.CAE, Extension.CAB].filter((each) => offers(report, each));
}

const PREPARE: Decision = {
  about: 'CAB',
  choice: 'the volume is named before the data connection',
  why: 'The cluster offers it, and makes the data connection at the node that owns the volume.',
};

function extentOf({ data }: PlanInputs, { path }: Source): Pick<Decision, 'choice' | 'why'> {
  const fileSystem = fileSystemOf(data, path);
  if (fileSystem === undefined) return { choice: path, why: `${data.server} does not list it.` };
  const isWhole = path.replace(/\/+$/, '') === fileSystem.name.replace(/\/+$/, '');
  return isWhole
    ? { choice: `${path}, whole`, why: `${data.server} lists it as a file system.` }
    : { choice: `${path}, a part`, why: `It lies in ${fileSystem.name}.` };
}

function whyDrives({ job, drives }: PlanInputs, chosen: readonly DriveState[]): string {
  if (job.target.drives.length > 0) return 'In the order of the job; the first that is free is taken.';
  return chosen.length < drives.length
    ? 'Those that this way of the data can use; the first that is free is taken.'
    : 'All there are, those with a tape to write first; the first that is free is taken.';
}

function decisionsOf(inputs: PlanInputs): Decision[] {
  const { job, data, tape } = inputs;
  const about = ({ vendor, product, version, address }: typeof data) =>
    `${(product.startsWith(vendor) ? [product] : [vendor, product]).filter((each) => each !== '').join(' ') || 'A server'}, speaks v${version} at ${address}.`;
  return [
    { about: 'data server', choice: data.server, why: about(data) },
    isOneServer(inputs)
      ? { about: 'tape server', choice: tape.server, why: 'The job names no other.' }
      : { about: 'tape server', choice: tape.server, why: about(tape) },
    {
      about: 'retention',
      choice: job.policy.retainDays === undefined ? 'for ever' : `${job.policy.retainDays} days`,
      why: 'A restore point is kept with all that it builds on.',
    },
  ];
}

/** What there is to know where several sources are to run at a time. */
function parallelNotes({ job }: PlanInputs, sources: readonly SourcePlan[]): string[] {
  const wanted = Math.min(job.parallel, sources.length);
  const usable = new Set(sources.flatMap((each) => each.drives.map(({ device }) => device)));
  if (wanted <= usable.size) return [];
  return [
    `The job is to run ${wanted} sources at a time, but the drives they can use are ${usable.size}: the others wait.`,
  ];
}

function sayable(decisions: readonly Decision[]): Decision[] {
  return decisions.map(({ about, choice, why }) => ({ about, choice: said(choice), why: said(why) }));
}

function unique(sentences: readonly string[]): string[] {
  return [...new Set(sentences.map(said))];
}

function someOf(names: readonly string[]): string {
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return `${names.slice(0, MAX_NAMES).join(', ')}${more}`;
}

/** Names in it can come from servers. */
function said(sentence: string): string {
  return escapeText(clip(sentence, MAX_SENTENCE));
}
