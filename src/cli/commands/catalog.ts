import type { Command } from 'commander';
import { registerCare } from '../catalog/care';
import { registerFiles } from '../catalog/files';
import { registerRuns } from '../catalog/runs';
import { registerSets } from '../catalog/sets';
import type { Io } from '../terminal/io';

const help = `
Examples:
  ndmp catalog list --job nightly                backup sets of a job
  ndmp catalog show 17                           one of them, with its tapes
  ndmp catalog files 17 /home                    a directory of it
  ndmp catalog files 17 /home --chain            the same as a restore gives it
  ndmp catalog search '*.pdf'                    where files are, in all sets
  ndmp catalog runs                              what ran, and how it went
  ndmp catalog check --repair                    after a crash

Exit status: 0 done, 1 it could not be done, or check found errors, 2 wrong use.`;

/** `ndmp catalog`: what was backed up and where it lies, each subcommand in a file of ../catalog. */
export function registerCatalog(program: Command, io: Io): void {
  const catalog = program
    .command('catalog')
    .summary('backup sets, their files, runs; check and repair')
    .description('Shows what was backed up and where it lies, and keeps the catalog in order.')
    .addHelpText('after', help);
  registerSets(catalog, io);
  registerFiles(catalog, io);
  registerRuns(catalog, io);
  registerCare(catalog, io);
  for (const command of catalog.commands) command.copyInheritedSettings(program);
}
