import { decodeMessage, type BodyValue, type DecodedMessage } from '../../protocol';
import { knownPayload } from '../../session/recordReader';
import type { AnalysisSource } from '../analysis';
import { textField } from '../connections';
import { MAX_TEXT, type NamedValue } from './inventory';

const MAX_PAIRS = 64;

/** A row decoded whole. */
export function decodedRow(source: AnalysisSource, row: number): DecodedMessage {
  return decodeMessage(knownPayload(source.record(row)), source.context(row));
}

/** Error of a reply, of its header or its body; 0 for none. */
export function replyError({ index }: AnalysisSource, row: number): number {
  return index.headerError(row) !== 0 ? index.headerError(row) : Math.max(0, index.bodyError(row));
}

/** Structs of an array field; what is none is left out. */
export function structsOf(body: BodyValue, name: string): BodyValue[] {
  const list = body[name];
  if (!Array.isArray(list)) return [];
  return list.filter(
    (each): each is BodyValue => typeof each === 'object' && !Array.isArray(each) && !(each instanceof Uint8Array),
  );
}

/** Name/value pairs of an environment or a capability list. */
export function pairsOf(body: BodyValue, field: string): NamedValue[] {
  return structsOf(body, field)
    .slice(0, MAX_PAIRS)
    .map((pair) => ({ name: short(textField(pair, 'name') ?? ''), value: short(textField(pair, 'value') ?? '') }));
}

/** Texts of an inventory have a bound; they come from outside. */
export function short(text: string): string {
  return text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text;
}
