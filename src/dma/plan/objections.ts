import { nearestNames } from '../../analysis/filter/nearest';
import { didYouMean } from '../../analysis/filter/problem';
import { isSecretVariable } from '../../protocol/secretVariables';
import type { Source } from '../job/model';
import { isSameHost } from '../servers/identity';
import { excludeOf } from './variables';
import { familyOf } from './addresses';
import type { PlanInputs, SourcePlan } from './model';
import { Extension, fileSystemOf, isOneServer, isOntap, offers } from './servers';

/** Largest record of ONTAP's mover (cab-and-ontap facts 5.3). */
const ONTAP_RECORD = 256 * 1024;
const ONTAP_EXCLUDES = 32;
/** As many file systems are named. */
const MOST_LISTED = 8;

/** Why a job cannot run at all, whatever the way of its data. */
export function refusalsOf(inputs: PlanInputs): string[] {
  const { job, data, tape } = inputs;
  const refusals: string[] = [];
  const types = data.backupTypes.map(({ name }) => name);
  if (types.length > 0 && !types.includes(job.type))
    refusals.push(
      `${data.server} has no backup type ${job.type}; it has ${types.join(', ')}. Change "type" in the job.`,
    );
  const { recordSize } = job.target;
  if (isOntap(tape) && recordSize > ONTAP_RECORD)
    refusals.push(`${tape.server} takes records of at most 256K. Change "target.recordSize" in the job.`);
  if (isOntap(data) && job.type === 'smtape' && recordSize % 4096 !== 0)
    refusals.push('Type smtape wants records of a multiple of 4K. Change "target.recordSize" in the job.');
  for (const { path } of job.sources) {
    const owner = inputs.owners.get(path);
    if (owner !== undefined && owner !== job.name)
      refusals.push(
        `${path} belongs to job ${owner}: two jobs on one volume mix up each other's increments. Take it out of one of them, or forget the backups that job has of it (ndmp catalog list --job, ndmp catalog remove).`,
      );
    if (isUnlisted(inputs, path)) refusals.push(unlisted(inputs, path));
  }
  return refusals;
}

/**
 * A path outside of everything that the server itself lists: the backup would fail after a tape was loaded for it. What
 * the user has named in the list of servers counts as listed; a list of the user's names alone proves nothing.
 */
function isUnlisted({ data, definitions }: PlanInputs, path: string): boolean {
  const own = new Set(definitions.data.filesystems);
  return data.fileSystems.some(({ name }) => name !== '' && !own.has(name)) && fileSystemOf(data, path) === undefined;
}

function unlisted({ data, definitions }: PlanInputs, path: string): string {
  const names = data.fileSystems.map(({ name }) => name).filter((name) => name !== '');
  const depths = new Set(names.map(depthOf));
  const alike = [...depths].flatMap((depth) =>
    nearestNames(
      beginning(path, depth),
      names.filter((name) => depthOf(name) === depth),
    ),
  );
  const rest = names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : '';
  const some = `${names.slice(0, MOST_LISTED).join(', ')}${rest}`;
  const hint = alike.length > 0 ? didYouMean(alike.slice(0, 3)) : `It lists ${some}.`;
  return `${path} is in none of the file systems that ${data.server} lists at ${data.address}. ${hint} Change "sources" in the job; if it is there all the same, name it in "filesystems" of ${definitions.data.name} in the list of servers.`;
}

/** Directories of a path. */
function depthOf(path: string): number {
  return path.split('/').filter((part) => part !== '').length;
}

/** A path cut to so many directories. */
function beginning(path: string, depth: number): string {
  const parts = path.split('/').filter((part) => part !== '');
  return `${path.startsWith('/') ? '/' : ''}${parts.slice(0, depth).join('/')}`;
}

