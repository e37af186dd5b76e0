import { InvalidArgumentError } from 'commander';
import type { Rename } from '../../dma/restore/model';

const DATE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?(?: ?(Z|UTC|local|[+-]\d{2}(?::?\d{2})?))?$/;

/**
 * A moment, in UTC as lists print it unless a zone is said: `Z`, `+01:00`, or `local` for that of this machine. What is left
 * out means the end: `2026-03-01` that of the day, `2026-03-01 12:30` that of the minute, so that a backup which a list
 * shows with this time is included. Milliseconds since 1970.
 */
export function moment(value: string): number {
  const match = DATE.exec(value);
  if (!match) throw wrongDate();
  const [year, month, day, hour = 23, minute = 59, second = 59] = match
    .slice(1, 7)
    .map((each: string | undefined) => (each === undefined ? undefined : Number(each)));
  const [, , , , , , , fraction, zone = 'Z'] = match as (string | undefined)[];
  if (year === undefined || month === undefined || day === undefined) throw wrongDate();
  const milliseconds = fraction === undefined ? 999 : Number(fraction.padEnd(3, '0'));
  const time = [year, month - 1, day, hour, minute, second, milliseconds] as const;
  // calendars do not refuse the 31st of June, they make the 1st of July of it
  const date = new Date(Date.UTC(...time));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
    throw wrongDate();
  return zone === 'local' ? new Date(...time).getTime() : date.getTime() - minutesOf(zone) * 60_000;
}

/** Minutes that a zone is ahead of UTC. */
function minutesOf(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === '-' ? -minutes : minutes;
}

function wrongDate(): InvalidArgumentError {
  return new InvalidArgumentError(
    'It has to be a date such as 2026-03-01, "2026-03-01 12:30", "2026-03-01 12:30 +01:00" or "2026-03-01 12:30 local".',
  );
}

/** `A=B`; a '=' in A is written `\=`. */
export function rename(value: string): Rename {
  const at = value.search(/(?<!\\)=/);
  if (at <= 0 || at === value.length - 1)
    throw new InvalidArgumentError('It has to be OLD=NEW, both paths from the root of the backup.');
  return { from: unescaped(value.slice(0, at)), to: unescaped(value.slice(at + 1)) };
}

/** `NAME=VALUE`, or `NAME` alone: then the value is that of `NAME` in the environment of the command, for secrets. */
export function variableFrom(env: Readonly<Record<string, string | undefined>>): (value: string) => [string, string] {
  return (value) => {
    const at = value.indexOf('=');
    if (at > 0) return [value.slice(0, at), value.slice(at + 1)];
    const own = at < 0 ? env[value] : undefined;
    if (own === undefined)
      throw new InvalidArgumentError(
        'It has to be NAME=VALUE, or the NAME of a variable that is set in the environment of this command.',
      );
    return [value, own];
  };
}

function unescaped(text: string): string {
  return text.replaceAll('\\=', '=');
}
