import { Analysis } from '../analysis/analysis';
import type { NdmpVersion } from '../protocol';
import type { CaptureSession } from '../session/capture';
import { damageLine, nothingFound } from './damageLine';
import { Failure } from './failure';
import { inputName, withCapture } from './input';
import { tlsHint } from './tlsHint';
import { Output, type Io } from './terminal/io';

/** What every command is told that reads captures, by `portOption`, `versionOption` and `keyLogOption`. */
export interface ReadingOptions {
  port: number[];
  ndmpVersion?: NdmpVersion;
  tlsKeylog?: string;
}

/**
 * Opens a capture for `use`, which is also told what to call it in output. Damage is named on standard error.
 * @throws Failure when it cannot be read or has no messages
 */
export function withMessages<T>(
  io: Io,
  file: string,
  { port: ports, ndmpVersion: version, tlsKeylog: tlsKeyLog }: ReadingOptions,
  use: (session: CaptureSession, name: string) => Promise<T> | T,
): Promise<T> {
  return withCapture(io, file, { ports, version, tlsKeyLog }, (session) => {
    checkMessages(io, file, session);
    return use(session, inputName(file));
  });
}

/** The same with what the messages mean. */
export function withAnalysis<T>(
  io: Io,
  file: string,
  options: ReadingOptions,
  use: (analysis: Analysis, name: string, session: CaptureSession) => Promise<T> | T,
): Promise<T> {
  return withMessages(io, file, options, (session, name) => use(new Analysis(session), name, session));
}

/** Names the damage of a capture on standard error. Throws a Failure when it has no messages. */
export function checkMessages(io: Io, file: string, session: CaptureSession): void {
  const name = inputName(file);
  const damage = damageLine(name, session);
  if (damage !== undefined) io.stderr.write(`ndmp: ${damage}\n`);
  const encrypted = session.index.count > 0 ? tlsHint(name, session.info) : undefined;
  if (encrypted !== undefined) io.stderr.write(`ndmp: ${encrypted}\n`);
  if (session.index.count === 0) throw new Failure(nothingFound(name, session));
}

/** Prints lines, as fast as the reader takes them. */
export async function printLines(io: Io, lines: Iterable<string>): Promise<void> {
  const output = new Output(io.stdout, io.signal);
  for (const line of lines) {
    const full = output.line(line);
    if (full !== undefined) await full;
  }
  await output.flush();
}
