import { ipv4Text, ipv6Text, jsonText } from '../../protocol';
import { decodeByteString } from '../../xdr/byteString';
import type { Redactor } from './redactCapture';
import { fromLatin1, type Replacement } from './pseudonyms';

const VERSION = 1;

/**
 * What a redaction replaced, as JSON in pieces: pseudonyms by kind with how often each is used, never an original.
 * @param captures what the redacted captures are called
 */
export function* redactionReport(redactor: Redactor, captures: readonly string[]): Generator<string> {
  const { counts, pseudonyms } = redactor;
  const summary = {
    report: 'NDMP Workbench redaction',
    version: VERSION,
    captures,
    messages: redactor.messages,
    unknownBodiesZeroed: counts.unknownBodies,
    bodiesZeroedInPart: counts.brokenBodies,
    bytesZeroed: counts.zeroedBytes,
    doubtfulNumbersZeroed: counts.zeroedWords,
    pseudonymsShared: pseudonyms.shared,
    replacementsNotListed: pseudonyms.unlisted,
    textsByField: Object.fromEntries([...counts.fields].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  yield `${JSON.stringify(summary, undefined, 2).slice(0, -2)},\n  "addresses": [`;
  yield* list(pseudonyms.addresses.values(), (each) => ({ pseudonym: addressText(each.pseudonym), count: each.count }));
  yield `],\n  "texts": [`;
  yield* list(pseudonyms.texts.values(), ({ kind, pseudonym, count }) => ({ kind, pseudonym, count }));
  yield ']\n}\n';
}

/** The way back, one JSON object a line: for whoever made the redacted capture, and nobody else. */
export function* privateMap({ pseudonyms }: Redactor): Generator<string> {
  for (const [original, { pseudonym }] of pseudonyms.addresses)
    yield `${JSON.stringify({ kind: 'address', pseudonym: addressText(pseudonym), original: addressText(original) })}\n`;
  for (const [original, { kind, pseudonym }] of pseudonyms.texts)
    yield `${JSON.stringify({ kind, pseudonym, original: originalText(original) })}\n`;
}

function* list(values: Iterable<Replacement>, entry: (value: Replacement) => object): Generator<string> {
  let separator = '\n    ';
  for (const value of values) {
    yield separator + JSON.stringify(entry(value));
    separator = ',\n    ';
  }
  yield '\n  ';
}

function addressText(bytes: string): string {
  const address = fromLatin1(bytes);
  return address.length === 4 ? ipv4Text(new DataView(address.buffer).getUint32(0)) : ipv6Text(address);
}

function originalText(bytes: string): string {
  return jsonText(decodeByteString(fromLatin1(bytes)));
}
