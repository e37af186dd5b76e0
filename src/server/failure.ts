import { ErrorCode } from '../protocol';

/** An NDMP error code that a request is answered with. */
export type NdmpError = (typeof ErrorCode)[keyof typeof ErrorCode];

/** Thrown by whatever serves a request: becomes the error of its reply, and a line of the server's log. */
export class RequestFailure extends Error {
  /**
   * @param error code of the reply
   * @param message what, where and why, for the log; no secrets
   * @param inHeader the reply is a bare header (the request itself could not be served at all)
   */
  constructor(
    readonly error: NdmpError,
    message: string,
    readonly inHeader = false,
  ) {
    super(message);
    this.name = 'RequestFailure';
  }
}

export function refuse(error: keyof typeof ErrorCode, message: string): never {
  throw new RequestFailure(ErrorCode[error], message);
}
