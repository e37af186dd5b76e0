import type { Command } from 'commander';
import { listFilterFields, type FilterFieldInfo } from '../../analysis/filter';
import { nearestNames } from '../../analysis/filter/nearest';
import { Failure } from '../failure';
import { columns } from '../output/columns';
import { Grid } from '../output/grid';
import { Output, type Io } from '../terminal/io';
import { styleFor, widthOf } from '../terminal/style';

const help = `
Examples:
  ndmp fields                what --fields prints and short names for filters
  ndmp fields mover          everything whose name holds "mover"
  ndmp fields ndmp.          Wireshark's names that are understood
  ndmp fields body.          every field of every body

Exit status: 0 done, 1 no field has such a name, 2 wrong use.`;

export function registerFields(program: Command, io: Io): void {
  program
    .command('fields')
    .summary('list what can be filtered and printed')
    .description('Lists the fields for filters (-Y) and for the columns of --fields.')
    .argument('[part]', 'only fields whose name holds this')
    .addHelpText('after', help)
    .action((part: string | undefined) => listFields(io, part));
}

async function listFields(io: Io, part: string | undefined): Promise<void> {
  const output = new Output(io.stdout, io.signal);
  const style = styleFor(io);
  const infos = part === undefined ? shortNames() : matching(part);
  const width = infos.reduce((longest, { name }) => Math.max(longest, name.length), 0);
  const grid = new Grid(
    [
      { title: 'field', align: 'left', width },
      { title: 'type', align: 'left', width: 8, spare: 1 },
      { title: 'meaning', align: 'left', width: 30 },
    ],
    widthOf(io),
  );
  await output.line(style.heading(grid.head()));
  for (const { name, type, doc } of infos) {
    await output.line(grid.row([{ text: name }, { text: type, paint: style.quiet }, { text: doc }]));
  }
  if (part === undefined) {
    await output.line('');
    await output.line(
      'More: ndmp fields body. (fields of bodies), ndmp fields ndmp. (as in Wireshark), docs/manual/filters.md',
    );
  }
  await output.flush();
}

/** Columns and short filter fields, without repeating what both have. */
function shortNames(): FilterFieldInfo[] {
  const fields = listFilterFields().filter(({ group }) => group === 'message');
  const names = new Set(fields.map(({ name }) => name));
  const onlyColumns = columns.filter(({ name }) => !names.has(name));
  return [
    ...fields,
    ...onlyColumns.map(({ name, doc }): FilterFieldInfo => ({ name, type: 'column', doc, group: 'message' })),
  ];
}

function matching(part: string): FilterFieldInfo[] {
  const wanted = part.toLowerCase();
  const all = listFilterFields();
  const found = all.filter(({ name }) => name.toLowerCase().includes(wanted));
  if (found.length === 0) {
    const near = nearestNames(
      part,
      all.map(({ name }) => name),
    );
    throw new Failure(`No field has "${part}" in its name.${near.length === 0 ? '' : ` Near: ${near.join(', ')}`}`);
  }
  return found;
}
