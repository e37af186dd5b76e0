/** A stretch of the filter text: half-open, in UTF-16 units from 0. */
export interface Span {
  from: number;
  to: number;
}

/**
 * The comparisons. `eq`, `gt`, `ge`, `lt`, `le`, `contains` and `matches` hold when any value of the field does;
 * `ne` (as in Wireshark 4) when the field is there and no value is equal; `allEq` when all values are equal;
 * `anyNe` when at least one differs.
 */
export type CompareOp = 'eq' | 'ne' | 'allEq' | 'anyNe' | 'lt' | 'le' | 'gt' | 'ge' | 'contains' | 'matches';

/** A value as written: what it can mean depends on the field it is compared with. */
export type Literal = Span &
  (
    | { kind: 'number'; source: string; value: number | bigint }
    | { kind: 'string'; source: string; value: string }
    /** An unquoted word: the name of an enum value, `true`, `false`, or just text. */
    | { kind: 'word'; source: string; value: string }
    /** `seconds` and `nanos` hold the span exactly. */
    | { kind: 'duration'; source: string; seconds: number; nanos: number }
    /** Seconds since 1970 and nanoseconds within the second. */
    | { kind: 'time'; source: string; seconds: number; nanos: number }
    | { kind: 'address'; source: string; address: AddressPattern }
    | { kind: 'bytes'; source: string; bytes: Uint8Array }
  );

/** An IP address, a network (`prefix` bits of it count) or an address with a port. */
export interface AddressPattern {
  bytes: Uint8Array;
  prefix: number;
  port?: number;
}

/** `lower(field)`, `upper(field)` and `len(field)` as in Wireshark. */
export type FieldFunction = 'lower' | 'upper' | 'len';

export interface FieldUse extends Span {
  name: string;
  apply?: FieldFunction;
}

export interface SetItem {
  low: Literal;
  /** Present for a range `low..high`, both ends included. */
  high?: Literal;
}

export type FilterNode =
  | { kind: 'and' | 'or'; nodes: FilterNode[] }
  | { kind: 'not'; node: FilterNode }
  | { kind: 'exists'; field: FieldUse }
  | { kind: 'masked'; field: FieldUse; mask: Literal }
  | { kind: 'compare'; field: FieldUse; mask?: Literal; op: CompareOp; value: Literal }
  | { kind: 'in'; field: FieldUse; mask?: Literal; items: SetItem[] }
  | { kind: 'text'; value: Literal };
