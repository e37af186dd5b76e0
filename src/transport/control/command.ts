import type { JsonValue } from '../../protocol';

/** A word behind a command. */
export interface Argument {
  name: string;
  doc: string;
  optional?: true;
}

/** What a command that was carried out says: lines for people, the same as data. */
export interface Reply {
  text: string[];
  data: JsonValue;
}

/** Why a command does not take so many words; undefined when it does. */
export function refusalOf(command: { name: string; args: readonly Argument[] }, given: number): string | undefined {
  const least = command.args.filter(({ optional }) => !optional).length;
  if (given >= least && given <= command.args.length) return undefined;
  return `${command.name} takes ${command.args.map(({ name }) => name).join(', ') || 'no arguments'}.`;
}
