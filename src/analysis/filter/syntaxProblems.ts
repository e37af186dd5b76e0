import {
  EOF,
  tokenLabel,
  tokenMatcher,
  type ILexingError,
  type IParserErrorMessageProvider,
  type IRecognitionException,
  type IToken,
  type TokenType,
} from 'chevrotain';
import type { Span } from './ast';
import { FilterSyntaxError } from './problem';
import * as t from './tokens';

/** What is said about filters that are not written as the grammar wants. */

export const parserMessages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => `Expected ${tokenLabel(expected)}`,
  buildNotAllInputParsedMessage: ({ firstRedundant }) =>
    tokenMatcher(firstRedundant, t.Close) || tokenMatcher(firstRedundant, t.SetClose)
      ? `Nothing is open that "${firstRedundant.image}" could close`
      : 'Expected "&&", "||" or the end of the filter',
  buildNoViableAltMessage: ({ expectedPathsPerAlt }) => `Expected ${alternatives(expectedPathsPerAlt.flat(1))}`,
  buildEarlyExitMessage: ({ expectedIterationPaths }) => `Expected ${alternatives(expectedIterationPaths)}`,
};

function alternatives(paths: TokenType[][]): string {
  const first = paths.flatMap((path) => path.slice(0, 1));
  // A bare word in the place of a value is a value too, not a field.
  const shown = first.includes(t.Value) ? first.filter((type) => type !== t.Word) : first;
  const labels = [...new Set(shown.map((type) => tokenLabel(type)))];
  return labels.length > 1 ? `${labels.slice(0, -1).join(', ')} or ${labels[labels.length - 1]}` : labels.join('');
}

export function spanOf(token: IToken): Span {
  return { from: token.startOffset, to: token.startOffset + token.image.length };
}

export function lexingProblem(text: string, error: ILexingError): FilterSyntaxError {
  const start = text[error.offset];
  if (start === '"' || start === "'") {
    return new FilterSyntaxError(`This text has no closing ${start}`, { from: error.offset, to: text.length });
  }
  const span = { from: error.offset, to: error.offset + Math.max(1, error.length) };
  if (start === '=') {
    return new FilterSyntaxError('"=" alone compares nothing', { from: span.from, to: span.from + 1 }, ['==']);
  }
  if (start === '|') {
    return new FilterSyntaxError('"|" alone means nothing', { from: span.from, to: span.from + 1 }, ['||']);
  }
  if (/[0-9]/.test(start)) {
    const image = /^[\w.:/]+/.exec(text.slice(error.offset))?.[0] ?? start;
    return new FilterSyntaxError(`"${image}" is no number, duration, time or address`, {
      from: error.offset,
      to: error.offset + image.length,
    });
  }
  return new FilterSyntaxError('A filter has no such character here', span);
}

export function parsingProblem(text: string, tokens: IToken[], error: IRecognitionException): FilterSyntaxError {
  const { token } = error;
  const atEnd = tokenMatcher(token, EOF);
  const last = tokens[tokens.length - 1];
  const end = last === undefined ? text.length : spanOf(last).to;
  const span = atEnd ? { from: end, to: end + 1 } : spanOf(token);
  const place = atEnd ? ', but the filter ends here' : `, not "${token.image}"`;
  const message = error.message.startsWith('Expected') ? error.message + place : error.message;
  const connective = ['and', 'or', 'not', 'in', 'contains', 'matches'].filter((w) => w === token.image.toLowerCase());
  const hint = atEnd || token === tokens[0] ? [] : connective;
  return new FilterSyntaxError(afterField(tokens, token, error) ?? message, span, hint);
}

/** After a bare field name a comparison is likelier to be missing than a connective. */
function afterField(tokens: IToken[], token: IToken, error: IRecognitionException): string | undefined {
  const at = tokens.indexOf(token);
  if (at === 0) {
    return 'A filter begins with a field, a text in quotes, "!" or "("';
  }
  const before = at > 0 ? tokens[at - 1] : undefined;
  const isOperand = before !== undefined && tokenMatcher(before, t.Word);
  const second = at > 1 ? tokens[at - 2] : undefined;
  const isValue = second !== undefined && (tokenMatcher(second, t.Comparison) || tokenMatcher(second, t.Mask));
  if (error.name !== 'NotAllInputParsedException' || !isOperand || isValue || tokenMatcher(token, t.Close)) {
    return undefined;
  }
  return `Expected a comparison such as ==, or "&&" or "||", after ${before.image}, not "${token.image}"`;
}
