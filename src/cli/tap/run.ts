import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { escapeText } from '../../protocol';
import { faultGate, FaultScriptError, readFaults } from '../../tap/faults';
import { makeTapFolder } from '../../tap/folder';
import type { Mark } from '../../tap/model';
import type { ListenAddress, LiveFaults, TargetTls } from '../../tap/options';
import { TapRecording } from '../../tap/recording/recording';
import { RunningTap } from '../../tap/running';
import { addressText } from '../../tap/tap';
import { PlaceTaken } from '../../transport/control/controlSocket';
import { messageOf } from '../../transport/messageOf';
import type { TapCommandOptions } from '../commands/tap';
import { Failure, UsageError } from '../failure';
import { certificateOf } from '../serve/certificate';
import type { Io } from '../terminal/io';
import { jsonWatcher } from './jsonView';
import { openedView } from './openedView';
import { tapView, type CliWatcher } from './view';

const STATUS_MILLISECONDS = 250;

/** `ndmp tap`: until Ctrl-C, or until it is asked to stop. */
export async function runTap(io: Io, options: TapCommandOptions): Promise<void> {
  const { target } = options;
  if (target === undefined) throw new UsageError('--target says which server clients are led on to.');
  const folder = options.folder === undefined ? undefined : resolve(options.folder);
  const watcher = watcherOf(io, options);
  let running: RunningTap | undefined;
  const warn = (text: string): void => running?.tap.warn(text);
  const opened = openedView(io, options, warn);
  const faults = faultsOf(options, (mark) => running?.tap.mark(mark));
  const listen = listenAddresses(options);
  const certificate = listen.some(({ secure }) => secure)
    ? await certificateOf(
        options,
        listen.map(({ host }) => host),
      )
    : undefined;
  const targetTls = targetTlsOf(options);
  const recording = recordingOf(options, folder, warn, opened?.copy);
  const rewrite = options.rewriteAddresses && { own: options.dataAddress ?? [] };
  const { allow, connections } = options;
  try {
    running = await RunningTap.start(
      { listen, certificate, target, targetTls, allow, connections, recording, rewrite, faults, watcher },
      folder,
    );
  } catch (error) {
    await recording?.close();
    await opened?.end();
    throw new Failure(whyNotStarted(error as NodeJS.ErrnoException, folder));
  }
  tellStart(io, running, options);
  const timer = setInterval(() => running && watcher.status?.(running.tap.status()), STATUS_MILLISECONDS);
  const why = await Promise.race([running.asked, aborted(io.signal), unread(io, options)]);
  clearInterval(timer);
  await running.stop(why);
  await opened?.end();
  watcher.stopped?.(running.tap.status(), why);
}

function watcherOf(io: Io, { quiet, json, tlsKeylog }: TapCommandOptions): CliWatcher {
  const warning = (text: string): unknown => io.stderr.write(`ndmp: ${escapeText(text)}\n`);
  if (quiet || tlsKeylog !== undefined) return { warning };
  return json ? jsonWatcher(io) : tapView(io);
}

function listenAddresses({ listen, tlsListen = [] }: TapCommandOptions): ListenAddress[] {
  const plain = listen ?? (tlsListen.length > 0 ? [] : [{ host: '127.0.0.1', port: 10000 }]);
  return [...plain, ...tlsListen.map((address) => ({ ...address, secure: true }))];
}

function targetTlsOf(options: TapCommandOptions): TargetTls | undefined {
  const { targetTls, targetCa, targetTrust: trust, targetName: name, targetInsecure: insecure } = options;
  if (!targetTls) {
    if (targetCa ?? trust ?? name ?? insecure)
      throw new UsageError('--target-tls is needed for what is said of TLS to the target.');
    return undefined;
  }
  return { ca: targetCa === undefined ? undefined : readText(targetCa), trust, name, insecure };
}

/** Faults can be added later, so there is a gate also without a script. */
function faultsOf({ fault }: TapCommandOptions, marked: (mark: Mark) => void): LiveFaults {
  if (fault === undefined) return faultGate({ name: '', seed: 1, faults: [] }, { marked });
  try {
    return faultGate(readFaults(readText(fault), fault), { marked });
  } catch (error) {
    if (error instanceof FaultScriptError) throw new Failure(error.message);
    throw error;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure(`${escapeText(file)} cannot be read: ${messageOf(error)}.`);
  }
}

function tellStart(io: Io, running: RunningTap, options: TapCommandOptions): void {
  const { tap } = running;
  const { target, targetTls, recording, rewrite, faults } = tap.options;
  const to = `${addressText(target)}${targetTls ? ' with TLS' : ''}`;
  const lines = tap.addresses.map(
    (address, i) =>
      `listening on ${addressText(address)}${tap.options.listen[i].secure ? ' with TLS' : ''}, leading on to ${to}`,
  );
  if (recording) lines.push(`recording to ${escapeText(recording.path)}`);
  if (rewrite) lines.push('addresses of data connections are exchanged: those connections pass the tap');
  for (const { id, text } of faults?.list() ?? []) lines.push(`fault ${id}: ${text}`);
  const stream = options.json ? io.stderr : io.stdout;
  for (const line of [...lines, 'ready']) stream.write(`${line}\n`);
  if (targetTls?.insecure) tap.warn('Any certificate of the target is accepted: somebody may be in between.');
  if (options.keepPasswords) tap.warn('Passwords are kept in the recording.');
  warnOfOpenAddresses(running, options);
}

function recordingOf(
  options: TapCommandOptions,
  folder: string | undefined,
  warn: (text: string) => void,
  copy: ((block: Uint8Array) => void) | undefined,
): TapRecording | undefined {
  const path = options.out ?? (folder === undefined ? undefined : join(folder, `${stamp()}.pcapng`));
  if (path === undefined) return undefined;
  const passwords = options.keepPasswords ? 'passwords are in it' : 'passwords are masked';
  const rewritten = options.rewriteAddresses ? ' Addresses of data connections were exchanged.' : '';
  const comment = `Recorded by the tap of NDMP Workbench; ${passwords}.${rewritten}`;
  const { recordData: data, keepPasswords = false, rotateSize: rotateBytes, keep } = options;
  try {
    if (folder !== undefined) makeTapFolder(folder);
    return new TapRecording({ path: resolve(path), comment, data, keepPasswords, rotateBytes, keep, warn, copy });
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

/** Settles when nobody reads what it shows (`ndmp tap … | head`). */
function unread({ stdout }: Io, { quiet }: TapCommandOptions): Promise<string> {
  return new Promise((resolve) => {
    if (!quiet) stdout.once('error', () => resolve('nobody reads what it shows'));
  });
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
