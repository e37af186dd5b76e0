import { LibraryError, type ElementKind, type LibraryLayout } from './model';

/** Elements of all kinds together; each costs up to 100 bytes in an answer to READ ELEMENT STATUS. */
export const MOST_ELEMENTS = 20_000;
const HIGHEST_ADDRESS = 0xffff;
/** Drives of a library: each has an id of its own on the bus. */
const MOST_DRIVES = 64;

/** Where each kind begins unless told otherwise. The transport's address 0 would mean "the default one" in commands. */
const FIRST: LibraryLayout = {
  transport: { first: 1, count: 1 },
  'import-export': { first: 16, count: 2 },
  drive: { first: 128, count: 2 },
  storage: { first: 1024, count: 10 },
};

export const ELEMENT_KINDS = Object.keys(FIRST) as readonly ElementKind[];

export interface ElementCounts {
  /** Storage elements. */
  slots?: number;
  importExport?: number;
  drives?: number;
  /** First addresses, where the usual ones do not suit. */
  addresses?: Partial<Record<ElementKind, number>>;
}

/**
 * Lays out a library's elements.
 * @throws LibraryError when there are too many, or ranges overlap
 */
export function makeLayout({ slots, importExport, drives, addresses = {} }: ElementCounts): LibraryLayout {
  const counts: Record<ElementKind, number | undefined> = {
    transport: undefined,
    storage: slots,
    'import-export': importExport,
    drive: drives,
  };
  const layout = { ...FIRST };
  for (const kind of ELEMENT_KINDS)
    layout[kind] = { first: addresses[kind] ?? FIRST[kind].first, count: counts[kind] ?? FIRST[kind].count };
  checkLayout(layout);
  return layout;
}

/** @throws LibraryError when a library cannot have its elements so */
export function checkLayout(layout: LibraryLayout): void {
  const ranges = ELEMENT_KINDS.map((kind) => ({ kind, ...layout[kind] })).filter(({ count }) => count > 0);
  for (const { kind, first, count } of ranges) {
    const last = first + count - 1;
    if (!isAddress(first) || !isAddress(last))
      throw new LibraryError(`The ${kind} elements ${first} to ${last} are not within 0 to ${HIGHEST_ADDRESS}.`);
  }
  if (layout.transport.count !== 1 || layout.transport.first === 0)
    throw new LibraryError('A library has one transport element, and its address is not 0.');
  const total = ranges.reduce((sum, { count }) => sum + count, 0);
  if (total > MOST_ELEMENTS)
    throw new LibraryError(`A library of ${total} elements is too large; ${MOST_ELEMENTS} are possible.`);
  if (layout.drive.count > MOST_DRIVES)
    throw new LibraryError(`A library of ${layout.drive.count} drives is too large; ${MOST_DRIVES} are possible.`);
  const sorted = ranges.sort((a, b) => a.first - b.first);
  for (const [n, next] of sorted.slice(1).entries()) {
    const before = sorted[n];
    if (next.first < before.first + before.count)
      throw new LibraryError(
        `The ${next.kind} elements begin at ${next.first}, where ${before.kind} elements are: choose other addresses.`,
      );
  }
}

/** The kind of an element; undefined when the library has none at this address. */
export function kindOf(layout: LibraryLayout, element: number): ElementKind | undefined {
  return ELEMENT_KINDS.find((kind) => {
    const { first, count } = layout[kind];
    return element >= first && element < first + count;
  });
}

/** Addresses of all elements of a kind. */
export function addressesOf(layout: LibraryLayout, kind: ElementKind): number[] {
  const { first, count } = layout[kind];
  return Array.from({ length: count }, (_, n) => first + n);
}

function isAddress(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= HIGHEST_ADDRESS;
}
