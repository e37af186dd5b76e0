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

/** The command did its work, and its exit status alone says how it came out. */
export class ExitStatus extends Failure {
  constructor(exitCode: number) {
    super('', exitCode);
  }
}

/** Nobody reads the output any more (`ndmp decode … | head`): the command ends quietly. */
export class OutputClosed extends Error {}

/** The user pressed Ctrl-C. */
export class Interrupted extends Error {}
