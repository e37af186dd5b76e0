import { Aborted } from '../connection/failures';

/** @throws Aborted */
export function checkAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new Aborted('The run was aborted.');
}

/** Waits for something, a person perhaps, no longer than the run lasts. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  checkAborted(signal);
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(new Aborted('The run was aborted.'));
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
