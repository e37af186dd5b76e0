import type { MessageKind, NdmpVersion } from '../../protocol';

/** What a script says of a field: a number, text (names of enumerations, 64-bit numbers), names of a mask's bits. */
export type FieldValue = string | number | boolean | readonly (string | number)[] | null;
export type Fields = Readonly<Record<string, FieldValue>>;

/** Which messages a fault is for; everything that is named has to be so. */
export interface Condition {
  /** Codes; undefined: any message. */
  codes: readonly number[] | undefined;
  kinds: readonly MessageKind[] | undefined;
  versions: readonly NdmpVersion[] | undefined;
  /** Number of the connection at the tap, from 1. */
  connection: number | undefined;
  /** Fields of the body or header by path: 'reason', 'env.HIST', 'header.error'. A list: any of these. */
  where: readonly (readonly [path: string, value: FieldValue])[];
}

/** A made-up message. */
export interface Injection {
  code: number;
  kind: MessageKind;
  body: Fields;
  /** Before or behind the message that it comes with. */
  before: boolean;
  /** How many. */
  times: number;
}

/** A reply that the server never gave. */
export interface Answer {
  error: number;
  /** In the header, without a body. */
  inHeader: boolean;
  body: Fields;
}

/** What is done to a message, in this order. */
export interface Harm {
  answer?: Answer;
  drop?: boolean;
  change?: Fields;
  /** Bytes of the body that are replaced by random ones. */
  garble?: number;
  /** Copies beside the message itself. */
  duplicate?: number;
  /** It comes behind so many of the messages that follow it in its direction. */
  reorder?: number;
  inject?: readonly Injection[];
  /** Milliseconds: drawn evenly between the two. */
  delay?: readonly [from: number, to: number];
  /** Bytes a second in the message's direction from now on. */
  throttle?: number;
  cut?: { how: 'fin' | 'rst'; at: 'before' | 'behind' | number };
}

/** What is done to a data connection that passes the tap. */
export interface DataHarm {
  /** Whose bytes: those of who connected, of who was connected to, or both. */
  from: 'client' | 'target' | 'both';
  throttle?: number;
  /** Bytes that pass before it is reset. */
  cutAt?: number;
}

interface Often {
  /** As the script calls it. */
  name: string | undefined;
  /** Matches that pass unharmed before. */
  after: number;
  /** Matches that are struck then; Infinity: all. */
  times: number;
  /** Of these, so many in a hundred, by chance. */
  percent: number;
  /** Whether matches are counted for each connection by itself. */
  eachConnection: boolean;
}

export type Fault =
  | (Often & { kind: 'message'; on: Condition; harm: Harm })
  | (Often & { kind: 'data'; harm: DataHarm; connection: number | undefined });

/** A script of faults as it was read and checked. */
export interface FaultScript {
  name: string;
  /** Where chance begins: the same script does the same again. */
  seed: number;
  faults: readonly Fault[];
}

/** A script that cannot be used; the text says where and why, for people. */
export class FaultScriptError extends Error {}
