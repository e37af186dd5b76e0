import type { TapeRecord } from '../catalog/model';
import { describeFinding } from './label';
import type { Element, Inventory, LabelFinding, TapeChoice } from './model';
import { dayText } from './text';

/** Cartridges that belong to no pool yet: any pool takes them when it needs one. */
export const FREE_POOL = 'free';

/** How a tape is written: behind what is on it, or from its beginning with a new label. */
export type Use = 'append' | 'fresh';

export interface ChoiceOptions {
  /** Whether what is on a tape may be followed by more; true by default. */
  append?: boolean;
}

/** A tape that nobody has told of yet. */
export function newTape(barcode: string): TapeRecord {
  return {
    barcode,
    sticker: barcode,
    label: undefined,
    pool: FREE_POOL,
    state: 'scratch',
    files: 0,
    bytes: 0n,
    expires: 0,
    protected: false,
    labelled: undefined,
    lastWritten: undefined,
    mounts: 0,
    library: undefined,
    libraryId: undefined,
    element: undefined,
  };
}

/** Nothing but perhaps its label is on the tape. */
export function isEmpty({ state, files }: TapeRecord): boolean {
  return state === 'scratch' || (state === 'active' && files <= 1);
}

/** All that is on the tape has expired. */
export function hasExpired({ expires }: TapeRecord, now: number): boolean {
  return expires !== undefined && expires <= now;
}

export function useOf(tape: TapeRecord, now: number): Use {
  return isEmpty(tape) || hasExpired(tape, now) ? 'fresh' : 'append';
}

/**
 * The tapes for a pool, in the order in which they are filled: those begun (also by backups that failed), empty ones, free ones, ones that nobody has
 * seen yet, expired ones (the longest expired first); then those that cannot be written, and why. What is in the library
 * goes before what is on the shelf.
 * @param inventory what is in the library now; undefined: there is none
 */
export function tapeChoices(
  tapes: readonly TapeRecord[],
  inventory: Inventory | undefined,
  pool: string,
  now: number,
  { append = true }: ChoiceOptions = {},
): TapeChoice[] {
  const places = new Map<string, Element>();
  for (const element of inventory?.elements ?? []) if (element.barcode) places.set(element.barcode, element);
  const known = new Set(tapes.map(({ barcode }) => barcode));
  const strangers = [...places.keys()].filter((barcode) => !known.has(barcode)).map(newTape);
  const ranked = [...tapes, ...strangers].map((tape) => {
    const place = places.get(tape.barcode);
    const refusal = refusalOfTape(tape, place, { pool, now, append });
    const rank = refusal ? Infinity : rankOf(tape, now, known.has(tape.barcode));
    return { choice: { tape, element: place?.address, refusal }, rank };
  });
  ranked.sort((a, b) => compare(a.rank, b.rank) || byPlace(a.choice, b.choice) || byAge(a.choice, b.choice, now));
  return ranked.map(({ choice }) => choice);
}

/** What a write needs to be told from an accident. */
export interface WriteIntent {
  /** What the tape in the drive has to be. */
  barcode: string;
  pool: string;
}

/**
 * Why the tape in the drive must not be written.
 * @param finding what stands at its beginning
 * @param tape what the catalog knows of the tape with this barcode
 * @param forced the user wants this very barcode to be written, whatever is on it
 * @returns undefined when it may be; a sentence that says what to do otherwise
 */
export function refusalToWrite(
  finding: LabelFinding,
  tape: TapeRecord | undefined,
  { barcode, pool }: WriteIntent,
  now: number,
  forced: boolean,
): string | undefined {
  if (tape?.state === 'cleaning') return `"${barcode}" is a cleaning cartridge.`;
  if (forced) return undefined;
  const why = refusalOfRecord(tape, pool, now) ?? refusalOfFinding(finding, tape, barcode, pool);
  return (
    why &&
    `Tape "${barcode}" ${why} It was not written; to write over it all the same, force this very barcode (ndmp media label --force).`
  );
}

function refusalOfRecord(tape: TapeRecord | undefined, pool: string, now: number): string | undefined {
  if (!tape) return undefined;
  if (tape.protected) return 'is protected in the catalog.';
  if (tape.state === 'damaged') return 'is marked as damaged.';
  if (tape.state === 'full' && !hasExpired(tape, now)) return `is full and kept ${until(tape)}.`;
  if (tape.pool !== pool && tape.pool !== FREE_POOL) return `belongs to pool "${tape.pool}", not to "${pool}".`;
  return undefined;
}

function refusalOfFinding(
  finding: LabelFinding,
  tape: TapeRecord | undefined,
  barcode: string,
  pool: string,
): string | undefined {
  if (finding.kind === 'foreign' || finding.kind === 'unreadable') return `${describeFinding(finding)}.`;
  if (finding.kind === 'blank')
    return tape && !isEmpty(tape) ? 'is blank, though the catalog knows of backups on it.' : undefined;
  const { label } = finding;
  if (label.barcode !== (tape?.sticker ?? barcode))
    return `was asked for, but the tape in the drive ${describeFinding(finding)}.`;
  if (!tape?.label) return 'is labelled by NDMP Workbench but the catalog does not know it: scan it first.';
  if (label.uuid !== tape.label) return 'carries another label than the catalog knows: scan it first.';
  if (label.pool !== pool && label.pool !== FREE_POOL) return `is labelled for pool "${label.pool}", not "${pool}".`;
  return undefined;
}

function refusalOfTape(
  tape: TapeRecord,
  place: Element | undefined,
  { pool, now, append }: { pool: string; now: number; append: boolean },
): string | undefined {
  if (tape.state === 'cleaning' || place?.isCleaning) return 'a cleaning cartridge';
  if (tape.pool !== pool && tape.pool !== FREE_POOL) return `belongs to pool "${tape.pool}"`;
  if (tape.protected) return 'protected';
  if (tape.state === 'damaged') return 'marked as damaged';
  if (tape.state === 'foreign') return 'holds data of another application';
  if (place?.problem !== undefined) return `the library says of its place: ${place.problem}`;
  if (isEmpty(tape) || hasExpired(tape, now)) return undefined;
  if (tape.state === 'full') return `full, kept ${until(tape)}`;
  return append ? undefined : `holds backups that are kept ${until(tape)}, and nothing is to be appended`;
}

/** The order of groups; see {@link tapeChoices}. */
function rankOf(tape: TapeRecord, now: number, isKnown: boolean): number {
  // a tape with nothing but backups that failed is as good as one that was begun
  if (!isEmpty(tape)) return hasExpired(tape, now) && tape.expires !== 0 ? 4 : 0;
  if (!isKnown) return 3;
  return tape.pool === FREE_POOL ? 2 : 1;
}

function byPlace(a: TapeChoice, b: TapeChoice): number {
  return Number(a.element === undefined) - Number(b.element === undefined);
}

/** Expired ones by their date; what was begun last goes on; the rest by name. */
function byAge(a: TapeChoice, b: TapeChoice, now: number): number {
  if (hasExpired(a.tape, now) && hasExpired(b.tape, now)) {
    const age = compare(a.tape.expires ?? 0, b.tape.expires ?? 0);
    if (age !== 0) return age;
  }
  return compare(b.tape.lastWritten ?? 0, a.tape.lastWritten ?? 0) || (a.tape.barcode < b.tape.barcode ? -1 : 1);
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function until({ expires }: TapeRecord): string {
  return expires === undefined ? 'for ever' : `until ${dayText(expires)}`;
}
