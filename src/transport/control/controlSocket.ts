import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { JsonValue } from '../../protocol';

/** What a command came to. */
export type ControlReply = { text: string[]; data: JsonValue } | { refused: string };

/** Carries out a command; never rejects. */
export type ControlRun = (command: string, args: string[]) => Promise<ControlReply>;

/** Something that runs in a folder of its own and takes commands there. */
export interface ControlPlace {
  folder: string;
  /** One word, such as 'lab'. */
  kind: string;
}

/** Another process serves this place. */
export class PlaceTaken extends Error {}

/** Longest request and reply, in bytes. */
const MAX_LINE = 16 * 1024 * 1024;
const MAX_REQUEST = 64 * 1024;
/** What sockets' paths may be long on every system. */
const MAX_PATH = 100;
const PATIENCE_SECONDS = 120;

/**
 * Where a place takes commands: a socket in its folder, which only its owner gets into. Where that path is longer than
 * sockets may have, it lies in a folder of the user's own among the temporary files.
 */
export function controlPath({ folder, kind }: ControlPlace): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\ndmp-${kind}-${name}`;
  const inside = join(folder, 'control.sock');
  if (Buffer.byteLength(inside) <= MAX_PATH) return inside;
  return join(tmpdir(), `ndmp-${kind}-${userInfo().uid}`, `${name}.sock`);
}

/**
 * Takes commands for a place. The socket alone keeps no process alive.
 * @throws PlaceTaken when another process does; Error of the system when there can be no socket
 */
export async function serveControl(place: ControlPlace, run: ControlRun): Promise<{ close(): Promise<void> }> {
  const path = controlPath(place);
  preparePlace(path, place);
  if (await answers(path)) throw new PlaceTaken(`${place.folder} is in use.`);
  if (process.platform !== 'win32') rmSync(path, { force: true });
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serveOne(socket, run);
  });
  await listen(server, path);
  server.unref();
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.setTimeout(1000, () => socket.destroy());
      }),
  };
}

/** Sends a command to what runs in a place; undefined when nothing does. Rejects when it goes away meanwhile. */
export async function callControl(
  place: ControlPlace,
  command: string,
  args: readonly string[],
): Promise<ControlReply | undefined> {
  const socket = await connectTo(controlPath(place));
  if (socket === undefined) return undefined;
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error(`The ${place.kind} went away before it answered.`));
    socket.setTimeout(PATIENCE_SECONDS * 1000, () => socket.destroy());
    socket.on('error', gone);
    socket.on('close', gone);
    readLine(socket, MAX_LINE, (line) => {
      socket.destroy();
      try {
        resolve(JSON.parse(line) as ControlReply);
      } catch {
        reject(new Error(`What answers in ${place.folder} is no ${place.kind}.`));
      }
    });
    socket.end(`${JSON.stringify({ command, args })}\n`);
  });
}

/** Whether anything serves a place. */
export function isServed(place: ControlPlace): Promise<boolean> {
  return answers(controlPath(place));
}

function preparePlace(path: string, { folder, kind }: ControlPlace): void {
  if (process.platform === 'win32' || path.startsWith(folder)) return;
  const place = join(path, '..');
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(place);
  if (uid !== userInfo().uid || (mode & 0o077) !== 0)
    throw new Error(`${place} is not only yours: remove it, or choose a folder with a shorter path for the ${kind}.`);
}

function serveOne(socket: Socket, run: ControlRun): void {
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
