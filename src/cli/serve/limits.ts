import { InvalidArgumentError, Option } from 'commander';
import { DEFAULT_LIMITS, type ServerLimits } from '../../server/limits';

const NAMES = Object.keys(DEFAULT_LIMITS) as (keyof ServerLimits)[];

/** `--limit name=number`, for every bound of a server. */
export function limitOption(): Option {
  const defaults = NAMES.map((name) => `${name}=${DEFAULT_LIMITS[name]}`).join(', ');
  return new Option('--limit <name=number>', `a bound of what clients get; may be repeated (${defaults})`).argParser(
    (value: string, before: Partial<ServerLimits> | undefined) => ({ ...before, ...limit(value) }),
  );
}

function limit(value: string): Partial<ServerLimits> {
  const match = /^(\w+)=(\d{1,15})$/.exec(value);
  const name = NAMES.find((each) => each === match?.[1]);
  if (!match || name === undefined)
    throw new InvalidArgumentError(`It is NAME=NUMBER with one of the names ${NAMES.join(', ')}.`);
  return { [name]: Number(match[2]) };
}
