import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { demo } from '../../src/cli/demo/story';
import { Sink } from './harness';

describe('npm run demo', () => {
  it('backs a volume up, restores it elsewhere, finds it the same and shows what was said', async () => {
    const [stdout, stderr] = [new Sink(undefined), new Sink(undefined)];
    const io = { stdin: Readable.from([]), stdout, stderr, env: {}, signal: new AbortController().signal };
    assert.equal(await demo(io), 0, stdout.text + stderr.text);
    assert.match(stdout.text, /Yes: all \d+ objects are the same/);
    assert.match(stdout.text, /DATA_START_BACKUP +\d+ +dump \/vs1\/vol1, level 1/);
    assert.match(stdout.text, /NOTIFY_DATA_HALTED .*SUCCESSFUL/);
  });
});
