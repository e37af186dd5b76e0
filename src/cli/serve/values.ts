import { InvalidArgumentError } from 'commander';
import { isIP } from 'node:net';

export interface HostAndPort {
  host: string;
  port: number;
}

/** 'HOST:PORT', '[::1]:PORT', ':PORT' (loopback) or 'PORT'; port 0 takes any free one. */
export function hostAndPort(value: string): HostAndPort {
  const match = /^(?:(?:\[([^\]]+)\]|([^:[\]]*)):)?(\d{1,5})$/.exec(value);
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3]);
  if (!match || port > 65535 || (match[1] !== undefined && isIP(match[1]) !== 6))
    throw new InvalidArgumentError('It is HOST:PORT, such as 127.0.0.1:10000 or [::1]:10000.');
  return { host: host === '' ? '127.0.0.1' : host, port };
}

/** As people write an address and its port. */
export function hostAndPortText({ host, port }: HostAndPort): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** Collects the values of an option that may be repeated. */
export function repeated<T>(parse: (value: string) => T): (value: string, before: T[] | undefined) => T[] {
  return (value, before) => [...(before ?? []), parse(value)];
}

/** Words of a comma list, each one of `allowed`. */
export function wordList<W extends string>(allowed: readonly W[]): (value: string) => W[] {
  return (value) =>
    value.split(',').map((word) => {
      const found = allowed.find((each) => each === word.trim());
      if (found === undefined) throw new InvalidArgumentError(`Allowed are ${allowed.join(', ')}, joined by commas.`);
      return found;
    });
}

/** A count with bounds. */
export function countBetween(low: number, high: number): (value: string) => number {
  return (value) => {
    const count = Number(value);
    if (!/^\d{1,15}$/.test(value) || count < low || count > high)
      throw new InvalidArgumentError(`It is a number from ${low} to ${high}.`);
    return count;
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes: '65536', '64k', '2G'. */
export function byteSize(value: string): number {
  const match = /^(\d{1,12})([kmgt]?)(?:i?b)?$/i.exec(value);
  const bytes = match ? Number(match[1]) * UNITS[match[2].toLowerCase()] : NaN;
  if (!Number.isSafeInteger(bytes) || bytes === 0)
    throw new InvalidArgumentError('It is a number of bytes, such as 65536, 64k or 2G.');
  return bytes;
}

/** A tape device of this machine: its file, and bytes of a block (0: variable; left out: as the drive is set). */
export interface TapeDeviceOption {
  path: string;
  blockSize?: number;
}

/** '/dev/nst0', '/dev/nst0=0' (variable blocks) or '/dev/nst0=512' (fixed blocks). */
export function tapeDevice(value: string): TapeDeviceOption {
  const match = /^(\/[^=]*)(?:=(\d{1,8}))?$/.exec(value);
  if (!match) throw new InvalidArgumentError('It is the path of a device, such as /dev/nst0 or /dev/nst0=512.');
  return { path: match[1], blockSize: match[2] === undefined ? undefined : Number(match[2]) };
}
