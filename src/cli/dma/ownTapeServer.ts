import { randomBytes } from 'node:crypto';
import { InvalidArgumentError } from 'commander';
import { DmaFailure } from '../../dma/connection/failures';
import type { ThisMachine } from '../../dma/servers/model';
import { escapeText } from '../../protocol';
import type { TapeLibrary } from '../../server/library/library';
import { LibraryError } from '../../server/library/model';
import { openLibrary } from '../../server/library/open';
import type { ServerLog } from '../../server/log';
import { startServer } from '../../server/server';
import { ServeSystem } from '../../server/serveSystem';
import { messageOf } from '../../transport/messageOf';
import { changerOf, linuxTape, tapesOf } from '../serve/host';
import { tapeDevice } from '../serve/values';

const LOOPBACK = '127.0.0.1';
const USER = 'ndmp';
/** Passwords of NDMP count up to 32 bytes. */
const PASSWORD_BYTES = 15;

export interface OwnTapeServerOptions {
  /** Name of the server in the user's list, for messages. */
  name: string;
  drives: ThisMachine;
  log: ServerLog;
  /** Numeric addresses of this machine at which its mover takes data connections; by default loopback alone. */
  dataAddresses?: readonly string[];
}

/** A tape server that lives in this process. How to log in is known to this process alone. */
export interface OwnTapeServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Ends its connections and lets go of library and devices. Never rejects. */
  stop(): Promise<void>;
}

/**
 * Serves tape drives of this machine, those of a virtual library or Linux tape devices, to this very process: a backup
 * then speaks NDMP to them as to any other tape server. Listens on loopback, on a free port, with a password of its own.
 * @throws DmaFailure that names the library or device and says what to do
 */
export async function startOwnTapeServer(options: OwnTapeServerOptions): Promise<OwnTapeServer> {
  const { name, drives, log } = options;
  if (drives.library === undefined && drives.devices.length === 0)
    throw new DmaFailure(
      `The server ${name} is this machine, but has neither a library nor devices: name one in its thisMachine.`,
    );
  const devices = drives.devices.map((device) => deviceOf(device, name));
  const library = drives.library === undefined ? undefined : await libraryIn(drives.library, name, log);
  try {
    const password = randomBytes(PASSWORD_BYTES).toString('hex');
    const server = await startServer({
      system: new ServeSystem({
        trees: [],
        tapes: [...(library ? tapesOf(library) : []), ...devices.map((device) => linuxTape(device, log))],
        changers: library ? [changerOf(library)] : [],
        users: new Map([[USER, password]]),
        authTypes: [2],
        versions: [2, 3, 4],
        stateDirectory: '', // for levels of dumps, of which a server without trees makes none
        dataAddresses: options.dataAddresses ?? [],
      }),
      listen: [{ host: LOOPBACK, port: 0 }],
      log,
    });
    const stop = async (): Promise<void> => {
      await server.stop(0);
      await closed(library, log);
    };
    return { host: LOOPBACK, port: server.addresses[0].port, user: USER, password, stop };
  } catch (error) {
    await closed(library, log);
    throw new DmaFailure(`The tape server ${name} of this machine does not start: ${messageOf(error)}`);
  }
}

function deviceOf(device: string, name: string): ReturnType<typeof tapeDevice> {
  try {
    return tapeDevice(device);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new DmaFailure(`The server ${name} names a device that is none: ${escapeText(device)}. ${error.message}`);
  }
}

async function libraryIn(folder: string, name: string, log: ServerLog): Promise<TapeLibrary> {
  try {
    return await openLibrary(folder, { log });
  } catch (error) {
    if (error instanceof LibraryError) throw new DmaFailure(`${escapeText(error.message)} (server ${name})`);
    throw new DmaFailure(
      `The tape library ${escapeText(folder)} of the server ${name} cannot be used: ${messageOf(error)}`,
    );
  }
}

async function closed(library: TapeLibrary | undefined, log: ServerLog): Promise<void> {
  try {
    await library?.close();
  } catch (error) {
    log.write('error', `the tape library was not closed in order: ${messageOf(error)}`);
  }
}
