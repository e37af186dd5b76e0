import type { Literal } from './ast';
import { FilterSyntaxError } from './problem';

/** Characters of a value that a regular expression looks at; longer values are matched by their beginning. */
const maxMatched = 4096;
const maxPattern = 1000;

/**
 * The test of `matches`: a regular expression, found anywhere in the text, without regard to case unless it begins
 * with `(?-i)`. Patterns whose repetitions are nested can take for ever on an unlucky text and are refused.
 */
export function compilePattern(literal: Literal): (text: string) => boolean {
  if (literal.kind !== 'string' && literal.kind !== 'word' && literal.kind !== 'number') {
    throw new FilterSyntaxError('"matches" needs a regular expression in quotes', literal);
  }
  const written = literal.kind === 'number' ? literal.source : literal.value;
  const [source, flags] = options(written);
  if (source.length > maxPattern) {
    throw new FilterSyntaxError(`The regular expression is longer than ${maxPattern} characters`, literal);
  }
  if (repeatsRepetition(source)) {
    const message =
      'A repetition inside a repeated group, as in (a+)+, can take for ever: write it without the nesting';
    throw new FilterSyntaxError(message, literal);
  }
  let expression: RegExp;
  try {
    expression = new RegExp(source, flags);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: .*: /, '') : '';
    throw new FilterSyntaxError(`The regular expression is not valid: ${reason}`, literal);
  }
  return (text) => expression.test(text.length > maxMatched ? text.slice(0, maxMatched) : text);
}

function options(written: string): [source: string, flags: string] {
  const match = /^\(\?(-?)i\)/.exec(written);
  return match === null ? [written, 'is'] : [written.slice(match[0].length), match[1] === '' ? 'is' : 's'];
}

/** Whether an unbounded repetition applies to a group that holds an unbounded repetition or alternatives. */
function repeatsRepetition(source: string): boolean {
  const groups: boolean[] = [];
  let varies = false;
  for (let i = 0; i < source.length; i++) {
    const c = source[i];
    if (c === '\\') {
      i++;
    } else if (c === '[') {
      i = classEnd(source, i);
    } else if (c === '(') {
      groups.push(varies);
      varies = false;
    } else if (c === ')') {
      if (varies && isUnbounded(source, i + 1)) {
        return true;
      }
      varies = varies || (groups.pop() ?? false);
    } else if (c === '|') {
      varies = varies || groups.length > 0;
    } else if (isUnbounded(source, i)) {
      varies = true;
    }
  }
  return false;
}

function classEnd(source: string, from: number): number {
  let i = from + 1;
  while (i < source.length && source[i] !== ']') {
    i += source[i] === '\\' ? 2 : 1;
  }
  return i;
}

function isUnbounded(source: string, at: number): boolean {
  return source[at] === '*' || source[at] === '+' || /^\{\d+,(?:\}|\d{2,}\})/.test(source.slice(at, at + 12));
}
