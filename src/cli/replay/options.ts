import { InvalidArgumentError } from 'commander';
import type { NdmpVersion } from '../../protocol';
import type { Target, Timing } from '../../tap/replay';
import { hostAndPort } from '../serve/values';
import type { ReadingOptions } from '../analysed';

export interface ReplayCommandOptions extends ReadingOptions {
  as: 'dma' | 'server';
  target: RecordedTarget[];
  listen?: Target;
  connection: number[];
  job?: number;
  timing: Timing;
  patience: number;
  user?: string;
  replace: [from: string, to: string][];
  out?: string;
  all?: boolean;
  format: 'text' | 'json';
  ndmpVersion?: NdmpVersion;
}

/** A live server, and the recorded address that it stands for; undefined: for all others. */
export interface RecordedTarget extends Target {
  address: string | undefined;
}

/** 'HOST:PORT', or 'ADDRESS=HOST:PORT' for the servers that had this address. */
export function targetValue(value: string): RecordedTarget {
  const at = value.indexOf('=');
  const { host, port } = hostAndPort(value.slice(at + 1));
  if (port === 0) throw new InvalidArgumentError('A server has a port from 1 to 65535.');
  return { address: at < 0 ? undefined : value.slice(0, at), host, port };
}

/** 'OLD=NEW'. */
export function replaceValue(value: string): [string, string] {
  const at = value.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It is OLD=NEW, such as /vol/a=/vol/b.');
  return [value.slice(0, at), value.slice(at + 1)];
}

/** Seconds, with a fraction. */
export function secondsValue(value: string): number {
  const seconds = Number(value);
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(value) || seconds <= 0)
    throw new InvalidArgumentError('It is a number of seconds.');
  return seconds;
}
