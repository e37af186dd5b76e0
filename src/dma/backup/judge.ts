import type { RelayEnd } from '../ownMover/relay';
import type { DataState } from '../services/data';
import type { MoverState } from '../services/mover';

export interface Ended {
  data: DataState;
  mover: MoverState;
  /** Of a stream through this machine. */
  relay: RelayEnd | undefined;
  recordSize: number;
  /** Errors that the server logged, and the first one. */
  errors: number;
  firstError: string | undefined;
}

export interface Verdict {
  /** Bytes of the stream, without the padding of the last record. */
  bytes: bigint;
  /** Why it is no backup, although both sides ended in order; undefined when it is one. */
  failure: string | undefined;
  warnings: readonly string[];
}

/**
 * Judges a backup whose sides both ended in order by what really went to tape: some servers call success what is none
 * (a data server whose formatter failed halts SUCCESSFUL with no bytes).
 */
export function judge({ data, mover, relay, recordSize, errors, firstError }: Ended): Verdict {
  const moved = mover.bytesMoved;
  const counted = data.bytes === 0n ? moved : data.bytes;
  const bytes = relay?.bytes ?? (fits(counted, moved, recordSize) ? counted : moved);
  const warnings: string[] = [];
  if (!fits(counted, moved, recordSize))
    warnings.push(`The data server says that it sent ${data.bytes} bytes, the mover that it wrote ${moved}.`);
  if (errors > 0)
    warnings.push(`The server told of ${errors} ${errors === 1 ? 'error' : 'errors'}: ${firstError ?? ''}`);
  return { bytes, failure: failureOf(bytes, moved, relay), warnings };
}

function failureOf(bytes: bigint, moved: bigint, relay: RelayEnd | undefined): string | undefined {
  if (relay && relay.how !== 'source-closed')
    return `The stream did not come to its end on this machine: ${relay.problem ?? relay.how}.`;
  if (bytes === 0n)
    return 'The server says that the backup succeeded, but the stream has no bytes. Look at the messages of the server.';
  if (moved < bytes) return `Only ${moved} of ${bytes} bytes of the stream are on tape.`;
  return undefined;
}

/** Whether the mover's count can be this stream: the same, or more by the padding of the last record. */
function fits(bytes: bigint, moved: bigint, recordSize: number): boolean {
  return moved >= bytes && moved - bytes < BigInt(recordSize);
}
