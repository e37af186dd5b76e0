import { InvalidArgumentError, Option } from 'commander';

/** Options that several commands share. */

export function portOption(): Option {
  return new Option(
    '--port <number>',
    'take traffic of this TCP port for NDMP though it does not begin like it; may be repeated',
  )
    .argParser((value: string, before: number[]) => [...before, parsePort(value)])
    .default([], 'none');
}

export function versionOption(): Option {
  return new Option('--ndmp-version <version>', 'version of connections whose start is not in the capture')
    .choices(['2', '3', '4'])
    .argParser((value: string) => parseVersion(value));
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