/** What is worth knowing of the job as a whole. */
export function warningsOf(inputs: PlanInputs): string[] {
  const { job, definitions, data, tape } = inputs;
  const networks = Object.values(definitions).flatMap(({ name, dataNetworks }) =>
    dataNetworks
      .filter((each) => familyOf(each) === undefined)
      .map((each) => `${name}: "${each}" in dataNetworks is no address and no network such as 10.1.0.0/16.`),
  );
  const own = Object.keys(job.environment).filter((name) => MADE.has(name));
  return [
    ...new Set(networks),
    ...(isTwice(inputs)
      ? [
          `${data.server} and ${tape.server} are one server by two names. Leave "target.server" out of the job, and a local backup becomes possible.`,
        ]
      : []),
    ...own.map((name) => `The job sets ${name} itself: nothing checks that it goes with level and path.`),
    ...Object.keys(job.environment)
      .filter(isSecretVariable)
      .map(
        (name) =>
          `The job sets ${name}, a secret by its name: its value is kept in no recording, log or catalog and on no tape, so that a restore has to be given it again (--env ${name}).`,
      ),
  ];
}

/** Two names for one server; a tape server of this machine's own has the machine's identity and is another. */
function isTwice(inputs: PlanInputs): boolean {
  const { data, tape, definitions, job } = inputs;
  if (isOneServer(inputs) || definitions.tape.thisMachine !== undefined || job.topology !== 'auto') return false;
  return data.tapes.length > 0 && isSameHost(data.identity, tape.identity);
}

/** Variables that the plan makes from the job's own words. */
const MADE: ReadonlySet<string> = new Set(['FILESYSTEM', 'LEVEL', 'BASE_DATE', 'TYPE', 'PATHNAME_SEPARATOR']);

/** A cluster carries data over LIFs of its nodes, and nobody but the user can say which addresses those are. */
export function networkWarnings({ data, tape, definitions }: PlanInputs, sources: readonly SourcePlan[]): string[] {
  if (sources.every(({ path }) => path === 'local')) return [];
  const sides = [[data, definitions.data] as const, ...(tape === data ? [] : [[tape, definitions.tape] as const])];
  return sides
    .filter(([report, { dataNetworks }]) => offers(report, Extension.CAB) && dataNetworks.length === 0)
    .map(
      ([{ server, address }]) =>
        `${server} is a cluster: its data connections may use LIFs of other nodes than the one at ${address}, and are refused there until "dataNetworks" names them in the list of servers.`,
    );
}

/** What is worth knowing of a source. */
export function sourceWarnings(inputs: PlanInputs, source: Source): string[] {
  const { job, data } = inputs;
  const warnings: string[] = [];
  const { path } = source;
  const fileSystem = fileSystemOf(data, path);
  if (fileSystem === undefined && data.fileSystems.length > 0)
    warnings.push(
      `${path} is in none of the file systems that the list of servers names for ${data.server}: it may not be there.`,
    );
  const available = fileSystem?.environment.find(({ name }) => name === 'AVAILABLE_BACKUP')?.value;
  if (fileSystem !== undefined && available !== undefined && /^[nf]/i.test(available))
    warnings.push(`${data.server} says that ${fileSystem.name} cannot be backed up now.`);
  const excludes = excludeOf(job, source);
  if (excludes !== undefined && isOntap(data)) warnings.push(...ontapExcludes(path, source.exclude));
  return warnings;
}

function ontapExcludes(path: string, patterns: readonly string[]): string[] {
  const warnings: string[] = [];
  if (patterns.length > ONTAP_EXCLUDES)
    warnings.push(`${path} leaves out ${patterns.length} patterns; ONTAP takes ${ONTAP_EXCLUDES} of them.`);
  const odd = patterns.filter((each) => each.slice(1, -1).includes('*') || /[/?[\]]/.test(each));
  if (odd.length > 0)
    warnings.push(`ONTAP understands * only as first and last character of a name: ${odd.slice(0, 5).join(', ')}.`);
  return warnings;
}
