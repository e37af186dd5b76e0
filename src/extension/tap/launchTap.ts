import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeText } from '../../protocol';
import { readTapFile, tapPlace } from '../../tap/folder';
import { isServed } from '../../transport/control/controlSocket';

/** What a tap is started with. */
export interface TapOrder {
  /** The bundled command, dist/ndmp.js. */
  program: string;
  /** Folder of the tap, which is made. */
  folder: string;
  /** host:port */
  listen: string;
  target: string;
  /** The client speaks TLS with the tap. */
  isSecure?: boolean;
  recordData: 'none' | 'headers' | 'all';
  rotateBytes: number;
  keepFiles: number;
  /** Further options, such as those of TLS. */
  options?: readonly string[];
}

/** What the tap says goes there, for people. */
const LOG = 'tap.log';
const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 50;

/** The words that a tap is started with. */
export function tapArguments(order: TapOrder): string[] {
  const { folder, listen, isSecure, target, recordData, rotateBytes, keepFiles, options } = order;
  return [
    ...['tap', isSecure ? '--tls-listen' : '--listen', listen, '--target', target, '--folder', folder, '--quiet'],
    ...['--record-data', recordData, '--rotate-size', String(rotateBytes), '--keep', String(keepFiles)],
    ...(options ?? []),
  ];
}

/**
 * Starts a tap as a process of its own, which outlives this one, and waits until it listens.
 * @throws Error with what the tap said when it could not be started
 */
export async function launchTap(order: TapOrder): Promise<void> {
  mkdirSync(order.folder, { recursive: true, mode: 0o700 });
  const log = openSync(join(order.folder, LOG), 'a', 0o600);
  let child: ChildProcess;
  try {
    // under VS Code's Electron, too, the program is run by Node
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    const stdio = ['ignore', log, log] as const;
    child = spawn(process.execPath, [order.program, ...tapArguments(order)], {
      detached: true,
      stdio: [...stdio],
      env,
    });
  } finally {
    closeSync(log);
  }
  const gone = new Promise<Error>((resolve) => {
    child.once('error', resolve);
    child.once('exit', () => resolve(new Error(lastWords(order.folder))));
  });
  let failure: Error | undefined;
  void gone.then((error) => (failure = error));
  const end = Date.now() + PATIENCE_MS;
  while (!(await isRunning(order.folder))) {
    if (failure) throw failure;
    if (Date.now() > end) {
      child.kill();
      throw new Error('The tap does not begin to listen.');
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  child.removeAllListeners();
  child.unref();
}

async function isRunning(folder: string): Promise<boolean> {
  const file = readTapFile(folder);
  return file !== undefined && file.stopped === undefined && (await isServed(tapPlace(folder)));
}

/** The last that a tap said before it ended. */
function lastWords(folder: string): string {
  const lines = readFileSync(join(folder, LOG), 'utf8').trimEnd().split('\n');
  const text = escapeText((lines.at(-1) ?? '').replace(/^(ndmp|error): /, ''));
  return text === '' ? 'The tap ended before it listened.' : text.slice(0, 1000);
}
