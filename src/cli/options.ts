import { InvalidArgumentError, Option } from 'commander';
import { compileFilter, describeFilterError, type RowTest } from '../analysis/filter';
import type { CaptureSession } from '../session/capture';
import { UsageError } from './failure';

/** Options that several commands share: the same name means the same everywhere. */

/** `--format`, the first choice being what people read and the default. */
export function formatOption(...choices: readonly string[]): Option {
  return new Option('--format <format>', 'output format').choices(choices).default(choices[0]);
}

/** `--json`, beside every `--format` that knows it. */
export function jsonOption(): Option {
  return new Option('--json', 'the same as --format json').implies({ format: 'json' });
}

export function filterOption(): Option {
  return new Option('-Y, --filter <filter>', 'only messages that pass this display filter');
}

/** The test of `--filter` for the rows of a capture; all pass without it. Throws a UsageError for a wrong filter. */
export function filterTest(filter: string | undefined): (session: CaptureSession) => RowTest {
  if (filter === undefined) return () => () => true;
  const result = compileFilter(filter);
  if (!result.ok) throw new UsageError(`wrong filter: ${describeFilterError(result.problem)}`);
  return (session) => result.filter.bind(session);
}

export function portOption(): Option {
  return new Option(
    '--port <number>',
    'take traffic of this TCP port for NDMP though it does not begin like it; may be repeated',
  )
    .argParser((value: string, before: number[]) => [...before, parsePort(value)])
    .default([], 'none');
}

export function keyLogOption(): Option {
  return new Option(
    '--tls-keylog <file>',
    'NSS key log (what programs write with SSLKEYLOGFILE) with the keys of TLS connections; docs/manual/tls.md',
  );
}

export function versionOption(what = 'version of connections whose start is not in the capture'): Option {
  return new Option('--ndmp-version <version>', what)
    .choices(['2', '3', '4'])
    .argParser((value: string) => parseVersion(value));
}

/** A number from 1, as messages, connections and jobs have. */
export function numberFromOne(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('It is a number from 1.');
  return Number(value);
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port < 1 || port > 65535) {
    throw new InvalidArgumentError('A TCP port is a number from 1 to 65535.');
  }
  return port;
}

function parseVersion(value: string): number {
  if (!['2', '3', '4'].includes(value)) {
    throw new InvalidArgumentError('Allowed choices are 2, 3, 4.');
  }
  return Number(value);
}
