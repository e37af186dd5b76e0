import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openCatalog } from '../../dma/catalog/open';
import { Connector } from '../../dma/connection/connector';
import { DmaFailure } from '../../dma/connection/failures';
import { RunFiles } from '../../dma/connection/runFiles';
import type { RunEvents, Surroundings } from '../../dma/run/model';
import { readServerBook, serverBook } from '../../dma/servers/book';
import { Identities } from '../../dma/servers/identities';
import type { ServerBook } from '../../dma/servers/model';
import { filePins } from '../../dma/servers/pins';
import { escapeText } from '../../protocol';
import { Failure, Interrupted } from '../failure';
import type { Io } from '../terminal/io';
import { eventsOn } from './events';
import { homeOf, serversFileOf, type DmaOptions } from './options';
import { OwnServers } from './ownServers';
import { passwordsOf } from './password';
import { hasPerson } from './questions';

/** What a command wants of its surroundings beside the usual. */
export interface Wishes {
  /** Name of the run: its connections are recorded and logged under it. Left out: they are not. */
  run?: string;
  /** Events of its own, in place of the usual ones. */
  events?: Partial<RunEvents>;
}

/**
 * Gives a command of the DMA what a run needs: the catalog, connections to servers by name, a person to ask. Everything
 * is closed when `use` is done. Failures that are sentences for people become failures of the command; after Ctrl-C the
 * command is interrupted.
 */
export async function withSurroundings<T>(
  options: DmaOptions,
  io: Io,
  use: (surroundings: Surroundings) => Promise<T>,
  wishes: Wishes = {},
): Promise<T> {
  return withPlainFailures(io, () => inSurroundings(options, io, use, wishes));
}

/** Failures of the DMA as those of a command: one line and exit status 1; after Ctrl-C it was interrupted. */
export async function withPlainFailures<T>(io: Io, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (io.signal.aborted && error instanceof DmaFailure) throw new Interrupted();
    if (error instanceof DmaFailure) throw new Failure(escapeText(error.message));
    throw error;
  }
}

async function inSurroundings<T>(
  options: DmaOptions,
  io: Io,
  use: (surroundings: Surroundings) => Promise<T>,
  { run, events: own }: Wishes,
): Promise<T> {
  const home = homeOf(options, io);
  const events = { ...eventsOn(io), ...own };
  const warn = (text: string): void => events.message?.('warning', text);
  const book = await bookOf(serversFileOf(options, io));
  const files = run === undefined ? undefined : new RunFiles(join(home, 'runs'), run, warn);
  const ownServers = new OwnServers(book, warn);
  const catalog = await openCatalog(join(home, 'catalog.db'));
  const connector = new Connector({
    book,
    passwords: passwordsOf(options, io),
    pins: filePins(join(home, 'pins.json')),
    identities: new Identities(join(home, 'identities.json'), catalog),
    own: (definition) => ownServers.start(definition),
    ask: hasPerson(io) ? events.ask : undefined,
    trace: files,
    signal: io.signal,
  });
  try {
    return await use({
      catalog,
      connect: (name, purpose) => connector.connect(name, purpose),
      definition: (name) => book.find(name),
      events,
      signal: io.signal,
      now: Date.now,
      recording: files?.recording,
      log: files?.log,
    });
  } finally {
    events.done();
    await connector.close();
    await ownServers.stop();
    files?.close();
    await catalog.close();
  }
}

/** The list of servers; an empty one where there is no file, so that what needs none goes on. */
export async function bookOf(file: string): Promise<ServerBook> {
  if (existsSync(file)) return readServerBook(file);
  return serverBook([], `the list of servers (there is no ${escapeText(file)}: make it, or name one with --servers)`);
}
