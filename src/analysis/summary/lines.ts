import type { FieldReader } from './fields';

/** How a body is told in one line: field names in braces, or a function where the words depend on the values. */
export type Line = string | ((fields: FieldReader) => string);

/** The lines of one message; a kind without a line has nothing worth telling beside its error. */
export interface Lines {
  readonly request?: Line;
  readonly reply?: Line;
  readonly post?: Line;
}
