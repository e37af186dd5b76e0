import { RE2JS } from 're2js';
import type { Literal } from './ast';
import { FilterSyntaxError } from './problem';

/** Characters of a value that a regular expression looks at; longer values are matched by their beginning. */
const maxMatched = 65_536;
const maxPattern = 1000;

/**
 * The test of `matches`: a regular expression, found anywhere in the text, without regard to case unless it begins
 * with `(?-i)`. The engine takes time in proportion to the text whatever the pattern; in return it knows neither
 * back references nor look-around.
 */
export function compilePattern(literal: Literal): (text: string) => boolean {
  if (literal.kind !== 'string' && literal.kind !== 'word' && literal.kind !== 'number') {
    throw new FilterSyntaxError('"matches" needs a regular expression in quotes', literal);
  }
  const source = literal.kind === 'number' ? literal.source : literal.value;
  if (source.length > maxPattern) {
    throw new FilterSyntaxError(`The regular expression is longer than ${maxPattern} characters`, literal);
  }
  const expression = compile(source, literal);
  return (text) => expression.matcher(text.length > maxMatched ? text.slice(0, maxMatched) : text).find();
}

function compile(source: string, literal: Literal): RE2JS {
  try {
    return RE2JS.compile(source, RE2JS.CASE_INSENSITIVE | RE2JS.DOTALL);
  } catch (error) {
    const reason =
      error instanceof Error
        ? error.message.replace(/^error parsing regexp: /, '').replace('(?s)(?i)', '')
        : String(error);
    throw new FilterSyntaxError(`The regular expression is not valid: ${reason}`, literal);
  }
}
