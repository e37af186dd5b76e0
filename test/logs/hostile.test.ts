import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MemorySource } from '../../src/capture/byteSource';
import { detectSource, openSession, startPass, type LogFormat } from '../../src/logs';
import type { CaptureSession } from '../../src/session/capture';
import { decodeMessage } from '../../src/protocol';
import { knownPayload } from '../../src/session/recordReader';

const P1 = 'Wed Dec 21 2016 10:10:32 +00:00 [kern_ndmpd:info:5123] [46049]  DEBUG: ';
const HEAD = [
  'DMA>>S V4 sequence=10 (0xa)',
  '     message type=0 (NDMP4_MESSAGE_REQUEST)',
  '     message_code=0x40a (NDMP4_DATA_CONNECT)',
];

function read(bytes: Uint8Array, format?: LogFormat): CaptureSession {
  const source = new MemorySource(bytes);
  const detected = format ? { format, keys: [] } : detectSource(source);
  assert.ok(detected, 'it is a log');
  const { pass, state } = startPass(source, detected);
  while (pass.step());
  pass.finish();
  return openSession(pass.index, pass.info(bytes.length, false), source, state);
}

function readAll(session: CaptureSession): void {
  for (let row = 0; row < session.index.count; row++) {
    const record = session.record(row);
    decodeMessage(knownPayload(record), session.context(row));
    assert.ok(record.payload.length >= 24 && record.payload.length < 80 * 1024 * 1024);
    assert.ok((session.rawText?.(row).text.length ?? 0) <= 2 * 1024 * 1024);
    session.untold?.(row);
  }
}

function ontap(...lines: string[]): Buffer {
  return Buffer.from([...HEAD, ...lines].map((line) => `${P1}${line}\n`).join(''), 'latin1');
}

describe('logs: hostile ones', () => {
  it('lines of 10 MB', () => {
    const session = read(ontap(`     x=${'y'.repeat(10_000_000)}`, 'DMA>>S V4 sequence=11 (0xb)', HEAD[2]));
    assert.equal(session.index.count, 2);
    assert.equal(session.index.sequence(1), 11);
    readAll(session);
  });

  it('zeros, control characters and markup in values stay text', () => {
    const session = read(ontap('     addr_type=\0\x1b[31m<script>alert(1)</script>', '     tcp_addr[0] <b>=1'));
    readAll(session);
    assert.match(session.index.problems(0).join(' '), /addr.type cannot be read/);
    assert.doesNotMatch(session.index.problems(0).join(' '), /script/);
  });

  it('numbers of elements and lengths that cannot be', () => {
    const session = read(
      ontap(
        '     addr_type=1 (NDMP4_ADDR_TCP)',
        '     tcp_addr len=4294967295 (0xffffffff)',
        '     tcp_addr[999999999] port=1',
        '     tcp_addr[0] ip_addr=0x1',
        `     ${'a[0] '.repeat(50)}b=1`,
      ),
    );
    readAll(session);
    assert.match(session.index.problems(0).join(' '), /has 4294967295 elements and tells 1/);
  });

  it('bytes that are counted and not told are not made', () => {
    const log = '05:35:50.1 1 #C   >C NDMP4_TAPE_WRITE 5\n05:35:50.2 1 #C      data_out_len=4000000000\n';
    const session = read(Buffer.from(log));
    assert.ok(session.record(0).payload.length < 100_000);
    readAll(session);
  });

  it('a message whose lines lie among those of thousands of other sessions', () => {
    const other = (at: number): string => `${P1.replace('46049', String(at % 9000))}     Time_stamp=0x1 (x)\n`;
    const noise = Array.from({ length: 20_000 }, (_unused, at) => other(at)).join('');
    const text = `${HEAD.map((line) => `${P1}${line}\n`).join('')}${noise}${P1}     addr_type=0 (NDMP4_ADDR_LOCAL)\n`;
    const session = read(Buffer.from(text));
    readAll(session);
  });

  for (const format of ['ontap-log', 'ndmjob-log'] as const) {
    it(`random bytes and random lines as ${format}`, () => {
      const words = fc.constantFrom(
        'DMA>>S V4 sequence=',
        '#C   C> NDMP4_',
        'env[0] name=',
        'Time_stamp=0x',
        '\n',
        P1,
        '=',
        '\0',
        'R> ?0x',
        '{ 1 2 }',
        "'",
        '..... ',
      );
      const text = fc
        .array(fc.oneof(words, fc.string()), { maxLength: 60 })
        .map((parts) => Buffer.from(parts.join('')));
      const bytes = fc.oneof(
        text,
        fc.uint8Array({ maxLength: 400 }).map((each) => Buffer.from(each)),
      );
      fc.assert(
        fc.property(bytes, (each) => readAll(read(each, format))),
        { numRuns: 300 },
      );
    });
  }

  it('memory and time stay in bounds with a long log', function () {
    this.timeout(20_000);
    const message = ontap('     addr_type=0 (NDMP4_ADDR_LOCAL)');
    const bytes = Buffer.concat(Array.from({ length: 20_000 }, () => message));
    const begin = performance.now();
    const session = read(bytes);
    assert.equal(session.index.count, 20_000);
    const seconds = (performance.now() - begin) / 1000;
    assert.ok(bytes.length / seconds > 1_000_000, `${Math.round(bytes.length / seconds / 1000)} kB a second`);
  });
});
