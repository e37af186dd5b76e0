import type { Io } from './io';

/** Colours by meaning. Without colour, every function returns its text. */
export interface Style {
  readonly heading: (text: string) => string;
  readonly quiet: (text: string) => string;
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
}

const sgr =
  (on: number, off: number) =>
  (text: string): string =>
    text === '' ? '' : `\x1b[${on}m${text}\x1b[${off}m`;

const coloured: Style = { heading: sgr(1, 22), quiet: sgr(2, 22), error: sgr(31, 39), warning: sgr(33, 39) };
const same = (text: string): string => text;
const plain: Style = { heading: same, quiet: same, error: same, warning: same };

/** Colour on terminals only, and not with NO_COLOR (no-color.org) or TERM=dumb. */
export function styleFor(io: Io): Style {
  const refused = (io.env.NO_COLOR ?? '') !== '' || io.env.TERM === 'dumb';
  return io.stdout.isTTY === true && !refused ? coloured : plain;
}

/** Columns of the terminal, undefined when the output is none: then nothing is cut. */
export function widthOf(io: Io): number | undefined {
  if (io.stdout.isTTY !== true) {
    return undefined;
  }
  const { columns } = io.stdout;
  return columns === undefined || columns < 20 ? 80 : columns;
}
