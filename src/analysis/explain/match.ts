import { clip, describeSense, errorDoc, errorName, escapeText, senseCodes } from '../../protocol';
import {
  errorKnowledge,
  reasonKnowledge,
  senseKnowledge,
  textKnowledge,
  type Knowledge,
  type TextKnowledge,
} from './knowledge';
import type { Cause } from './model';

/** Longer texts are looked at as far as this. */
const MAX_TEXT = 4096;
const SHOWN = 300;

interface Pattern {
  knowledge: TextKnowledge;
  /** Literal pieces in order, in lower case. */
  pieces: string[];
}

const patterns: readonly Pattern[] = textKnowledge.map((knowledge) => ({
  knowledge,
  pieces: knowledge.pattern
    .split(/\{\w+\}/)
    .map((piece) => piece.toLowerCase())
    .filter((piece) => piece !== ''),
}));

/**
 * What is known of a log text: of each pattern the pieces are looked for one behind the other, so that the time is in
 * proportion to the text whatever stands in it. The first table entry that fits counts for those that it begins with.
 */
export function textCauses(text: string, row: number, known: readonly Pattern[] = patterns): Cause[] {
  const line = text.slice(0, MAX_TEXT);
  const lower = line.toLowerCase();
  const found: Cause[] = [];
  const taken: { from: number; to: number }[] = [];
  for (const { knowledge, pieces } of known) {
    const place = placeOf(lower, pieces);
    if (place === undefined || taken.some(({ from, to }) => place.from >= from && place.from < to)) continue;
    taken.push(place);
    found.push(causeOf(knowledge, line.slice(place.from, place.to), row));
  }
  return found;
}

function placeOf(text: string, pieces: readonly string[]): { from: number; to: number } | undefined {
  const from = text.indexOf(pieces[0]);
  if (from < 0) return undefined;
  let to = from + pieces[0].length;
  for (const piece of pieces.slice(1)) {
    const at = text.indexOf(piece, to);
    if (at < 0) return undefined;
    to = at + piece.length;
  }
  return { from, to };
}

/** What is known of an error in the reply to a message (its name without `NDMP_`). */
export function errorCauses(error: number, message: string, row: number): Cause[] {
  const known = errorKnowledge.find(
    (each) => each.error === error && (each.on?.some((name) => message.startsWith(name)) ?? true),
  );
  if (known !== undefined) return [causeOf(known, `${errorName(error)} to ${message}`, row)];
  const doc = errorDoc(error);
  if (doc === undefined) return [];
  const source = 'NDMPv4 draft, section 2.3 (errors)';
  return [causeOf({ id: `error-${error}`, vendor: 'NDMP', cause: doc, change: '', source }, errorName(error), row)];
}

/** What is known of SCSI sense data. */
export function senseCauses(sense: Uint8Array, row: number): Cause[] {
  const codes = senseCodes(sense);
  const known =
    codes &&
    senseKnowledge.find(
      ({ key, asc, ascq }) =>
        key === codes.key && (asc === undefined || asc === codes.asc) && (ascq === undefined || ascq === codes.ascq),
    );
  return known === undefined ? [] : [causeOf(known, describeSense(sense) ?? '', row)];
}

/** What is known of why a machine halted or paused. */
export function reasonCauses(
  machine: 'data' | 'mover',
  how: 'halted' | 'paused',
  reason: string,
  row: number,
): Cause[] {
  const known = reasonKnowledge.find((each) => each.machine === machine && each.how === how && each.reason === reason);
  return known === undefined
    ? []
    : [causeOf(known, `${machine === 'data' ? 'data server' : 'mover'} ${how}: ${reason}`, row)];
}

function causeOf({ id, vendor, cause, change, source }: Knowledge, found: string, row: number): Cause {
  return { id, vendor, found: clip(escapeText(found), SHOWN), cause, change, source, rows: [row] };
}
