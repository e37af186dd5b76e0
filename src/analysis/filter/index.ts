/**
 * The filter language: Wireshark's display filters for NDMP messages. `compileFilter` gives a filter or the problem with
 * it, `describeFilterError` puts the problem in words, `completeFilter` serves an editor.
 */
export { compileFilter, type Filter, type FilterResult } from './compile';
export { completeFilter, type Completion, type CompletionItem } from './complete';
export { fieldReader, type FieldReader, type FieldValue } from './fieldValues';
export { listFilterFields, type FilterFieldInfo } from './listing';
export { describeFilterError, didYouMean, type FilterProblem } from './problem';
export type { FilterSource } from './source';
export type { RowTest } from './terms';
