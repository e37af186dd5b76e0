/** Traces could not be sent; the message is for users. */
export class OtlpError extends Error {
  /** @param isUsage whether what was asked for is wrong, rather than the collector */
  constructor(
    message: string,
    readonly isUsage = false,
  ) {
    super(message);
  }
}
