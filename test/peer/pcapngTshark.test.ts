import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messagesToPcapng } from '../../src/export/pcapng/messages';
import { Redactor } from '../../src/export/redact/redactCapture';
import { openCaptureSync } from '../../src/indexing/openCaptureSync';
import { findCapture } from '../support/captures';
import { describeWithPeer } from '../support/peers';
import { joined } from '../export/support';

const captures = [
  'threeway-v4.pcap',
  'local-v3.pcap',
  'query-v4.pcap',
  'auth-failures.pcap',
  'ipv6.pcap',
  'robot-v4.pcap',
];
const fields = ['ndmp.msg', 'ndmp.sequence', 'ndmp.reply_sequence'];

describeWithPeer('tshark', 'exported captures as tshark reads them', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'ndmp-export-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const tshark = (...args: string[]): string => {
    const run = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    assert.equal(run.status, 0, run.stderr);
    return run.stdout;
  };
  /** Header fields of all messages, message by message; packets with several messages list them separated by commas. */
  const messages = (path: string): string[] =>
    tshark('-r', path, '-Y', 'ndmp.msg', '-T', 'fields', ...fields.flatMap((field) => ['-e', field]))
      .trim()
      .split('\n')
      .flatMap((line) => {
        const columns = line.split('\t').map((column) => column.split(','));
        return columns[0].map((_, i) => columns.map((column) => column[i]).join(' '));
      });

  for (const name of captures) {
    const path = findCapture(name);
    assert.ok(path);
    for (const how of ['as it is', 'redacted'] as const) {
      it(`${name}, ${how}: the same messages, no wrong checksum, nothing that tshark complains of`, () => {
        const session = openCaptureSync(path);
        const target = join(folder, 'out.pcapng');
        try {
          const pieces =
            how === 'redacted' ? new Redactor(Buffer.alloc(32, 7)).capture(session) : messagesToPcapng(session);
          writeFileSync(target, joined(pieces));
        } finally {
          session.close();
        }
        assert.deepEqual(messages(target), messages(path));
        const checks = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
        const bad =
          'tcp.checksum.status == "Bad" || ip.checksum.status == "Bad" || tcp.analysis.lost_segment || tcp.analysis.retransmission || tcp.analysis.ack_lost_segment';
        assert.equal(tshark('-r', target, ...checks, '-Y', bad), '');
      });
    }
  }
});
