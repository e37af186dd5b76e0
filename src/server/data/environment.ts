import type { HistoryStyle } from '../archive/model';
import { refuse } from '../failure';
import type { EnvironmentPair } from '../system';
import type { BackupTypeName } from './backupTypes';

/** What a variable is set to; the last one of a name wins. */
export function variable(environment: readonly EnvironmentPair[], name: string): string | undefined {
  return environment.findLast((pair) => pair.name === name)?.value;
}

/** Whether a yes-or-no variable says yes. ONTAP's clients write T and F, others words. */
export function isYes(environment: readonly EnvironmentPair[], name: string): boolean {
  return /^[yt]/i.test(variable(environment, name) ?? '');
}

/** How file history is wanted (HIST, and HIST_TYPE where HIST leaves the choice to the server). */
export function historyStyle(environment: readonly EnvironmentPair[], type: BackupTypeName): HistoryStyle {
  const wanted = letter(variable(environment, 'HIST'));
  const style = wanted === 'y' || wanted === 't' ? letter(variable(environment, 'HIST_TYPE')) : wanted;
  if (style === 'f') return 'path';
  if (style === 'd') return 'node';
  if (wanted === 'y' || wanted === 't') return type === 'tar' ? 'path' : 'node';
  return 'none';
}

/** Variables of levels: what they may be, in words and as a pattern. Empty is as if they were not there. */
const LEVELS: ReadonlyMap<string, { pattern: RegExp; words: string }> = new Map([
  ['LEVEL', { pattern: /^[0-9]?$/, words: 'one digit from 0 to 9' }],
  ['BASE_DATE', { pattern: /^(-1|[0-9]{0,20})$/, words: '-1, 0 or the DUMP_DATE of an earlier backup' }],
]);

/**
 * What a backup is to know of the environment. Throws ILLEGAL_ARGS for a level of a dump that means nothing; a type
 * without levels does not look at them: unknown variables are no reason to refuse (NDMPv4 draft, section 3.5).
 */
export function backupEnvironment(environment: readonly EnvironmentPair[], type: BackupTypeName): EnvironmentPair[] {
  const isWrong = ({ name, value }: EnvironmentPair): boolean => LEVELS.get(name)?.pattern.test(value.trim()) === false;
  const wrong = environment.find(isWrong);
  if (wrong && type === 'dump') refuse('ILLEGAL_ARGS', `${wrong.name} has to be ${LEVELS.get(wrong.name)?.words}`);
  return environment.filter((pair) => !isWrong(pair));
}

/** `environment` with each of `changes` in place of the variables of its name, or behind the others. */
export function merged(
  environment: readonly EnvironmentPair[],
  changes: readonly EnvironmentPair[],
): EnvironmentPair[] {
  const changed = new Set(changes.map(({ name }) => name));
  return [...environment.filter(({ name }) => !changed.has(name)), ...changes];
}

function letter(value: string | undefined): string {
  return (value ?? '').slice(0, 1).toLowerCase();
}
