import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { NdmpVersion } from '../../src/protocol';

/** The reference implementation of NDMP, from Debian's amanda-common: a DMA, and servers of its own. */
export const NDMJOB = '/usr/lib/amanda/ndmjob';

export interface NdmjobRun {
  /** Everything it printed. */
  output: string;
  status: number | null;
  signal: NodeJS.Signals | null;
}

/** Its exit status says nothing of a job: "ended OKAY" and the absence of complaints do. */
export async function ndmjob(
  args: readonly string[],
  { seconds = 120, preload }: { seconds?: number; preload?: string } = {},
): Promise<NdmjobRun> {
  const env = preload ? { ...process.env, LD_PRELOAD: preload } : process.env;
  const child = spawn(NDMJOB, ['-d', '0', '-v', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  let output = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('latin1').on('data', (text: string) => (output += text));
  const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  if (signal) output += `\n(ended by ${signal} after at most ${seconds} s)`;
  return { output, status, signal };
}

/**
 * ndmjob asks the data server and then the mover for their states; when a job ends between the two answers it takes
 * "active" and "halted" together for an error and gives up. No server can keep it from that: the job is run again.
 */
const ITS_OWN_RACE = /Operation in unreasonable state/;
const ATTEMPTS = 3;

/** Runs a job that has to end well. */
export async function ndmjobSucceeds(args: readonly string[], options?: Parameters<typeof ndmjob>[1]): Promise<string> {
  let run = await ndmjob(args, options);
  for (let n = 1; n < ATTEMPTS && ITS_OWN_RACE.test(run.output); n++) run = await ndmjob(args, options);
  const shown = `ndmjob ${args.join(' ')}\n${run.output}`;
  assert.equal(run.status, 0, shown);
  assert.doesNotMatch(run.output, /had problems|FATAL|Failed|Almost|[1-9]\d* ERROR/, shown);
  return run.output;
}

/** Runs a backup, a restore or a listing, which has to end with "Operation ended OKAY". */
export async function ndmjobOkay(args: readonly string[], options?: Parameters<typeof ndmjob>[1]): Promise<string> {
  const output = await ndmjobSucceeds(args, options);
  assert.match(output, /Operation ended OKAY/, `ndmjob ${args.join(' ')}\n${output}`);
  return output;
}

/** An agent's address as ndmjob takes it: HOST:PORT/VERSION and AUTH,USER,PASSWORD. */
export function agent(
  port: number,
  version: NdmpVersion,
  { user = 'ndmp', password = 'ndmp', auth = 'm', host = '127.0.0.1' }: Partial<Record<string, string>> = {},
): string {
  return `${host}:${port}/${version}${auth},${user},${password}`;
}

const CONFIGURATION = `
[butype tar]
\tv2attr 0x0000
\tv3attr 0x01ff
\tv4attr 0x017f
\tdefault_env HIST y

[butype dump]
\tv2attr 0x0000
\tv3attr 0x01ff
\tv4attr 0x017f
`;

/** ndmjob's own server, as the other side of three-way jobs. Its user is ndmp, its password ndmp. */
export class NdmjobServer {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  /**
   * @param bin folder with its formatters (wrap_tar), for use as a data server
   * @param more further arguments, such as ['-o', 'tape-limit=BYTES'] for tapes that have an end
   */
  static async start(folder: string, bin?: string, more: readonly string[] = []): Promise<NdmjobServer> {
    const configuration = join(folder, 'ndmjob.conf');
    writeFileSync(configuration, CONFIGURATION);
    const port = await freePort();
    const env = bin ? { ...process.env, PATH: `${bin}:${process.env.PATH}` } : process.env;
    const args = ['-o', 'test-daemon', '-p', String(port), '-o', `config-file=${configuration}`, '-d', '0', ...more];
    // it ends when its standard input does
    const child = spawn(NDMJOB, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    assert.match(first.toString(), /READY/);
    return new NdmjobServer(port, child);
  }

  async stop(): Promise<void> {
    const gone = this.child.exitCode === null && this.child.signalCode === null ? once(this.child, 'exit') : undefined;
    this.child.stdin?.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 3000);
    await gone;
    clearTimeout(timer);
  }
}

/** A port that nobody listened on a moment ago, for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
