import { join, resolve } from 'node:path';
import { escapeText } from '../../protocol';
import { makeTapFolder } from '../../tap/folder';
import { TapRecording } from '../../tap/recording/recording';
import { RunningTap } from '../../tap/running';
import { addressText } from '../../tap/tap';
import type { TapWatcher } from '../../tap/watch';
import { PlaceTaken } from '../../transport/control/controlSocket';
import type { TapCommandOptions } from '../commands/tap';
import { Failure, UsageError } from '../failure';
import type { Io } from '../terminal/io';
import { tapView } from './view';

/** `ndmp tap`: until Ctrl-C, or until it is asked to stop. */
export async function runTap(io: Io, options: TapCommandOptions): Promise<void> {
  const { target, listen = [{ host: '127.0.0.1', port: 10000 }] } = options;
  if (target === undefined) throw new UsageError('--target says which server clients are led on to.');
  const folder = options.folder === undefined ? undefined : resolve(options.folder);
  const watcher: TapWatcher = options.quiet ? {} : tapView(io);
  watcher.warning ??= (text) => io.stderr.write(`ndmp: ${escapeText(text)}\n`);
  const recording = recordingOf(options, folder, (text) => running?.tap.warn(text));
  let running: RunningTap | undefined;
  try {
    running = await RunningTap.start(
      { listen, target, allow: options.allow, connections: options.connections, recording, watcher },
      folder,
    );
  } catch (error) {
    await recording?.close();
    throw new Failure(whyNotStarted(error as NodeJS.ErrnoException, folder));
  }
  for (const address of running.tap.addresses)
    io.stdout.write(`listening on ${addressText(address)}, leading on to ${addressText(target)}\n`);
  if (recording) io.stdout.write(`recording to ${escapeText(recording.path)}\n`);
  io.stdout.write('ready\n');
  warnOfOpenAddresses(running, options);
  const why = await Promise.race([running.asked, aborted(io.signal)]);
  await running.stop(why);
}

function recordingOf(
  options: TapCommandOptions,
  folder: string | undefined,
  warn: (text: string) => void,
): TapRecording | undefined {
  const path = options.out ?? (folder === undefined ? undefined : join(folder, `${stamp()}.pcapng`));
  if (path === undefined) return undefined;
  const passwords = options.keepPasswords ? 'passwords are in it' : 'passwords are masked';
  const comment = `Recorded by the tap of NDMP Workbench; ${passwords}.`;
  const { recordData: data, keepPasswords = false, rotateSize: rotateBytes, keep } = options;
  try {
    if (folder !== undefined) makeTapFolder(folder);
    return new TapRecording({ path: resolve(path), comment, data, keepPasswords, rotateBytes, keep, warn });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const why = exists ? 'it is there already; a recording never replaces a file' : (error as Error).message;
    throw new Failure(`${escapeText(path)} cannot be written: ${why}.`);
  }
}

function stamp(): string {
  return new Date().toISOString().replace(/[:.]/g, '-').replace('T', ' ').replace('Z', '').replace(' ', 'T');
}

function warnOfOpenAddresses({ tap }: RunningTap, { allow = [] }: TapCommandOptions): void {
  const open = tap.addresses.filter(({ host }) => !/^(127\.|::1$)/.test(host)).map(addressText);
  if (open.length === 0) return;
  const who =
    allow.length > 0
      ? `clients of ${allow.join(', ')} are let in`
      : 'but only this machine is let in: name others with --allow';
  tap.warn(`${open.join(', ')} can be reached by other machines; ${who}.`);
}

function aborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const done = (): void => resolve('stopped by a signal');
    if (signal.aborted) done();
    signal.addEventListener('abort', done, { once: true });
  });
}

function whyNotStarted(error: NodeJS.ErrnoException & { address?: string; port?: number }, folder?: string): string {
  if (error instanceof PlaceTaken) return `A tap runs in ${folder} already: ndmp tap status --folder shows it.`;
  const where = error.address === undefined ? '' : ` on ${addressText({ host: error.address, port: error.port ?? 0 })}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return `The tap cannot listen${where}: another program does. Choose another port with --listen.`;
    case 'EACCES':
      return `The tap may not listen${where}: ports below 1024 are for root. Choose another one with --listen.`;
    case 'EADDRNOTAVAIL':
      return `The tap cannot listen${where}: this machine has no such address.`;
    default:
      return `The tap cannot be started${where}: ${error.message}.`;
  }
}
