import { ErrorCode, errorDoc } from '../../protocol';

/** A failure that a sentence for people explains: what, where, why, and what to do. */
export class DmaFailure extends Error {}

/** The server answered a request with an error. */
export class NdmpFailure extends DmaFailure {
  /** @param error the error by its name, such as 'ILLEGAL_STATE' */
  constructor(
    readonly server: string,
    readonly request: string,
    readonly error: string,
    message: string,
  ) {
    super(message);
  }
}

/** The control connection broke or ended before the answer came. */
export class ConnectionLost extends DmaFailure {
  constructor(
    readonly server: string,
    message: string,
  ) {
    super(message);
  }
}

/** The server is connected but does not answer. */
export class RequestTimedOut extends DmaFailure {
  constructor(
    readonly server: string,
    readonly request: string,
    message: string,
  ) {
    super(message);
  }
}

/** The user, or a caller, ended what was going on. */
export class Aborted extends DmaFailure {}

/** What the description of an error says of CONNECT_OPEN alone, which asks for versions elsewhere. */
const OF_OPEN = /; in CONNECT_OPEN:[^.]*/;
const codes: Readonly<Record<string, number>> = ErrorCode;

/** The failure that an error of the server stands for: which request, at which server, and what the error means. */
export function refusal(server: string, request: string, error: string): NdmpFailure {
  const doc = (errorDoc(codes[error] ?? -1) ?? 'The error is not described.').replace(OF_OPEN, '');
  return new NdmpFailure(server, request, error, `${server} answered ${request} with ${error}. ${doc}`);
}
