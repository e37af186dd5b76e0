import type { Command } from 'commander';
import type { Argument } from '../transport/control/command';

/** A command that something which runs carries out, as its own table has it. */
export interface ControlCommand {
  name: string;
  summary: string;
  args: readonly Argument[];
}

/** Makes it a command of the command line, with its arguments and `--json`; `carryOut` gets the arguments that were given. */
export function controlCommand(
  parent: Command,
  { name, summary, args }: ControlCommand,
  carryOut: (values: string[], command: Command) => Promise<void>,
): void {
  const command = parent
    .command(name)
    .summary(summary)
    .description(`${summary[0].toUpperCase()}${summary.slice(1)}.`);
  for (const each of args) command.argument(each.optional ? `[${each.name}]` : `<${each.name}>`, each.doc);
  command.option('--json', 'print the answer as JSON').action(async (...given: unknown[]) => {
    const values = given.slice(0, args.length).filter((each) => typeof each === 'string');
    await carryOut(values, command);
  });
}
