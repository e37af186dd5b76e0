import { RequestTimedOut } from '../connection/failures';
import type { NdmpConnection } from '../connection/model';

/**
 * A step towards the end: an abort, a close, a stop. It may cross the end that it asks for (protocol facts 6.8), so that its
 * refusal says nothing; what is true is asked next. A server that does not answer it is let go of: whatever it still has
 * to do for this connection it ends by itself, and nothing else waits for it.
 */
export async function tryStep(connection: NdmpConnection, step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
  } catch (problem) {
    if (problem instanceof RequestTimedOut) connection.destroy();
  }
}
