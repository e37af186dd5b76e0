import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

const NDMP = resolve(__dirname, '../../dist/ndmp.js');

/** What `ndmp check` says of a message. */
export interface CheckFinding {
  rule: string;
  severity: 'error' | 'warning' | 'note';
  /** Number of the message. */
  n: number;
  message: string;
  text: string;
}

/** Findings of `ndmp check` in a recording; needs a build. */
export async function ndmpCheck(recording: string): Promise<CheckFinding[]> {
  const output = await new Promise<string>((done, failed) =>
    execFile(
      process.execPath,
      [NDMP, 'check', '--json', recording],
      { maxBuffer: 2 ** 28, timeout: 60_000 },
      // findings of severity error end with status 1
      (error, stdout, stderr) =>
        error && error.code !== 1 ? failed(new Error(stderr || error.message)) : done(stdout),
    ),
  );
  const { files } = JSON.parse(output) as { files: { findings: CheckFinding[] }[] };
  return files.flatMap(({ findings }) => findings);
}
