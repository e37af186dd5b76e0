import { bodyToJson, decodeMessage, type DecodedMessage, type MessageContext } from '../../../src/protocol';
import { allCaptures, type CollectedCapture } from './collection';
import { ourRows, sessionOf, type OurRow } from './ourRows';
import { POLICIES } from './policy';

/** A message of a capture with its bytes and what the product makes of them. */
export interface DecodedRow {
  row: OurRow;
  payload: Uint8Array;
  context: MessageContext;
  decoded: DecodedMessage;
}

/** Captures in which every message is whole and in order. */
export function soundCaptures(): CollectedCapture[] {
  return allCaptures().filter((capture) => !POLICIES[capture.name] && !/^loss-before/.test(capture.name));
}

/**
 * Messages that their sender garbled, by capture and number, with the bytes behind their body: the iXsystems server builds
 * messages in two threads at once, so that one carries the rest of another.
 */
export const GARBLED: Readonly<Record<string, number>> = {
  'ndmpd-swap-connect-v4 29': 76,
  'ndmpd-swap-connect-v4 30': 128,
  'ndmpd-threeway-v4 29': 76,
};

export function* decodedRows(capture: CollectedCapture): Generator<DecodedRow> {
  const session = sessionOf(capture.path);
  for (const row of ourRows(session)) {
    const payload = session.record(row.row).payload;
    const context = session.context(row.row);
    yield { row, payload, context, decoded: decodeMessage(payload, context) };
  }
}

export function jsonOf({ decoded, context }: DecodedRow): Record<string, unknown> {
  return bodyToJson(decoded.value, context);
}

/** '0x400 v2 reply': what has one layout. */
export function layoutKey(row: { code: number; version: number; kind: string }): string {
  return `0x${row.code.toString(16)} v${row.version} ${row.kind}`;
}
