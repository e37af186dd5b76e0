import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { sample } from './harness';

const program = 'dist/ndmp.js';

/** The built command as a process of its own: what only a process can show. */
describe('ndmp as a process', () => {
  before(() => assert.ok(existsSync(program), `${program} is built`));

  it('ends quietly when nobody reads on', async () => {
    const child = spawn(process.execPath, [
      program,
      'decode',
      sample('backup-over-several-tapes'),
      '--format',
      'jsonl',
    ]);
    const errors: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [status] = (await once(child, 'close')) as [number | null];
    assert.equal(status, 0);
    assert.equal(Buffer.concat(errors).toString(), '');
  });

  it('waits for a slow reader and loses nothing', async () => {
    const child = spawn(process.execPath, [
      program,
      'decode',
      sample('backup-over-several-tapes'),
      '--format',
      'jsonl',
    ]);
    let lines = 0;
    for await (const chunk of child.stdout) {
      lines += (chunk as Buffer).toString().split('\n').length - 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal(lines, 317);
  });

  it('ends at Ctrl-C while it waits for standard input', async () => {
    const child = spawn(process.execPath, [program, 'decode', '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
    // more than a pipe holds: when all of it is taken the command is reading, and waits for more
    child.stdin.write(readFileSync(sample('backup-over-several-tapes')), () => child.kill('SIGINT'));
    const [status] = (await once(child, 'close')) as [number | null];
    assert.equal(status, 130);
  });
});
