import type { RecoverOrder } from '../model';
import { STREAM_BYTES_VARIABLE } from '../paxKeys';

/** What the environment says of a recovery (protocol facts: DIRECT, RECURSIVE, EXTRACT). */
export interface RecoverOptions {
  /** Positions of the list are to be used. */
  direct: boolean;
  /** With a directory all below it is restored. */
  recursive: boolean;
  /** The whole of an incremental dump makes the tree what it was then: what is gone is removed. */
  rebuild: boolean;
  /** Length of the stream, when it is known. */
  streamBytes: number | undefined;
}

export function recoverOptions({ environment, type }: Pick<RecoverOrder, 'environment' | 'type'>): RecoverOptions {
  const value = (name: string) => environment.findLast((pair) => pair.name === name)?.value.trim();
  const letter = (name: string) => value(name)?.charAt(0).toLowerCase() ?? '';
  const bytes = Number(value(STREAM_BYTES_VARIABLE));
  return {
    direct: 'yt'.includes(letter('DIRECT') || 'n'),
    recursive: !'nf'.includes(letter('RECURSIVE') || 'y'),
    // EXTRACT=y (or ONTAP's e) takes files out of a dump; without it the whole tree is rebuilt, as `restore -r` does.
    rebuild: type === 'dump' && !'yte'.includes(letter('EXTRACT') || 'n'),
    streamBytes: Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined,
  };
}
