import type { Command } from 'commander';
import { registerExpire } from '../media/expire';
import { registerHandling } from '../media/handle';
import { registerLabel } from '../media/label';
import { registerScan } from '../media/scan';
import { registerShow } from '../media/show';
import { registerTapes } from '../media/tapes';
import type { Io } from '../terminal/io';

const help = `
Examples:
  ndmp media inventory filer1                    what lies where
  ndmp media drives filer1                       drives, which element each one is, and what is in them
  ndmp media label filer1 A00001L8 A00002L8 --pool daily
  ndmp media load filer1 A00001L8 nst0           and unload filer1 nst0
  ndmp media export filer1 A00002L8              into the import/export station
  ndmp media list --pool daily                   tapes by the catalog
  ndmp media scan filer1                         the catalog anew from the tapes themselves
  ndmp media protect A00001L8                    never to be written until it is unprotected

Servers are those of the list of servers. A tape is written only by label and by backups, and never over data of others
or over backups that are to be kept, unless its very barcode is forced.
Exit status: 0 done, 1 it could not be done, 2 wrong use.`;

/** `ndmp media`: tapes, drives and libraries behind tape servers, each subcommand in a file of ../media. */
export function registerMedia(program: Command, io: Io): void {
  const media = program
    .command('media')
    .summary('tape libraries, drives, tapes and their labels')
    .description('Shows and handles the tape libraries, drives and tapes that the backups use.')
    .addHelpText('after', help);
  registerShow(media, io);
  registerHandling(media, io);
  registerLabel(media, io);
  registerTapes(media, io);
  registerScan(media, io);
  registerExpire(media, io);
  for (const command of media.commands) command.copyInheritedSettings(program);
}
