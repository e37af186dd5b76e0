import type { Io } from './terminal/io';

/**
 * Connects a program with the process it runs in, and ends the process with the status it returns. Ctrl-C and
 * a request to terminate abort `io.signal`; a second one ends the process at once.
 */
export async function runProcess(program: (io: Io) => Promise<number>): Promise<void> {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
  const { stdin, stdout, stderr, env } = process;
  stderr.on('error', () => undefined); // nobody is left to tell
  stdout.on('error', () => undefined); // who writes looks for it
  const tellEarlyEnd = (): void => {
    process.exitCode = 70;
    stderr.write('ndmp: unexpected end: nothing was left to wait for before the work was done\n');
  };
  process.once('exit', tellEarlyEnd);
  try {
    process.exitCode = await program({ stdin, stdout, stderr, env, signal: interrupt.signal });
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    stderr.write(`ndmp: unexpected error: ${text}\n`);
    process.exitCode = 70;
  }
  process.off('exit', tellEarlyEnd);
  // A pipe on standard input or a worker that is being stopped would keep the process alive: it ends with its output.
  stdout.write('', () => process.exit());
}
