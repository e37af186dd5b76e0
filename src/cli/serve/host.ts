import { existsSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { escapeText, type NdmpVersion } from '../../protocol';
import { barcodesFrom } from '../../server/library/barcodes';
import { createLibrary, openLibrary } from '../../server/library/open';
import type { TapeLibrary } from '../../server/library/library';
import { LibraryError } from '../../server/library/model';
import type { ServerLog } from '../../server/log';
import { pathParts } from '../../server/paths';
import { VIRTUAL_CHANGER, VIRTUAL_DRIVE } from '../../server/scsi/identity';
import type { ServedChanger, ServedHost, ServedTape } from '../../server/serveSystem';
import type { ServedTree } from '../../server/system';
import { LinuxTapeDrive } from '../../server/tape/device';
import { makeFolder } from '../../transport/makeFolder';
import { Failure, UsageError } from '../failure';
import type { Io } from '../terminal/io';
import type { TapeDeviceOption } from './values';

export interface HostOptions {
  root?: string[];
  readOnly?: boolean;
  library?: string;
  drives: number;
  slots: number;
  capacity?: number;
  tapeDevice?: TapeDeviceOption[];
  state?: string;
  user: string;
  auth: ('none' | 'text' | 'md5')[];
  versions: NdmpVersion[];
  dataAddress?: string[];
}

const AUTH_TYPES = { none: 0, text: 1, md5: 2 } as const;
/** Passwords count as far as that in a login by digest. */
const PASSWORD_BYTES = 32;
const CHANGER = 'mc0';
const FIRST_BARCODE = 'NDM001L8';

/** What the options ask to serve, and how to let go of it. */
export async function servedHost(
  io: Io,
  options: HostOptions,
  log: ServerLog,
): Promise<ServedHost & { close(): Promise<void> }> {
  if (options.root === undefined && options.library === undefined && options.tapeDevice === undefined)
    throw new UsageError(
      'there is nothing to serve: name a directory with --root, a tape library with --library, or both.',
    );
  const trees = (options.root ?? []).map((root) => treeOf(root, options.readOnly === true));
  const users = usersOf(io, options);
  const library = options.library === undefined ? undefined : await libraryOf(options.library, options, log);
  return {
    trees,
    tapes: [
      ...(library ? tapesOf(library) : []),
      ...(options.tapeDevice ?? []).map((device) => linuxTape(device, log)),
    ],
    changers: library ? [changerOf(library)] : [],
    users,
    authTypes: options.auth.map((kind) => AUTH_TYPES[kind]),
    versions: options.versions,
    stateDirectory: stateDirectory(io, options),
    dataAddresses: options.dataAddress ?? [],
    close: async () => library?.close(),
  };
}

function treeOf(root: string, readOnly: boolean): ServedTree {
  const match = /^(\/[^=]*)=(.+)$/s.exec(root);
  const given = resolve(match?.[2] ?? root);
  try {
    const directory = realpathSync(given);
    if (!statSync(directory).isDirectory()) throw new Error('it is no directory');
    const name = match?.[1] ?? directory;
    if (!pathParts(name))
      throw new UsageError(`${escapeText(name)} is no name for a tree: it has to be a plain absolute path.`);
    return { name, directory, readOnly };
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such directory' : message;
    throw new Failure(`${escapeText(given)} cannot be served: ${why}.`);
  }
}

function usersOf({ env }: Io, { user, auth }: HostOptions): ReadonlyMap<string, string> {
  const password = env.NDMP_PASSWORD ?? '';
  if (auth.every((kind) => kind === 'none')) return new Map();
  if (password === '')
    throw new UsageError(
      'no password is set for logins: put one into the environment as NDMP_PASSWORD, or allow everyone with --auth none.',
    );
  if (Buffer.byteLength(password) > PASSWORD_BYTES)
    throw new UsageError(`the password is too long: NDMP takes ${PASSWORD_BYTES} bytes.`);
  return new Map([[user, password]]);
}

async function libraryOf(folder: string, options: HostOptions, log: ServerLog): Promise<TapeLibrary> {
  const { drives, slots, capacity } = options;
  try {
    if (existsSync(join(folder, 'library.json'))) return await openLibrary(folder, { log });
    makeFolder(folder);
    const devices = Array.from({ length: drives }, (_, n) => `nst${n}`);
    return await createLibrary(folder, {
      log,
      devices,
      slots,
      cartridges: [{ barcodes: barcodesFrom(FIRST_BARCODE, slots), capacity }],
    });
  } catch (error) {
    if (error instanceof LibraryError) throw new Failure(error.message); // a sentence that names the folder
    if ((error as NodeJS.ErrnoException).code !== undefined)
      throw new Failure(`The tape library ${escapeText(folder)} cannot be used: ${(error as Error).message}`);
    throw error;
  }
}

/** The drives of a library, as clients open them. */
export function tapesOf(library: TapeLibrary): ServedTape[] {
  return library.drives.map(({ device, drive, serial }) => ({
    device,
    model: `${VIRTUAL_DRIVE.vendor} ${VIRTUAL_DRIVE.product}`,
    drive,
    capability: [
      { name: 'EXECUTE_CDB', value: 'b' },
      { name: 'SERIAL_NUMBER', value: serial },
    ],
  }));
}

/** A tape device of this machine, offered under its own path. */
export function linuxTape({ path, blockSize }: TapeDeviceOption, log: ServerLog): ServedTape {
  if (!existsSync(path)) log.write('warning', `there is no tape device ${path}: opening it fails until there is one`);
  return { device: path, model: 'Linux tape', drive: new LinuxTapeDrive({ path, blockSize }), capability: [] };
}

/** The changer of a library, as clients open it. */
export function changerOf(library: TapeLibrary): ServedChanger {
  return {
    device: CHANGER,
    model: `${VIRTUAL_CHANGER.vendor} ${VIRTUAL_CHANGER.product}`,
    target: library.changer,
    capability: [
      { name: 'EXECUTE_CDB', value: 's' },
      { name: 'SERIAL_NUMBER', value: library.serial },
    ],
  };
}

/** With the library where there is one, else where programs of a user keep what they have to remember. */
function stateDirectory({ env }: Io, { state, library }: HostOptions): string {
  if (state !== undefined) return resolve(state);
  if (library !== undefined) return resolve(library, 'state');
  return join(env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'ndmp-workbench');
}
