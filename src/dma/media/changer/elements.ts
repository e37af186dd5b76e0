import { DmaFailure, NdmpFailure } from '../../connection/failures';
import type { Element } from '../model';
import type { ElementRange } from './deviceData';
import { parseElementStatus, type ElementReport } from './elementStatus';
import { CommandRefused, type CommandRunner } from './execute';
import { isUnsupported } from './sense';

/** What to ask for beside the elements themselves; not every changer takes it all (protocol facts 10.30). */
export interface StatusForm {
  tags: boolean;
  identifiers: boolean;
}

/** Tried in this order until the changer takes one. */
export const STATUS_FORMS: readonly StatusForm[] = [
  { tags: true, identifiers: true },
  { tags: true, identifiers: false },
  { tags: false, identifiers: true },
  { tags: false, identifiers: false },
];

const VOLUME_TAGS = 0x10;
const DEVICE_IDENTIFIERS = 0x01;
const ALL_ELEMENTS = 0xffff;
/** Bytes of one answer: enough for some 700 elements, and within what servers carry. */
const ROOM = 0xff00;
const TYPES = { transport: 1, slot: 2, 'import-export': 3, drive: 4 } as const;
/** Elements asked for at a time where one answer is too short. */
const BATCH = 128;
const MOST_ANSWERS = 2048;

export interface ElementsRead {
  elements: Element[];
  form: StatusForm;
}

/**
 * Reads what is where. Where all of it does not fit one answer, it is asked for type by type.
 * @param forms what may be asked for, best first; what a changer takes can be given the next time
 * @param ranges where the elements of each type are, when the changer says
 * @throws DmaFailure when the changer tells less than it announces, CommandRefused
 */
export async function readElements(
  runner: CommandRunner,
  ranges: readonly ElementRange[] | undefined,
  forms: readonly StatusForm[] = STATUS_FORMS,
): Promise<ElementsRead> {
  for (const [n, form] of forms.entries())
    try {
      return { elements: await readAll(runner, ranges, form), form };
    } catch (problem) {
      if (n === forms.length - 1 || !isUnknownForm(problem)) throw problem;
    }
  throw new DmaFailure('No form of the question is left.');
}

async function readAll(
  runner: CommandRunner,
  ranges: readonly ElementRange[] | undefined,
  form: StatusForm,
): Promise<Element[]> {
  const all = await ask(runner, form, 0, 0, ALL_ELEMENTS);
  if (all.isWhole) return all.elements;
  const elements = new Map(all.elements.map((element) => [element.address, element]));
  const parts =
    ranges ?? Object.keys(TYPES).map((type) => ({ type: type as Element['type'], first: 0, count: 0xffff }));
  let answers = 0;
  for (const { type, first, count } of parts)
    for (let start = first; start < first + count;) {
      if (++answers > MOST_ANSWERS) throw new DmaFailure('The changer never comes to the end of its elements.');
      const { elements: found } = await ask(runner, form, TYPES[type], start, Math.min(BATCH, first + count - start));
      if (found.length === 0) break;
      for (const element of found) elements.set(element.address, element);
      start = Math.max(start + 1, ...found.map(({ address }) => address + 1));
    }
  if (elements.size < all.announced)
    throw new DmaFailure(
      `The changer announces ${all.announced} elements and tells of ${elements.size}. ${all.problems.join(' ')}`.trim(),
    );
  return [...elements.values()];
}

async function ask(
  runner: CommandRunner,
  { tags, identifiers }: StatusForm,
  type: number,
  start: number,
  count: number,
): Promise<ElementReport> {
  const what = type | (tags ? VOLUME_TAGS : 0);
  const options = identifiers ? DEVICE_IDENTIFIERS : 0;
  const data = await runner.run('READ_ELEMENT_STATUS', { what, start, count, options, room: ROOM }, ROOM);
  return parseElementStatus(data);
}

function isUnknownForm(problem: unknown): boolean {
  if (problem instanceof CommandRefused) return isUnsupported(problem.codes);
  return problem instanceof NdmpFailure && problem.error === 'ILLEGAL_ARGS';
}
