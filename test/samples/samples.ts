import { ipv6Addresses } from './cases/addresses';
import { replyTimes, v4HeaderErrors } from './cases/errors';
import { extensionMessages, otherEncodings } from './cases/extensions';
import { anyPort, headerClocks, largeRecord, port30000 } from './cases/framing';
import { rareVersion3, rareVersion4 } from './cases/rareMessages';
import { recoverFilehist } from './cases/recoverFilehist';
import { v2HistoryAndLogs, v2States } from './cases/version2';
import { Sample, type ExpectedRow } from './talk';
import { Recording } from './wire';

/** The samples by name: what makes each, one function a conversation or two. */
export const SAMPLES: Record<string, readonly ((sample: Sample) => void)[]> = {
  extensions: [extensionMessages, otherEncodings],
  'v4-header-errors': [v4HeaderErrors],
  'port-30000': [port30000],
  'any-port': [anyPort],
  'header-clocks': [headerClocks],
  'large-record': [largeRecord],
  'ipv6-addresses': [ipv6Addresses],
  'v2-history-and-logs': [v2HistoryAndLogs],
  'v2-states': [v2States],
  'recover-filehist': [recoverFilehist],
  'reply-times': [replyTimes],
  'rare-messages': [rareVersion3, rareVersion4],
};

/** Samples above this size are shipped compressed. */
const COMPRESS_ABOVE = 200_000;

export interface BuiltSample {
  file: string;
  /** The capture, not compressed. */
  bytes: Buffer;
  rows: readonly ExpectedRow[];
  /** The text of the expectation file. */
  expected: string;
}

export function buildSample(name: string): BuiltSample {
  const recording = new Recording();
  const sample = new Sample(recording, name);
  SAMPLES[name].forEach((conversation) => conversation(sample));
  const bytes = recording.toPcap();
  const file = bytes.length > COMPRESS_ABOVE ? `${name}.pcap.gz` : `${name}.pcap`;
  const lines = sample.rows.map((row) => JSON.stringify(row));
  return { file, bytes, rows: sample.rows, expected: `${lines.join('\n')}\n` };
}
