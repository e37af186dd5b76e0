/** Ends the command with a message for the user on standard error. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly exitCode: number = 1,
  ) {
    super(message);
  }
}

/** The command was called wrongly: exit code 2. */
export class UsageError extends Failure {
  constructor(message: string) {
    super(message, 2);
  }
}

/** Nobody reads the output any more (`ndmp decode … | head`): the command ends quietly. */
export class OutputClosed extends Error {}

/** The user pressed Ctrl-C. */
export class Interrupted extends Error {}
