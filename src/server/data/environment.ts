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

/** Refuses what a backup cannot be made with. Unknown variables are no reason to refuse (NDMPv4 draft, section 3.5). */
export function checkBackupEnvironment(environment: readonly EnvironmentPair[], type: BackupTypeName): void {
  if (type !== 'dump') return;
  const level = variable(environment, 'LEVEL');
  if (level !== undefined && !/^[0-9]$/.test(level)) refuse('ILLEGAL_ARGS', 'LEVEL has to be one digit from 0 to 9');
  const base = variable(environment, 'BASE_DATE');
  if (base !== undefined && !/^(-1|[0-9]{1,20})$/.test(base))
    refuse('ILLEGAL_ARGS', 'BASE_DATE has to be -1, 0 or the DUMP_DATE of an earlier backup');
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
