import type { AnalysisSource } from '../../analysis/analysis';
import { HEADER_LENGTH, messageName } from '../../protocol';
import { knownPayload, type RecordBytes } from '../../session/recordReader';
import { messagesToPcapng, type CaptureChanges } from '../pcapng/messages';
import { Pseudonyms } from './pseudonyms';
import { newBodyCounts, redactBody, type BodyCounts } from './redactBody';

const COMMENT =
  'Redacted copy made by NDMP Workbench: names, addresses, texts and digests are pseudonyms, data is zero, packets are made up.';

/** Shortest key that is taken: nobody shall be able to try all. */
export const MIN_KEY_BYTES = 16;

/**
 * Makes captures safe to share. One instance for all captures of a run: the same name gets the same pseudonym in each.
 * Captures made with the same key agree as well.
 */
export class Redactor {
  readonly pseudonyms: Pseudonyms;
  readonly counts: BodyCounts = newBodyCounts();
  messages = 0;

  /** @param key {@link MIN_KEY_BYTES} or more bytes that others do not know */
  constructor(key: Uint8Array) {
    if (key.length < MIN_KEY_BYTES) throw new RangeError(`A key of ${MIN_KEY_BYTES} bytes or more is needed.`);
    this.pseudonyms = new Pseudonyms(key);
  }

  /**
   * The messages of a capture without what tells of people and places, as a capture (pcapng): the same messages with the
   * same codes, numbers, errors, times and lengths. Nothing is copied but what the message tables know to be harmless.
   * @param test rows to write; all when absent
   */
  capture(source: AnalysisSource, test?: (row: number) => boolean): Generator<Uint8Array> {
    const changes: CaptureChanges = {
      record: (row, record) => this.record(source, row, record),
      address: (bytes) => this.pseudonyms.address(bytes),
    };
    return messagesToPcapng(source, { test, changes, comment: COMMENT });
  }

  private record(source: AnalysisSource, row: number, record: RecordBytes): RecordBytes {
    const { index } = source;
    const known = knownPayload(record);
    const payload = new Uint8Array(record.payload.length);
    payload.set(known.subarray(0, HEADER_LENGTH));
    const name = messageName(index.code(row), index.version(row));
    const isCut = record.missing.length > 0;
    redactBody(known, isCut, source.context(row), name, this.pseudonyms, this.counts, payload);
    this.messages++;
    return { payload, fragments: record.fragments, missing: record.missing };
  }
}
