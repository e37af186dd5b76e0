import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { JsonValue } from '../../protocol';

/** What a command against the running lab came to. */
export type ControlReply = { text: string[]; data: JsonValue } | { refused: string };

/** Longest request and reply, in bytes. */
const MAX_LINE = 16 * 1024 * 1024;
const MAX_REQUEST = 64 * 1024;
/** What sockets' paths may be long on every system. */
const MAX_PATH = 100;
const PATIENCE_SECONDS = 120;

/** The lab of this folder does not run. */
export class NoLab extends Error {}

/**
 * Where the lab of a folder takes commands: a socket in the folder, which only its owner gets into. Where that path is
 * longer than sockets may have, it lies in a folder of the user's own among the temporary files.
 */
export function controlPath(folder: string): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\ndmp-lab-${name}`;
  const inside = join(folder, 'control.sock');
  if (Buffer.byteLength(inside) <= MAX_PATH) return inside;
  return join(tmpdir(), `ndmp-lab-${userInfo().uid}`, `${name}.sock`);
}

/**
 * Takes commands for the lab of a folder.
 * @param run never rejects
 * @throws Error when another lab runs in this folder
 */
export async function serveControl(
  folder: string,
  run: (command: string, args: string[]) => Promise<ControlReply>,
): Promise<{ close(): Promise<void> }> {
  const path = controlPath(folder);
  preparePlace(path, folder);
  if (await answers(path)) throw new Error(`A lab runs in ${folder} already: ndmp lab status shows it.`);
  if (process.platform !== 'win32') rmSync(path, { force: true });
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serveOne(socket, run);
  });
  await listen(server, path);
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.setTimeout(1000, () => socket.destroy());
      }),
  };
}

/**
 * Sends a command to the lab that runs in a folder.
 * @throws NoLab when none does
 */
export async function callLab(folder: string, command: string, args: readonly string[]): Promise<ControlReply> {
  const socket = await connectTo(controlPath(folder));
  if (socket === undefined) throw new NoLab(`No lab runs in ${folder}: start it with ndmp lab.`);
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('The lab went away before it answered.'));
    socket.setTimeout(PATIENCE_SECONDS * 1000, () => socket.destroy());
    socket.on('error', gone);
    socket.on('close', gone);
    readLine(socket, MAX_LINE, (line) => {
      socket.destroy();
      resolve(JSON.parse(line) as ControlReply);
    });
    socket.end(`${JSON.stringify({ command, args })}\n`);
  });
}

/** Whether a lab runs in a folder. */
export function isLabRunning(folder: string): Promise<boolean> {
  return answers(controlPath(folder));
}

function preparePlace(path: string, folder: string): void {
  if (process.platform === 'win32' || path.startsWith(folder)) return;
  const place = join(path, '..');
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(place);
  if (uid !== userInfo().uid || (mode & 0o077) !== 0)
    throw new Error(`${place} is not only yours: remove it, or choose a lab folder with a shorter path.`);
}

function serveOne(socket: Socket, run: (command: string, args: string[]) => Promise<ControlReply>): void {
  socket.on('error', () => socket.destroy());
  socket.setTimeout(PATIENCE_SECONDS * 1000, () => socket.destroy());
  readLine(socket, MAX_REQUEST, (line) => {
    const request = parseRequest(line);
    const reply: Promise<ControlReply> = request
      ? run(request.command, request.args)
      : Promise.resolve({ refused: 'That is no command.' });
    void reply.then((answer) => socket.end(`${JSON.stringify(answer)}\n`));
  });
}

function parseRequest(line: string): { command: string; args: string[] } | undefined {
  try {
    const { command, args } = JSON.parse(line) as { command?: unknown; args?: unknown };
    if (typeof command !== 'string' || !Array.isArray(args)) return undefined;
    return args.every((each) => typeof each === 'string') ? { command, args } : undefined;
  } catch {
    return undefined;
  }
}

/** Calls back once, with the first line. Who sends a longer one than the bound is cut off. */
function readLine(socket: Socket, bound: number, take: (line: string) => void): void {
  const pieces: Buffer[] = [];
  let length = 0;
  const onData = (piece: Buffer): void => {
    const end = piece.indexOf(10);
    pieces.push(end < 0 ? piece : piece.subarray(0, end));
    length += piece.length;
    if (end < 0 && length > bound) socket.destroy();
    if (end < 0) return;
    socket.off('data', onData);
    take(Buffer.concat(pieces).toString('utf8'));
  };
  socket.on('data', onData);
}

async function answers(path: string): Promise<boolean> {
  const socket = await connectTo(path);
  socket?.destroy();
  return socket !== undefined;
}

function connectTo(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('error', () => resolve(undefined));
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
