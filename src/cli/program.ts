import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { commands } from './commands';
import { Failure, Interrupted, OutputClosed } from './failure';
import type { Io } from './terminal/io';
import { foldedHelp } from './terminal/foldHelp';
import { styleFor } from './terminal/style';

const help = `
Examples:
  ndmp sessions backup.pcap               connections, roles, logins, jobs
  ndmp explain backup.pcap --job 2        what happened in a job, and why it went wrong
  ndmp check backup.pcap                  what goes against the protocol
  ndmp decode backup.pcap                 the messages
  ndmp decode backup.pcap -Y failed       those that report an error
  ndmp lab                                start a simulated cluster to back up to
  ndmp backup nightly.ndmpjob.json        back up by a job, to tape
  ndmp decode --help                      more about a command

Wherever a capture is named, a server's log does as well; - is standard input.
Exit status: 0 done, 1 failed or nothing could be read, 2 wrong use; 1 is also what check says of errors that it finds
and diff of sessions that differ.`;

/**
 * Runs the command line.
 * @param args what follows the program's name
 * @returns the exit status
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const program = newProgram(io);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    return exitStatus(error, io);
  }
}

function newProgram(io: Io): Command {
  const program = new Command('ndmp')
    .description(
      'Shows what NDMP programs say to each other, from packet captures (pcap, pcapng) and logs of servers; backs up to tape, restores and verifies; and is an NDMP server itself, with virtual tapes or as a simulated cluster.',
    )
    .version(version, '-V, --version')
    .addHelpText('after', help)
    .showSuggestionAfterError()
    .exitOverride()
    .configureHelp({ sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => io.stdout.write(foldedHelp(text, io.stdout.columns)),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      getOutHasColors: () => styleFor(io).heading('') !== '',
      getErrHasColors: () => false,
      outputError: (text, write) => write(text.replace(/^error: /, 'ndmp: ')),
    });
  for (const register of commands) {
    register(program, io);
  }
  for (const command of program.commands) {
    command.copyInheritedSettings(program);
  }
  return program;
}

function exitStatus(error: unknown, io: Io): number {
  if (error instanceof CommanderError) {
    // Help and version end the same way as errors; without a command, help is an answer to wrong use.
    return error.exitCode === 0 ? 0 : 2;
  }
  if (error instanceof OutputClosed) {
    return 0;
  }
  if (error instanceof Interrupted) {
    return 130;
  }
  if (error instanceof Failure) {
    if (error.message !== '') io.stderr.write(`ndmp: ${error.message}\n`);
    return error.exitCode;
  }
  throw error;
}
