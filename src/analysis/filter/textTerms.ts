import type { Literal } from './ast';
import { someBodyText } from './bodyTerms';
import { errorNames, messageNames } from './names';
import { compilePattern } from './pattern';
import { FilterSyntaxError } from './problem';
import type { Condition } from './condition';
import type { Evaluation } from './source';
import { Verdict, type Term } from './terms';
import * as tests from './tests';

/** Full text: whatever a reader sees of a message, without regard to case. */
export function fullText(condition: Condition): Term {
  const { op, value } = condition;
  if (op !== 'contains' && op !== 'matches') {
    throw new FilterSyntaxError('text is searched with "contains" or "matches"', value);
  }
  const test = op === 'matches' ? compilePattern(value) : caseless(value);
  return {
    cheap: false,
    bind: (evaluation) => ({
      quick: (row) => (indexTexts(evaluation, row).some(test) ? Verdict.Yes : Verdict.Unknown),
      full: (row) =>
        indexTexts(evaluation, row).some(test) || someBodyText(evaluation, row, test) || test(evaluation.summary(row)),
    }),
  };
}

function caseless(literal: Literal): tests.TextTest {
  const wanted = tests.literalText(literal).toLowerCase();
  return (text) => text.toLowerCase().includes(wanted);
}

function indexTexts({ index }: Evaluation, row: number): string[] {
  const { client, server } = index.connections[index.connection(row)];
  const version = index.version(row);
  const errors = [index.headerError(row), index.bodyError(row)].filter((error) => error > 0);
  return [
    messageNames.nameOf(index.code(row), version),
    index.kind(row),
    `${client.address}:${client.port}`,
    `${server.address}:${server.port}`,
    ...errors.map((error) => errorNames.nameOf(error, version)),
    ...index.problems(row),
    ...index.marks.of(row),
  ];
}

/** The one-line summary of the body. */
export function summaryTerm(condition?: Condition): Term {
  const { op, quantifier, negate } = tests.quantified(condition?.op ?? 'eq');
  const test = condition === undefined ? (text: string): boolean => text !== '' : tests.textTest(op, condition.value);
  const wanted = condition === undefined || (quantifier === 'none') === negate;
  return {
    cheap: false,
    bind: (evaluation) => ({
      quick: () => Verdict.Unknown,
      full: (row) => test(evaluation.summary(row)) === wanted,
    }),
  };
}

/** What is wrong with a message: as the capture holds it, which the index knows, and what its body does not say. */
export function problemTerm(condition?: Condition): Term {
  const holds = textsTest(condition);
  return {
    cheap: false,
    bind: (evaluation) => ({
      quick: (row) => (condition === undefined && evaluation.index.hasProblem(row) ? Verdict.Yes : Verdict.Unknown),
      full: (row) => holds([...evaluation.index.problems(row), ...evaluation.body(row).problems]),
    }),
  };
}

/** What whoever made the capture says of a message. */
export function markTerm(condition?: Condition): Term {
  const holds = textsTest(condition);
  return {
    cheap: true,
    bind:
      ({ index }) =>
      (row) =>
        holds(index.marks.of(row)),
  };
}

/** Whether any, or none, or all of some texts are as wanted; without a condition, whether there are any. */
function textsTest(condition: Condition | undefined): (texts: readonly string[]) => boolean {
  const { op, quantifier, negate } = tests.quantified(condition?.op ?? 'eq');
  const test = condition === undefined ? (): boolean => true : tests.textTest(op, condition.value);
  return (texts) => {
    switch (quantifier) {
      case 'any':
        return texts.some((text) => test(text) !== negate);
      case 'none':
        return texts.length > 0 && !texts.some(test);
      case 'all':
        return texts.length > 0 && texts.every(test);
    }
  };
}
