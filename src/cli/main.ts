import { run } from './program';

/** The `ndmp` command: connects the program with the process it runs in. */
async function main(): Promise<void> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => {
    interrupt.abort();
    // A second Ctrl-C ends the process at once, as it does by default.
  });
  const { stdin, stdout, stderr, env } = process;
  stderr.on('error', () => undefined); // nobody is left to tell
  const status = await run(process.argv.slice(2), { stdin, stdout, stderr, env, signal: interrupt.signal });
  process.exitCode = status;
  // A pipe on standard input and a worker that is being stopped would keep the process alive.
  if (stdout.writableLength === 0) {
    process.exit();
  }
  stdout.once('drain', () => process.exit());
}

main().catch((error: unknown) => {
  process.stderr.write(
    `ndmp: unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(70);
});
