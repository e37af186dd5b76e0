import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { within } from './ndmpClient';

const NDMP = resolve(__dirname, '../../dist/ndmp.js');

/** `ndmp serve` as a process of its own, to be killed and started again; its user and its password are ndmp. */
export class ServedProcess {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  /** @param library folder of a virtual library, which is made where there is none; undefined: it has no tapes */
  static async start(root: string, library: string | undefined): Promise<ServedProcess> {
    const tapes = library === undefined ? [] : ['--library', library, '--drives', '1', '--slots', '3'];
    const args = ['serve', '--listen', '127.0.0.1:0', '--root', root, ...tapes];
    const child = spawn(process.execPath, [NDMP, ...args], {
      env: { ...process.env, NDMP_PASSWORD: 'ndmp' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    const ended = once(child, 'close').then(() => 'ended');
    const ready = async (): Promise<void> => {
      while (!/^ready$/m.test(output))
        if ((await Promise.race([once(child.stdout, 'data'), ended])) === 'ended')
          throw new Error(`ndmp serve ended: ${complaints}`);
    };
    try {
      await within(ready(), 'ndmp serve', 60_000);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    const [, port] = /listening on 127\.0\.0\.1:(\d+)/.exec(output) ?? [];
    return new ServedProcess(Number(port), child);
  }

  /** Gone without a word. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}
