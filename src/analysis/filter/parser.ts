import { EmbeddedActionsParser, tokenMatcher, type IToken } from 'chevrotain';
import type { CompareOp, FieldFunction, FieldUse, FilterNode, Literal, SetItem, Span } from './ast';
import * as literals from './literals';
import { FilterSyntaxError, type FilterProblem } from './problem';
import { lexingProblem, parserMessages, parsingProblem, spanOf } from './syntaxProblems';
import * as t from './tokens';

/** Longest filter taken, and deepest nesting of parentheses: the parser is recursive. */
const maxLength = 65_536;
const maxDepth = 200;

const operators: Record<string, CompareOp> = {
  '==': 'eq',
  eq: 'eq',
  any_eq: 'eq',
  '!=': 'ne',
  ne: 'ne',
  all_ne: 'ne',
  '===': 'allEq',
  all_eq: 'allEq',
  '!==': 'anyNe',
  any_ne: 'anyNe',
  '<': 'lt',
  lt: 'lt',
  '<=': 'le',
  le: 'le',
  '>': 'gt',
  gt: 'gt',
  '>=': 'ge',
  ge: 'ge',
  contains: 'contains',
  matches: 'matches',
  '~': 'matches',
};

const functions: readonly string[] = ['lower', 'upper', 'len'];

class FilterParser extends EmbeddedActionsParser {
  constructor() {
    super(t.tokenTypes, { errorMessageProvider: parserMessages, recoveryEnabled: false, maxLookahead: 2 });
    this.performSelfAnalysis();
  }

  readonly filter = this.RULE('filter', (): FilterNode | undefined => {
    let node: FilterNode | undefined;
    this.OPTION(() => {
      node = this.SUBRULE(this.either);
    });
    return node;
  });

  private readonly either = this.RULE('either', (): FilterNode => {
    const nodes = [this.SUBRULE(this.both)];
    this.MANY(() => {
      this.CONSUME(t.Or);
      nodes.push(this.SUBRULE2(this.both));
    });
    return nodes.length === 1 ? nodes[0] : { kind: 'or', nodes };
  });

  private readonly both = this.RULE('both', (): FilterNode => {
    const nodes = [this.SUBRULE(this.inverted)];
    this.MANY(() => {
      this.CONSUME(t.And);
      nodes.push(this.SUBRULE2(this.inverted));
    });
    return nodes.length === 1 ? nodes[0] : { kind: 'and', nodes };
  });

  private readonly inverted = this.RULE('inverted', (): FilterNode => {
    let inverted = false;
    this.MANY(() => {
      this.CONSUME(t.Not);
      inverted = !inverted;
    });
    const node = this.SUBRULE(this.test);
    return inverted ? { kind: 'not', node } : node;
  });

