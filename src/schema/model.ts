/** The part of JSON Schema (draft-07) that files of users are described with; `problemsOf` checks by it. */
export interface Schema {
  title?: string;
  description?: string;
  type?: 'object' | 'array' | 'string' | 'integer' | 'boolean' | 'null';
  enum?: readonly (string | number)[];
  anyOf?: readonly Schema[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: false | Schema;
  propertyNames?: Schema;
  maxProperties?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  /** What a text has to be, for people: said when `pattern` does not fit. */
  patternErrorMessage?: string;
  minimum?: number;
  maximum?: number;
  multipleOf?: number;
  default?: unknown;
  examples?: readonly unknown[];
}
