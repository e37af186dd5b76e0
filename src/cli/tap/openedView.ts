import { PassThrough } from 'node:stream';
import { UsageError } from '../failure';
import type { TapCommandOptions } from '../commands/tap';
import type { Io } from '../terminal/io';
import { showDecoded } from './decodedStream';

/** Bytes of the recording that may wait for whoever reads what is shown. */
const MAX_WAITING = 64 * 1024 * 1024;

/** The messages of a recording while it is made, TLS that passes unopened among them. */
export interface OpenedView {
  /** Takes the next block of the recording; never waits. */
  copy: (block: Uint8Array) => void;
  /** No more comes; settles when all that came is shown. */
  end: () => Promise<void>;
}

/**
 * With a key log the messages are read from the recording in place of the bytes that pass, since only there TLS can be opened.
 * @returns undefined when none is given
 * @throws UsageError when there is no recording
 */
export function openedView(io: Io, options: TapCommandOptions, warn: (text: string) => void): OpenedView | undefined {
  if (options.tlsKeylog === undefined) return undefined;
  if (options.out === undefined && options.folder === undefined)
    throw new UsageError('--tls-keylog needs --out: TLS that passes unopened is read from the recording.');
  const stream = new PassThrough();
  let isBehind = false;
  const done = showDecoded(io, stream, options).catch((problem: unknown) => {
    isBehind = true;
    if (!io.signal.aborted) warn(problem instanceof Error ? problem.message : String(problem));
  });
  return {
    copy: (block) => {
      if (isBehind) return;
      isBehind = stream.writableLength > MAX_WAITING;
      if (isBehind) warn('What is shown is too far behind and ends here; the recording goes on.');
      else stream.write(block);
    },
    end: () => {
      stream.end();
      return done;
    },
  };
}
