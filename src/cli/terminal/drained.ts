import type { Writable } from 'node:stream';

/** Settles when the reader of a stream has caught up, is gone, or the user has had enough. */
export function drained(stream: Writable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'error'] as const;
    const done = (): void => {
      events.forEach((event) => stream.off(event, done));
      signal.removeEventListener('abort', done);
      resolve();
    };
    events.forEach((event) => stream.on(event, done));
    signal.addEventListener('abort', done);
  });
}
