import { homedir } from 'node:os';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { Io } from '../terminal/io';

/** What every command of the DMA takes. */
export interface DmaOptions {
  home?: string;
  servers?: string;
  passwordStdin?: boolean;
}

const SERVERS = 'ndmp-servers.json';

/** Adds the common options of the DMA's commands. */
export function addDmaOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--home <dir>',
        'folder of the catalog, of accepted certificates and of the recordings of runs (default: NDMP_HOME, else ndmp-workbench in the data folder of the user)',
      ),
    )
    .addOption(new Option('--servers <file>', `list of servers (default: ./${SERVERS}, else the one in --home)`))
    .addOption(new Option('--password-stdin', 'read the password of the servers from standard input'));
}

/** The folder of the DMA's own files. */
export function homeOf({ home }: DmaOptions, { env }: Io): string {
  const set = home ?? present(env.NDMP_HOME);
  if (set !== undefined) return resolve(set);
  return join(present(env.XDG_DATA_HOME) ?? join(homedir(), '.local', 'share'), 'ndmp-workbench');
}

/** The list of servers; the file need not be there. */
export function serversFileOf(options: DmaOptions, io: Io): string {
  if (options.servers !== undefined) return resolve(options.servers);
  const here = resolve(SERVERS);
  return existsSync(here) ? here : join(homeOf(options, io), SERVERS);
}

function present(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
