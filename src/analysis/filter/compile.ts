import type { FilterNode } from './ast';
import { bodyCompare, bodyMasked, bodyPresence, recordTerm } from './bodyTerms';
import { FilterSyntaxError, type FilterProblem } from './problem';
import { parseFilterText } from './parser';
import { resolveField } from './resolve';
import { setConditions, type Condition } from './condition';
import { rowCompare, rowMasked, rowPresence } from './rowTerms';
import { Evaluation, type FilterSource } from './source';
import { and, not, or, Verdict, type RowTest, type Term } from './terms';
import { fullText, markTerm, problemTerm, summaryTerm } from './textTerms';

/** A filter ready for use on any capture. */
export interface Filter {
  /** As it was written. */
  readonly text: string;
  /** Whether every message passes. */
  readonly isEmpty: boolean;
  /** Whether some messages can be judged only by reading their bodies, which is slow on large captures. */
  readonly readsBodies: boolean;
  /** The test of a row of this capture. It reads the index as it is then, so it may be kept while the index grows. */
  bind(source: FilterSource): RowTest;
}

export type FilterResult = { ok: true; filter: Filter } | { ok: false; problem: FilterProblem };

/** Compiles a filter, or says what is wrong with it. Never throws. */
export function compileFilter(text: string): FilterResult {
  const parsed = parseFilterText(text);
  if ('problem' in parsed) {
    return { ok: false, problem: parsed.problem };
  }
  try {
    return { ok: true, filter: filterOf(text, parsed.node) };
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) {
      throw error;
    }
    return { ok: false, problem: { text, message: error.message, suggestions: error.suggestions, ...error.span } };
  }
}

function filterOf(text: string, node: FilterNode | undefined): Filter {
  if (node === undefined) {
    return { text, isEmpty: true, readsBodies: false, bind: () => () => true };
  }
  const term = compile(node);
  return { text, isEmpty: false, readsBodies: !term.cheap, bind: (source) => bindTerm(term, source) };
}

function bindTerm(term: Term, source: FilterSource): RowTest {
  const evaluation = new Evaluation(source);
  if (term.cheap) {
    return term.bind(evaluation);
  }
  const { quick, full } = term.bind(evaluation);
  return (row) => {
    const verdict = quick(row);
    return verdict === Verdict.Unknown ? full(row) : verdict === Verdict.Yes;
  };
}

function compile(node: FilterNode): Term {
  switch (node.kind) {
    case 'and':
      return and(node.nodes.map(compile));
    case 'or':
      return or(node.nodes.map(compile));
    case 'not':
      return not(compile(node.node));
    case 'text':
      return fullText({ op: 'contains', value: node.value });
    case 'exists':
      return presence(node);
    case 'masked':
      return masked(node);
    case 'compare':
      return compare(node, { op: node.op, value: node.value, mask: node.mask, apply: node.field.apply });
    case 'in':
      return or(setConditions(node).map((condition) => compare(node, condition)));
  }
}

function presence(node: FilterNode & { kind: 'exists' }): Term {
  const resolved = resolveField(node.field);
  if (node.field.apply !== undefined) {
    throw new FilterSyntaxError(
      `${node.field.apply}(${node.field.name}) has to be compared with something`,
      node.field,
    );
  }
  switch (resolved.from) {
    case 'row':
      return rowPresence(resolved.field);
    case 'body':
      return bodyPresence(resolved.field);
    case 'record':
      return recordTerm((record) => resolved.field.values(record));
    case 'summary':
      return summaryTerm();
    case 'problem':
      return problemTerm();
    case 'mark':
      return markTerm();
    case 'text':
      throw new FilterSyntaxError('text is searched with "contains" or "matches"', node.field);
  }
}

function masked(node: FilterNode & { kind: 'masked' }): Term {
  const resolved = resolveField(node.field);
  switch (resolved.from) {
    case 'row':
      return rowMasked(resolved.field, node.mask);
    case 'body':
      return bodyMasked(resolved.field, node.mask);
    default:
      throw new FilterSyntaxError(`"&" is for numbers, and ${node.field.name} is none`, node.mask);
  }
}

function compare(node: FilterNode & { kind: 'compare' | 'in' }, condition: Condition): Term {
  const resolved = resolveField(node.field);
  switch (resolved.from) {
    case 'row':
      return rowCompare(resolved.field, condition);
    case 'body':
      return bodyCompare(resolved.field, condition);
    case 'record':
      return recordTerm((record) => resolved.field.values(record), condition, condition.apply);
    case 'summary':
      return summaryTerm(condition);
    case 'problem':
      return problemTerm(condition);
    case 'mark':
      return markTerm(condition);
    case 'text':
      return fullText(condition);
  }
}
