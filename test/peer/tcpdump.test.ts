import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CAPTURE_FOLDERS, capturesIn } from '../support/captures';
import { describeWithPeer } from '../support/peers';

const NDMP = resolve(__dirname, '../../dist/ndmp.js');
const COLUMNS = ['--format', 'tsv', '--fields', 'time,frame,connection,src,dst,kind,message,sequence,error,body'];

/** Captures that differ in what tcpdump does with them: versions, link layers, clocks, pcapng, fragments, damage by loss. */
const CHOSEN =
  /^(local-v[234]|ipv6|edited-(sll|vlan|raw-ip|pcapng-converted|reordered|ip-fragments|lost-segments))\.pcap/;

const captures = CAPTURE_FOLDERS.slice(0, 1).flatMap((folder) =>
  capturesIn(folder).filter((path) => CHOSEN.test(basename(path))),
);

/** Rows of a pipe are printed as they come, those of a file in their final order; after lost packets the two differ. */
const inOrder = (output: string) => output.split('\n').sort();

const decode = (args: string[], input?: Buffer) =>
  spawnSync(process.execPath, [NDMP, 'decode', ...args, ...COLUMNS], {
    input,
    timeout: 10_000,
    maxBuffer: 2 ** 28,
    encoding: 'utf8',
  });

describeWithPeer('tcpdump', 'peer: what tcpdump writes into a pipe is decoded like the file it read', () => {
  for (const path of captures) {
    it(basename(path), () => {
      const file = readFileSync(path);
      const input = path.endsWith('.gz') ? gunzipSync(file) : file;
      const pipe = spawnSync('tcpdump', ['-U', '-r', '-', '-w', '-'], { input, maxBuffer: 2 ** 28 });
      assert.equal(pipe.status, 0, pipe.stderr.toString());
      const piped = decode(['-'], pipe.stdout);
      assert.equal(piped.status, 0, piped.stderr);
      const read = decode([path]);
      assert.ok(read.stdout.split('\n').length > 20);
      assert.deepEqual(inOrder(piped.stdout), inOrder(read.stdout));
    });
  }
});
