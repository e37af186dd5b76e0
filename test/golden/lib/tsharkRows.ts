import { expectation, type CollectedCapture } from './collection';

/** One NDMP message as tshark 4.0.17 decoded it. */
export interface TsharkRow {
  frame: number;
  time: string;
  stream: number;
  src: string;
  dst: string;
  sequence: number;
  replySequence: number;
  type: 'request' | 'reply';
  code: number;
  headerError: number;
  /** undefined: tshark shows no error in the body. */
  bodyError: number | undefined;
}

/** The rows of `golden/NAME.tsv` that have a header; rows of cut, malformed and not-last fragments are left out. */
export function tsharkRows(capture: CollectedCapture): TsharkRow[] | undefined {
  const bytes = expectation(capture.folder, `golden/${capture.name}.tsv`);
  if (!bytes) return undefined;
  return tsvRows(bytes.toString('latin1'))
    .filter((row) => row.sequence !== '')
    .map((row) => ({
      frame: Number(row.frame),
      time: row.time_epoch,
      stream: Number(row.stream),
      src: `${row.src}:${row.src_port}`,
      dst: `${row.dst}:${row.dst_port}`,
      sequence: Number(row.sequence),
      replySequence: Number(row.reply_sequence),
      type: row.type as TsharkRow['type'],
      code: Number(row.message_code),
      headerError: errorNumber(row.header_error) ?? 0,
      bodyError: errorNumber(row.body_error),
    }));
}

/** One record of an independent decode of the capture that an edited one was made from. */
export interface TruthRow {
  connection: number;
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  replySequence: number;
  type: 'request' | 'reply';
  code: number;
  headerError: number;
  /** Payload bytes of the record, without record marks. */
  bytes: number;
  fragments: number;
}

/** `golden/NAME.truth.tsv`: within a connection the client's records come first, then the server's. */
export function truthRows(capture: CollectedCapture): TruthRow[] | undefined {
  const bytes = expectation(capture.folder, `golden/${capture.name}.truth.tsv`);
  if (!bytes) return undefined;
  return tsvRows(bytes.toString('latin1')).map((row) => ({
    connection: Number(row.connection),
    sourcePort: Number(row.src_port),
    destinationPort: Number(row.dst_port),
    sequence: Number(row.sequence),
    replySequence: Number(row.reply_sequence),
    type: row.type as TruthRow['type'],
    code: Number(row.message_code),
    headerError: Number(row.header_error),
    bytes: Number(row.record_bytes),
    fragments: Number(row.fragments),
  }));
}

function tsvRows(text: string): Record<string, string>[] {
  const [head, ...lines] = text.split('\n').filter((line) => line !== '');
  const names = head.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(names.map((name, column) => [name, cells[column] ?? '']));
  });
}

/** 'DEV_NOT_OPEN_ERR (6)' → 6. */
function errorNumber(text: string): number | undefined {
  const match = /\((\d+)\)/.exec(text);
  return match ? Number(match[1]) : undefined;
}
