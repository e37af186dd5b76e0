import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** There can be no live capture; the message says why, and what to do. */
export class SnifferFailure extends Error {}

/** Characters of what a program says on standard error that are kept. */
const MAX_SAID = 4000;
const PATIENCE_SECONDS = 15;

interface Program {
  command: string;
  args: (at: string, filter: string) => string[];
  /** What it says when it has begun. */
  began: RegExp;
}

/** Programs that capture, in the order in which they are tried. */
const PROGRAMS: readonly Program[] = [
  {
    command: 'tcpdump',
    args: (at, filter) => ['-i', at, '-n', '-U', '--immediate-mode', '-s', '0', '-w', '-', filter],
    began: /listening on/,
  },
  { command: 'dumpcap', args: (at, filter) => ['-i', at, '-q', '-f', filter, '-w', '-'], began: /Capturing on|File:/ },
];

/** A live capture on an interface by a program that may do so: a stream of pcap or pcapng. */
export interface Sniffer {
  program: string;
  stream: Readable;
  /** Ends it in order. */
  stop: () => void;
  /** Settles when it is over; with what it said when it did not end in order. */
  ended: Promise<string | undefined>;
}

/**
 * Begins a live capture.
 * @param at an interface, such as 'eth0' or 'any'
 * @param ports TCP ports whose traffic is wanted
 * @throws SnifferFailure
 */
export async function sniff(at: string, ports: readonly number[], signal: AbortSignal): Promise<Sniffer> {
  const filter = ports.map((port) => `tcp port ${port}`).join(' or ');
  // a name that begins like an option would be one
  if (!/^[\w.:{}\\ -]{1,100}$/.test(at) || at.startsWith('-'))
    throw new SnifferFailure(`There is no interface ${JSON.stringify(at)}.`);
  for (const program of PROGRAMS) {
    const sniffer = await started(program, at, filter, signal);
    if (sniffer !== undefined) return sniffer;
  }
  throw new SnifferFailure(
    'Neither tcpdump nor dumpcap is there to capture with: install one of them (apt-get install tcpdump), or use the proxy: ndmp tap --target.',
  );
}

/** @returns undefined where the program is not installed */
async function started(
  { command, args, began }: Program,
  at: string,
  filter: string,
  signal: AbortSignal,
): Promise<Sniffer | undefined> {
  const child = spawn(command, args(at, filter), { stdio: ['ignore', 'pipe', 'pipe'] });
  const isThere = await once(child, 'spawn').then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-MAX_SAID)));
  const over = once(child, 'close').then(([code]) => code as number | null);
  const stop = (): void => void child.kill('SIGINT');
  signal.addEventListener('abort', stop, { once: true });
  await hasBegun(child, () => began.test(said));
  if (child.exitCode !== null) {
    await over;
    throw new SnifferFailure(whyNot(command, at, said));
  }
  const ended = over.then((code) =>
    code === 0 || code === null || signal.aborted ? undefined : whyNot(command, at, said),
  );
  return { program: command, stream: child.stdout, stop, ended };
}

/** Settles when a program has said that it has begun, has ended, or says nothing at all. */
function hasBegun(child: ChildProcess, isSaid: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      child.stderr?.off('data', look);
      child.off('exit', done);
      resolve();
    };
    const look = (): void => {
      if (isSaid()) done();
    };
    const timer = setTimeout(done, PATIENCE_SECONDS * 1000);
    child.stderr?.on('data', look);
    child.once('exit', done);
    if (isSaid() || child.exitCode !== null) done();
  });
}

function whyNot(command: string, at: string, said: string): string {
  const last = said.trim().split('\n').at(-1) ?? '';
  if (/permission|not permitted|don't have|capabilit/i.test(said))
    return `${command} may not capture on ${at}: capture as root, or let it do so with setcap cap_net_raw,cap_net_admin+eip $(command -v ${command}). It says: ${last}`;
  if (/no such device|no such interface|doesn't exist|no interface/i.test(said))
    return `This machine has no interface ${at}: ip link lists them, and "any" is all of them. ${command} says: ${last}`;
  return `${command} does not capture on ${at}: ${last === '' ? 'it said nothing' : last}`;
}
