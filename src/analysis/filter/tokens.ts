import { createToken, Lexer, type TokenType } from 'chevrotain';

/** The tokens of the filter language. The order of `tokenTypes` is the order of matching. */

const blank = createToken({ name: 'Blank', pattern: /[ \t\r\n]+/, group: Lexer.SKIPPED, line_breaks: true });

/** A field name with its path (`body.env[0].name`, `ndmp.os.type`, `body.env["MY VAR"]`), or a bare word. */
export const Word = createToken({
  name: 'Word',
  label: 'a field',
  pattern: /[A-Za-z_][A-Za-z0-9_]*(?:\.(?:\*\*?|[A-Za-z0-9_][A-Za-z0-9_-]*)|\[\d{1,9}\]|\["[^"\n]*"\])*/,
});

const wordOperator = (name: string, word: string, categories: TokenType[]): TokenType =>
  createToken({ name, label: `"${word}"`, pattern: new RegExp(word), longer_alt: Word, categories });
const symbol = (name: string, pattern: string, categories: TokenType[] = []): TokenType =>
  createToken({ name, label: `"${pattern}"`, pattern, categories });

export const Comparison = createToken({ name: 'Comparison', label: 'a comparison', pattern: Lexer.NA });
export const Value = createToken({ name: 'Value', label: 'a value', pattern: Lexer.NA });
export const And = createToken({ name: 'And', label: '"&&"', pattern: /&&/ });
export const Or = createToken({ name: 'Or', label: '"||"', pattern: /\|\|/ });
export const Not = createToken({ name: 'Not', label: '"!"', pattern: /!/ });
const andWord = createToken({ name: 'AndWord', label: '"and"', pattern: /and/, longer_alt: Word, categories: And });
const orWord = createToken({ name: 'OrWord', label: '"or"', pattern: /or/, longer_alt: Word, categories: Or });
const notWord = createToken({ name: 'NotWord', label: '"not"', pattern: /not/, longer_alt: Word, categories: Not });

export const In = createToken({ name: 'In', label: '"in"', pattern: /in/, longer_alt: Word });
export const Open = symbol('Open', '(');
export const Close = symbol('Close', ')');
export const SetOpen = symbol('SetOpen', '{');
export const SetClose = symbol('SetClose', '}');
export const Comma = symbol('Comma', ',');
export const Range = symbol('Range', '..');
export const Mask = symbol('Mask', '&');
/** `dma>server` and `server>dma` are written without quotes though they hold an operator. */
const direction = createToken({
  name: 'Direction',
  label: 'a direction',
  pattern: /dma>server|server>dma/,
  categories: Value,
});

const value = (name: string, label: string, pattern: RegExp): TokenType =>
  createToken({ name, label, pattern, categories: Value });

export const Text = value('Text', 'a text in quotes', /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'/);
export const RawText = value('RawText', 'a text in quotes', /r"[^"\n]*"|r'[^'\n]*'/);
export const Time = value(
  'Time',
  'a time',
  /\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![0-9A-Za-z:.])/,
);
export const Address4 = value(
  'Address4',
  'an address',
  /\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2}|:\d{1,5})?(?![0-9A-Za-z:])/,
);
export const Address6 = value(
  'Address6',
  'an address',
  /\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\](?::\d{1,5})?|(?=[0-9A-Fa-f]*:[0-9A-Fa-f]*:)(?:[0-9A-Fa-f]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4})(?:\/\d{1,3})?(?![0-9A-Za-z:])/,
);
export const Bytes = value('Bytes', 'bytes', /[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})+(?![0-9A-Za-z:])/);
export const Duration = value('Duration', 'a duration', /-?\d+(?:\.\d+)?(?:ns|us|µs|ms|s|min|m|h)(?![0-9A-Za-z_])/);
export const Hex = value('Hex', 'a number', /0[xX][0-9A-Fa-f]+(?![0-9A-Za-z_])/);
export const Decimal = value('Decimal', 'a number', /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![0-9A-Za-z_])/);

const comparisons: TokenType[] = [
  symbol('AllEqual', '===', [Comparison]),
  symbol('AnyNotEqual', '!==', [Comparison]),
  symbol('Equal', '==', [Comparison]),
  symbol('NotEqual', '!=', [Comparison]),
  symbol('LessOrEqual', '<=', [Comparison]),
  symbol('GreaterOrEqual', '>=', [Comparison]),
  symbol('Less', '<', [Comparison]),
  symbol('Greater', '>', [Comparison]),
  symbol('Tilde', '~', [Comparison]),
  wordOperator('AllEqWord', 'all_eq', [Comparison]),
  wordOperator('AnyEqWord', 'any_eq', [Comparison]),
  wordOperator('AllNeWord', 'all_ne', [Comparison]),
  wordOperator('AnyNeWord', 'any_ne', [Comparison]),
  wordOperator('EqWord', 'eq', [Comparison]),
  wordOperator('NeWord', 'ne', [Comparison]),
  wordOperator('LeWord', 'le', [Comparison]),
  wordOperator('GeWord', 'ge', [Comparison]),
  wordOperator('LtWord', 'lt', [Comparison]),
  wordOperator('GtWord', 'gt', [Comparison]),
  wordOperator('Contains', 'contains', [Comparison]),
  wordOperator('Matches', 'matches', [Comparison]),
];

export const tokenTypes: TokenType[] = [
  blank,
  Comparison,
  Value,
  direction,
  Text,
  RawText,
  Time,
  Address6,
  Address4,
  Bytes,
  Duration,
  Hex,
  Decimal,
  ...comparisons,
  And,
  Or,
  Not,
  Mask,
  andWord,
  orWord,
  notWord,
  In,
  Open,
  Close,
  SetOpen,
  SetClose,
  Comma,
  Range,
  Word,
];

export const filterLexer = new Lexer(tokenTypes, { positionTracking: 'onlyOffset' });
