/** Something that a stream holds: a file, a directory, a link. */
export interface FoundEntry {
  /** From the root of the backup, beginning with '/'; byte string. Undefined: not known, or nothing that could be restored. */
  path: string | undefined;
  /** Offset in the stream where it begins. */
  start: number;
}

/** What a look at the bytes of a stream tells. Never throws, whatever the bytes. */
export interface FormatCheck {
  /** The format in words, such as 'tar'. */
  readonly name: string;
  /** The next bytes, good only during the call. */
  push(bytes: Uint8Array): void;
  /** All bytes have come. */
  end(): void;
  readonly entries: number;
  /** The stream said itself that this is its end. */
  readonly hasEnd: boolean;
}

/** Takes what a check finds. */
export interface FormatSink {
  entry(entry: FoundEntry): void;
  /** A sentence: what is wrong, and where in the stream. */
  problem(text: string): void;
}

/** Problems that are told one by one; more of them are counted. */
export const MOST_PROBLEMS = 50;
