import type { BodyOf, BodyValue, MessageName } from '../../protocol';
import type { ServerSession } from './session';

type RequestBody<N extends MessageName> = BodyOf<N, 4, 'request'> | BodyOf<N, 3, 'request'> | BodyOf<N, 2, 'request'>;

/**
 * Serves a request: the reply's body without its error, or undefined for nothing but "no error". Fields that the
 * version lacks are left out, missing ones filled with zeros. Throws a RequestFailure to answer an error; any other
 * exception is answered UNDEFINED and logged.
 */
export type Handler<N extends MessageName> = (
  session: ServerSession,
  body: RequestBody<N>,
) => BodyValue | void | Promise<BodyValue | void>;

/** A request that the server serves. */
export interface HandlerEntry {
  readonly name: MessageName;
  readonly handle: (session: ServerSession, body: BodyValue) => BodyValue | void | Promise<BodyValue | void>;
}

/** Types the body by the message's name. */
export function serve<N extends MessageName>(name: N, handle: Handler<N>): HandlerEntry {
  return { name, handle: handle as HandlerEntry['handle'] };
}

/**
 * A reply that reports an error together with results, such as how much was read before the end of the medium.
 * @param error code of the reply
 */
export function replyWith(error: number, body: BodyValue): BodyValue {
  return { ...body, error };
}
