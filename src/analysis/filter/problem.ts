import type { Span } from './ast';
import { nearestNames } from './nearest';

/** What is wrong with a filter, and where. */
export interface FilterProblem extends Span {
  /** The filter as it was given. */
  text: string;
  /** One sentence without position. */
  message: string;
  /** Names the writer may have meant, nearest first. */
  suggestions: string[];
}

/** Thrown inside the filter language only; the public functions return it as a value. */
export class FilterSyntaxError extends Error {
  constructor(
    message: string,
    readonly span: Span,
    readonly suggestions: string[] = [],
  ) {
    super(message);
  }
}

/** An error about an unknown name, with the known names nearest to it. */
export function unknownName(what: string, name: string, span: Span, known: Iterable<string>): FilterSyntaxError {
  return new FilterSyntaxError(`Unknown ${what} "${name}"`, span, nearestNames(name, known));
}

/** `Did you mean a, b or c?`, or nothing. */
export function didYouMean(suggestions: readonly string[]): string {
  if (suggestions.length === 0) {
    return '';
  }
  const last = suggestions[suggestions.length - 1];
  const list = suggestions.length === 1 ? last : `${suggestions.slice(0, -1).join(', ')} or ${last}`;
  return `Did you mean ${list}?`;
}

const caretWindow = 72;

/**
 * The problem in lines fit for a terminal or a tooltip: the sentence with its column (from 1), the filter with
 * carets below the place (a long filter is cut around it), and suggestions. Control characters of the filter are
 * shown as spaces.
 */
export function describeFilterError(problem: FilterProblem): string {
  const shown = [...problem.text].map((c) => (isControl(c) ? ' '.repeat(c.length) : c)).join('');
  const start = Math.max(0, Math.min(problem.from, shown.length) - caretWindow / 2);
  const cut = shown.slice(start, start + caretWindow);
  const lead = start > 0 ? '…' : '';
  const tail = start + caretWindow < shown.length ? '…' : '';
  const carets = Math.max(1, Math.min(problem.to, start + caretWindow) - problem.from);
  const lines = [
    `${problem.message} (column ${problem.from + 1})`,
    `  ${lead}${cut}${tail}`,
    `  ${' '.repeat(lead.length + problem.from - start)}${'^'.repeat(carets)}`,
  ];
  const hint = didYouMean(problem.suggestions);
  return (hint === '' ? lines : [...lines, hint]).join('\n');
}

function isControl(character: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(character);
}
