import { compileFilter, completeFilter, listFilterFields } from '../../analysis/filter';
import type { FilterProblem } from '../../analysis/filter';
import type { Completion, FilterError, SavedFilter } from '../messages';
import type { FilterLanguage } from './captureView';

const MAX_ITEMS = 100;
const MAX_TEXT = 10_000;

let fieldNames: Set<string> | undefined;

/** The filter language as a view uses it; saved filters are offered while nothing is written. */
export function filterLanguage(saved: () => SavedFilter[]): FilterLanguage {
  const check = (text: string): FilterError | undefined => {
    const result = compile(text);
    return result.ok ? undefined : errorOf(result.problem);
  };
  return {
    compile(text) {
      const result = compile(text);
      if (!result.ok) return { error: errorOf(result.problem) };
      const { filter } = result;
      if (filter.isEmpty) return {};
      return { bind: (model) => ({ matches: filter.bind(model.session), slow: filter.readsBodies }) };
    },
    check,
    complete(text, caret) {
      if (text.trim() === '') return { from: 0, to: text.length, items: [...savedItems(saved()), ...items('', 0)] };
      const { from, to } = completeFilter(text, caret);
      return { from, to, items: items(text, caret) };
    },
  };
}

function compile(text: string): ReturnType<typeof compileFilter> {
  if (text.length <= MAX_TEXT) return compileFilter(text);
  const message = `A filter holds at most ${MAX_TEXT} characters`;
  return { ok: false, problem: { text, message, suggestions: [], from: MAX_TEXT, to: text.length } };
}

function errorOf({ message, suggestions, from, to }: FilterProblem): FilterError {
  const hint = suggestions.length > 0 ? `. Did you mean ${suggestions.join(', ')}?` : '';
  return { message: message + hint, column: from, length: Math.max(1, to - from) };
}

function savedItems(saved: SavedFilter[]): Completion[] {
  return saved.map(({ name, text }) => ({ label: name, insert: text, kind: 'saved', detail: text }));
}

function items(text: string, caret: number): Completion[] {
  return completeFilter(text, caret)
    .items.slice(0, MAX_ITEMS)
    .map((item) => ({ ...item, kind: kindOf(item.label) }));
}

function kindOf(label: string): Completion['kind'] {
  fieldNames ??= new Set(listFilterFields().map(({ name }) => name));
  if (fieldNames.has(label)) return 'field';
  return /^([^\w"]+|and|or|not|in|contains|matches|eq|ne|gt|lt|ge|le)$/.test(label) ? 'operator' : 'value';
}
