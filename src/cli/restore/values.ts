import { InvalidArgumentError } from 'commander';
import type { Rename } from '../../dma/restore/model';

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/** A moment: `2026-03-01` (to the end of that day), `2026-03-01 12:30`, both local, or ISO 8601 with a zone. Milliseconds. */
export function moment(value: string): number {
  const match = DATE.exec(value);
  if (!match) {
    const time = /(?:Z|[+-]\d{2}:?\d{2})$/.test(value) ? Date.parse(value) : NaN;
    if (Number.isNaN(time)) throw wrongDate();
    return time;
  }
  const [year, month, day, hour, minute, second] = match
    .slice(1)
    .map((each) => (each === undefined ? undefined : Number(each)));
  if (year === undefined || month === undefined || day === undefined) throw wrongDate();
  const isDay = hour === undefined;
  const date = new Date(year, month - 1, day, hour ?? 23, minute ?? 59, second ?? (isDay ? 59 : 0), isDay ? 999 : 0);
  if (date.getMonth() !== month - 1 || date.getDate() !== day) throw wrongDate();
  return date.getTime();
}

function wrongDate(): InvalidArgumentError {
  return new InvalidArgumentError(
    'It has to be a date such as 2026-03-01, "2026-03-01 12:30" or 2026-03-01T12:30:00Z.',
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
