import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describeWithPeer } from '../support/peers';
import { buildSample } from './samples';
import type { ExpectedRow } from './talk';

const FOLDER = resolve(__dirname, '../../samples/what-wireshark-does-not-show');

describeWithPeer('tshark', 'samples: what tshark makes of them', () => {
  it('extensions: no message of an extension class', () => {
    const codes = ndmp('extensions', 'ndmp.msg').map(Number);
    assert.equal(codes.filter((code) => code > 0xffff).length, 0);
    assert.equal(rows('extensions').filter((row) => row.code > 0xffff).length, 17);
    assert.equal(codes.length, rows('extensions').length - 17);
  });

  it('extensions: no class in the older encoding of the selection', () => {
    assert.match(verbose('extensions', 76), /CONFIG_SET_EXT_LIST\n.*Class and version\n.*no values/);
    const ours = rows('extensions').find((row) => row.frame === 76);
    assert.deepEqual(ours?.body.class_list, [{ class_id: 0x7ff0, versions: [1] }]);
  });

  it('v4-header-errors: no reply whose header has an error above 23', () => {
    const replies = ndmp('v4-header-errors', 'frame.number', 'ndmp.msg_type==1 && frame.number > 12');
    assert.deepEqual(replies, []);
    const ours = rows('v4-header-errors').filter((row) => row.headerError > 0);
    assert.deepEqual(
      ours.map((row) => row.headerError),
      [24, 25, 26, 27, 28, 29, 30],
    );
  });

  for (const [name, port] of [
    ['port-30000', 30_000],
    ['any-port', 41_952],
  ] as const) {
    it(`${name}: nothing, even when told that port ${port} is NDMP`, () => {
      assert.deepEqual(ndmp(name, 'frame.number'), []);
      assert.deepEqual(ndmp(name, 'frame.number', 'ndmp', ['-d', `tcp.port==${port},ndmp`]), []);
      assert.equal(rows(name).length, 7);
    });
  }

  it('header-clocks: no message whose header says a time before 1980 or after 2029', () => {
    assert.equal(ndmp('header-clocks', 'frame.number').length, 5);
    assert.equal(rows('header-clocks').length, 13);
  });

  it('large-record: not the request with more than a million bytes', () => {
    const requests = ndmp('large-record', 'ndmp.msg', 'ndmp.msg_type==0').map(Number);
    assert.ok(!requests.includes(0x304));
    assert.ok(rows('large-record').some((row) => row.code === 0x304 && row.kind === 'request'));
  });

  it('ipv6-addresses: no address of the data connection', () => {
    assert.match(verbose('ipv6-addresses', 33), /Unknown addr type \(0x20510004\)/);
    assert.doesNotMatch(verbose('ipv6-addresses', 33).split('Network Data')[1], /2001:db8/);
  });

  it('v2-history-and-logs: unknown messages', () => {
    const unknown = info('v2-history-and-logs').filter((line) => /Unknown Message/.test(line));
    assert.deepEqual(
      unknown.map((line) => /0x\w+/.exec(line)?.[0]),
      ['0x600', '0x601', '0x701', '0x702', '0x700'],
    );
  });

  it('v2-states: an error that is none, and no state of the tape', () => {
    assert.match(info('v2-states', 20)[0], /NOT_SUPPORTED_ERR/);
    assert.match(info('v2-states', 24)[0], /SEQUENCE_NUM_ERR.*Malformed/);
    assert.match(info('v2-states', 14)[0], /Malformed/);
    assert.ok(rows('v2-states').every((row) => row.error === 0 || row.error === null));
  });

  it('recover-filehist: an unknown message in every version', () => {
    assert.equal(info('recover-filehist').filter((line) => line.includes('Unknown Message (0x40b)')).length, 6);
  });

  it('reply-times: 1 second instead of 6', () => {
    assert.deepEqual(ndmp('reply-times', 'ndmp.time', 'frame.number==24'), ['1.000000000']);
    assert.equal(rows('reply-times').find((row) => row.frame === 24)?.latency, 6);
  });

  it('rare-messages: a file that was not found is shown as a busy device', () => {
    assert.match(info('rare-messages', 76)[0], /DEVICE_BUSY_ERR/);
    assert.equal(rows('rare-messages').find((row) => row.frame === 76)?.body.recovery_status, 'FAILED_NOT_FOUND');
  });

  it('rare-messages: not to which message a log entry belongs', () => {
    assert.doesNotMatch(verbose('rare-messages', 80), /associated/i);
    assert.equal(rows('rare-messages').find((row) => row.frame === 80)?.body.associated_message_valid, 'YES');
  });
});

function rows(name: string): readonly ExpectedRow[] {
  return buildSample(name).rows;
}

function run(name: string, args: readonly string[]): string[] {
  const file = `${FOLDER}/${buildSample(name).file}`;
  const result = spawnSync('tshark', ['-r', file, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.equal(result.status, 0, result.stderr);
  return result.stdout.split('\n').filter((line) => line !== '');
}

/** One field of each NDMP message. */
function ndmp(name: string, field: string, filter = 'ndmp', more: readonly string[] = []): string[] {
  const lines = run(name, [...more, '-Y', `ndmp && (${filter})`, '-T', 'fields', '-e', field]);
  return lines.flatMap((line) => line.split(','));
}

/** The packet list, of all NDMP packets or of one frame. */
function info(name: string, frame?: number): string[] {
  return run(name, ['-Y', frame === undefined ? 'ndmp' : `frame.number==${frame}`]);
}

/** Everything that tshark says about one frame. */
function verbose(name: string, frame: number): string {
  return run(name, ['-V', '-Y', `frame.number==${frame}`]).join('\n');
}
