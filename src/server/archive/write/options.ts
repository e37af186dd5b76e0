import type { EnvironmentPair } from '../../system';

/** What a backup's environment asks for (protocol facts 9.2). */
export interface BackupOptions {
  /** LEVEL, 0 to 9. */
  level: number;
  /** BASE_DATE, when it is to be used instead of LEVEL: '0' or an earlier DUMP_DATE. */
  baseDate: string | undefined;
  /** UPDATE: later backups may build upon this one. */
  update: boolean;
  exclude: string;
  files: string;
  /** XATTR: extended attributes are backed up where the machine can read them. */
  attributes: boolean;
}

/** Reads the variables; throws an Error for people when a value means nothing. */
export function readOptions(environment: readonly EnvironmentPair[]): BackupOptions {
  const level = valueOf(environment, 'LEVEL').trim() || '0';
  if (!/^[0-9]$/.test(level)) throw new Error('LEVEL must be one digit from 0 to 9.');
  const baseDate = valueOf(environment, 'BASE_DATE').trim();
  if (baseDate !== '' && !/^(-1|\d{1,20})$/.test(baseDate))
    throw new Error('BASE_DATE must be 0, -1 or the DUMP_DATE of an earlier backup.');
  return {
    level: Number(level),
    baseDate: baseDate === '' || baseDate === '-1' ? undefined : baseDate,
    update: isYes(valueOf(environment, 'UPDATE'), true),
    exclude: listOf(environment, 'EXCLUDE'),
    files: listOf(environment, 'FILES'),
    attributes: isYes(valueOf(environment, 'XATTR'), true),
  };
}

/** The last value of a variable, '' when it is not there. */
function valueOf(environment: readonly EnvironmentPair[], name: string): string {
  return environment.findLast((pair) => pair.name === name)?.value ?? '';
}

/** All values of a variable that may come several times, a line each. */
function listOf(environment: readonly EnvironmentPair[], name: string): string {
  const values = environment.filter((pair) => pair.name === name).map(({ value }) => value);
  return values.filter((value) => value.trim() !== '').join('\n');
}

/** y, yes, t, true and their capitals; anything else is no, and nothing the default. */
function isYes(value: string, byDefault: boolean): boolean {
  const letter = value.trim().charAt(0).toLowerCase();
  return letter === '' ? byDefault : letter === 'y' || letter === 't';
}