  private readonly test = this.RULE('test', (): FilterNode =>
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Open);
          const node = this.SUBRULE(this.either);
          this.CONSUME(t.Close);
          return this.SUBRULE(this.maskedComparison, { ARGS: [node] });
        },
      },
      { ALT: () => this.SUBRULE(this.fullText) },
      { ALT: () => this.SUBRULE(this.relation) },
    ]),
  );

  /** `(field & mask) == value`: parentheses around a mask are allowed, as in Wireshark. */
  private readonly maskedComparison = this.RULE('maskedComparison', (node: FilterNode): FilterNode => {
    let result = node;
    this.OPTION(() => {
      const operator = this.CONSUME(t.Comparison);
      const value = this.SUBRULE(this.value);
      this.ACTION(() => {
        if (node.kind !== 'masked') {
          throw new FilterSyntaxError('Only a field can be compared, not an expression', spanOf(operator));
        }
        result = { kind: 'compare', field: node.field, mask: node.mask, op: operators[operator.image], value };
      });
    });
    return result;
  });

  private readonly fullText = this.RULE('fullText', (): FilterNode => {
    const token = this.OR([{ ALT: () => this.CONSUME(t.Text) }, { ALT: () => this.CONSUME(t.RawText) }]);
    return this.ACTION(() => ({ kind: 'text', value: literals.textLiteral(token.image, spanOf(token)) }));
  });

  private readonly relation = this.RULE('relation', (): FilterNode => {
    const field = this.SUBRULE(this.operand);
    let mask: Literal | undefined;
    this.OPTION(() => {
      this.CONSUME(t.Mask);
      mask = this.SUBRULE(this.value);
    });
    let node: FilterNode = mask === undefined ? { kind: 'exists', field } : { kind: 'masked', field, mask };
    this.OPTION2(() => {
      node = this.OR([
        {
          ALT: (): FilterNode => {
            const operator = this.CONSUME(t.Comparison);
            const value = this.SUBRULE2(this.value);
            return { kind: 'compare', field, mask, op: operators[operator.image], value };
          },
        },
        {
          ALT: (): FilterNode => {
            this.CONSUME(t.In);
            return { kind: 'in', field, mask, items: this.SUBRULE(this.set) };
          },
        },
        {
          ALT: (): FilterNode => {
            this.CONSUME(t.Not);
            this.CONSUME2(t.In);
            return { kind: 'not', node: { kind: 'in', field, mask, items: this.SUBRULE2(this.set) } };
          },
        },
      ]);
    });
    return node;
  });

  private readonly operand = this.RULE('operand', (): FieldUse => {
    const word = this.CONSUME(t.Word);
    let field: FieldUse = { name: word.image, ...spanOf(word) };
    this.OPTION(() => {
      this.CONSUME(t.Open);
      const inner = this.CONSUME2(t.Word);
      this.CONSUME(t.Close);
      this.ACTION(() => {
        const name = word.image.toLowerCase();
        if (!functions.includes(name)) {
          throw new FilterSyntaxError(`Unknown function "${word.image}"`, spanOf(word), [...functions]);
        }
        field = { name: inner.image, apply: name as FieldFunction, ...spanOf(inner) };
      });
    });
    return field;
  });

  private readonly set = this.RULE('set', (): SetItem[] => {
    const items: SetItem[] = [];
    this.CONSUME(t.SetOpen);
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => {
        const item: SetItem = { low: this.SUBRULE(this.value) };
        this.OPTION(() => {
          this.CONSUME(t.Range);
          item.high = this.SUBRULE2(this.value);
        });
        items.push(item);
      },
    });
    this.CONSUME(t.SetClose);
    return items;
  });

  private readonly value = this.RULE('value', (): Literal => {
    const token = this.OR([{ ALT: () => this.CONSUME(t.Value) }, { ALT: () => this.CONSUME(t.Word) }]);
    return this.ACTION(() => literalOf(token));
  });
}

const makers: Partial<Record<string, (source: string, span: Span) => Literal>> = {
  Text: literals.textLiteral,
  RawText: literals.textLiteral,
  Time: literals.timeLiteral,
  Address4: literals.addressLiteral,
  Address6: literals.addressLiteral,
  Bytes: literals.bytesLiteral,
  Duration: literals.durationLiteral,
  Hex: literals.numberLiteral,
  Decimal: literals.numberLiteral,
};

function literalOf(token: IToken): Literal {
  const span = spanOf(token);
  return makers[token.tokenType.name]?.(token.image, span) ?? word(token.image, span);
}

function word(image: string, span: Span): Literal {
  return { kind: 'word', source: image, value: image, ...span };
}

/** The one parser: building it costs some milliseconds, so that happens at the first filter. */
let shared: FilterParser | undefined;

export function filterParser(): FilterParser {
  shared ??= new FilterParser();
  return shared;
}

/** The tree of a filter; `undefined` for an empty one (which every message passes). */
export function parseFilterText(text: string): { node: FilterNode | undefined } | { problem: FilterProblem } {
  try {
    return { node: parse(text) };
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) {
      throw error;
    }
    return { problem: { text, message: error.message, suggestions: error.suggestions, ...error.span } };
  }
}

function parse(text: string): FilterNode | undefined {
  if (text.length > maxLength) {
    const span = { from: maxLength, to: text.length };
    throw new FilterSyntaxError(`The filter is longer than ${maxLength} characters`, span);
  }
  const { tokens, errors } = t.filterLexer.tokenize(text);
  if (errors.length > 0) {
    throw lexingProblem(text, errors[0]);
  }
  let depth = 0;
  for (const token of tokens) {
    depth += tokenMatcher(token, t.Open) ? 1 : tokenMatcher(token, t.Close) ? -1 : 0;
    if (depth > maxDepth) {
      throw new FilterSyntaxError('Parentheses are nested too deeply', spanOf(token));
    }
  }
  const parser = filterParser();
  parser.input = tokens;
  const node = parser.filter();
  if (parser.errors.length > 0) {
    throw parsingProblem(text, tokens, parser.errors[0]);
  }
  return node;
}
