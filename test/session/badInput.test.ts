import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { summarize } from '../../src/analysis/summary';
import { bodyToJson, decodeMessage, decodeTree } from '../../src/protocol';
import type { CaptureSession } from '../../src/session/capture';
import { findCapture } from '../support/captures';
import { PcapngBlocks, pcap, pcapng } from '../support/captureFiles';
import { assertSound, indexed, rowsOf, tryIndex } from '../support/indexed';
import type { Row } from '../support/indexed';
import { Conversation, ethernet, ipv4, tcp, CLIENT, SERVER } from '../support/packets';
import { history, message, reply, request } from '../support/records';
import { encodeRecord } from '../../src/xdr';

/** Whatever the machine does beside: bad input takes no longer than this. */
const MOST_MS = 10_000;

function sample(name: string): Buffer {
  const path = findCapture(name);
  assert.ok(path, `${name} is there`);
  return readFileSync(path);
}

/** Indexes bytes that may be anything, reads and decodes every message. */
function survive(bytes: Uint8Array): CaptureSession | undefined {
  const start = performance.now();
  const session = tryIndex(bytes);
  if (session !== undefined) {
    assertSound(session);
    for (let row = 0; row < session.index.count; row++) {
      const context = session.context(row);
      const { payload } = session.record(row);
      const { value } = decodeMessage(payload, context);
      bodyToJson(value, context);
      summarize(value, context);
      decodeTree(payload, context);
    }
  }
  assert.ok(performance.now() - start < MOST_MS, 'no hang');
  return session;
}

/** Rows but for what the later part of a file may add to them. */
function settled(rows: Row[]): unknown[] {
  return rows.map(({ pair: _pair, problems: _problems, version: _version, bodyError: _bodyError, ...row }) => row);
}

describe('bad input', function () {
  this.timeout(60_000);

  const small = new Conversation().open().send('client', request(1)).send('server', reply(1, 1), history(2, 90));
  small
    .send('server', history(3, 300).subarray(0, 200), history(3, 300).subarray(200))
    .send('client', request(2))
    .end('client');

  describe('files cut at every byte', () => {
    for (const [name, file] of Object.entries({
      pcap: pcap(small.packets),
      'pcap, big endian, nanoseconds': pcap(small.packets, { little: false, nanoseconds: true }),
      pcapng: pcapng(small.packets),
      'pcapng, big endian': pcapng(small.packets, false),
    })) {
      it(`${name}: the rows before the cut, and the cut is named`, () => {
        const whole = settled(rowsOf(indexed(file)));
        const boundaries = new Set<number>([file.length]);
        let at = name.startsWith('pcapng') ? 0 : 24;
        const big = name.includes('big endian');
        while (at < file.length) {
          boundaries.add(at);
          const word = (offset: number): number =>
            big ? file.readUInt32BE(at + offset) : file.readUInt32LE(at + offset);
          at += name.startsWith('pcapng') ? word(4) : 16 + word(8);
        }
        for (let cut = 0; cut < file.length; cut++) {
          const session = survive(file.subarray(0, cut));
          if (session === undefined) {
            assert.ok(cut < 24, `${cut} bytes are no capture`);
            continue;
          }
          const rows = rowsOf(session);
          const complete = rows.filter(({ problems }) => problems.length === 0);
          assert.deepEqual(settled(complete), whole.slice(0, complete.length), `cut at ${cut}`);
          assert.ok(rows.length - complete.length <= 1);
          const isNamed = session.index.damage.some(({ kind }) => kind === 'truncated');
          assert.equal(isNamed, !boundaries.has(cut), `cut at ${cut}`);
        }
      });
    }

    it('a real capture, cut anywhere', () => {
      const file = sample('query-v4.pcap');
      const whole = settled(rowsOf(indexed(file)));
      fc.assert(
        fc.property(fc.integer({ min: 24, max: file.length }), (cut) => {
          const rows = rowsOf(indexed(file.subarray(0, cut))).filter(({ problems }) => problems.length === 0);
          assert.deepEqual(settled(rows), whole.slice(0, rows.length));
        }),
        { numRuns: 200 },
      );
    });
  });

  describe('random changes', () => {
    const names = [
      'query-v4.pcap',
      'edited-pcapng-options.pcapng',
      'edited-pcapng-two-sections.pcapng',
      'edited-vlan.pcap',
      'edited-keepalives.pcap',
    ];

    for (const name of names) {
      it(`${name}: flipped bits and overwritten words`, () => {
        const file = sample(name);
        const flip = fc.tuple(fc.nat(file.length - 1), fc.nat(7));
        const edge = fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffc, 0x80000018, 0x4000000);
        const word = fc.tuple(fc.nat(file.length - 4), edge, fc.boolean());
        fc.assert(
          fc.property(fc.array(flip, { maxLength: 20 }), fc.array(word, { maxLength: 6 }), (flips, words) => {
            const broken = Buffer.from(file);
            for (const [at, bit] of flips) broken[at] ^= 1 << bit;
            for (const [at, value, little] of words)
              little ? broken.writeUInt32LE(value, at) : broken.writeUInt32BE(value, at);
            survive(broken);
          }),
          { numRuns: 120 },
        );
      });
    }

    it('random bytes, with and without the head of a capture', () => {
      const heads = [Buffer.alloc(0), pcap([]), pcap([], { little: false }), pcapng([]), pcapng([], false)];
      fc.assert(
        fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 2000 }), (head, bytes) => {
          survive(Buffer.concat([head, bytes]));
        }),
        { numRuns: 400 },
      );
    });

    it('random bytes as payload of an NDMP connection', () => {
      fc.assert(
        fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 10 }), (payloads) => {
          const talk = new Conversation().open().send('client', request(1), ...payloads, request(2));
          assert.ok((survive(pcap(talk.packets))?.index.count ?? 0) >= 1);
        }),
        { numRuns: 200 },
      );
    });
  });

  describe('lengths of 4 GB', () => {
    const HUGE = [0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff];

    it('in every 32-bit word of a capture, one at a time', () => {
      for (const file of [pcap(small.packets), pcapng(small.packets)]) {
        for (let at = 0; at + 4 <= file.length; at += 1) {
          const broken = Buffer.from(file);
          broken.writeUInt32BE(0xffffffff, at);
          survive(broken);
        }
      }
    });

    it('in packet headers and blocks', () => {
      for (const value of HUGE) {
        const file = pcap(small.packets);
        for (const field of [8, 12]) {
          const broken = Buffer.from(file);
          broken.writeUInt32LE(value, 24 + field);
          assert.ok((survive(broken)?.index.count ?? 0) >= 5, 'one packet of the handshake is lost at most');
        }
        const blocks = new PcapngBlocks();
        for (const type of [1, 2, 3, 4, 5, 6, 10, 0x0a0d0d0a]) {
          const head = Buffer.from(blocks.block(type, Buffer.alloc(40)));
          head.writeUInt32LE(value, 4);
          survive(
            Buffer.concat([
              blocks.section(),
              blocks.interface(),
              head,
              ...small.packets.map((bytes) => blocks.packet(bytes, 1n)),
            ]),
          );
        }
      }
    });

    it('in IP and TCP headers', () => {
      const segment = tcp({ source: CLIENT, destination: SERVER, sequence: 1000, payload: request(1) });
      for (const totalLength of [0, 1, 19, 20, 39, 40, 41, 65_535]) {
        for (let offset = 0; offset < 16; offset++) {
          const bytes = Buffer.from(segment);
          bytes[12] = offset << 4;
          survive(pcap([ethernet(ipv4(CLIENT.address, SERVER.address, bytes, { totalLength })), ...small.packets]));
        }
      }
    });

    it('in record marks: the messages after it are there', () => {
      for (const mark of [...HUGE, 0x84000000, 0x83ffffff, 0x04000001]) {
        const broken = history(3, 500);
        broken.writeUInt32BE(mark, 0);
        const talk = new Conversation()
          .open()
          .send('client', request(1))
          .send('server', reply(1, 1), history(2, 90), broken);
        talk.send('server', history(4, 90), history(5, 90));
        const rows = rowsOf(survive(pcap(talk.packets)) as CaptureSession);
        assert.deepEqual(
          rows.slice(-2).map(({ sequence }) => sequence),
          [4, 5],
          mark.toString(16),
        );
      }
    });

    it('in every word of the bodies of messages', () => {
      const { index, ...session } = withMethods(indexed(sample('query-v4.pcap')));
      for (let row = 0; row < index.count; row++) {
        const context = session.context(row);
        const { payload } = session.record(row);
        for (let at = 24; at + 4 <= payload.length; at += 4) {
          const broken = Buffer.from(payload);
          broken.writeUInt32BE(0xffffffff, at);
          const start = performance.now();
          const { value } = decodeMessage(broken, context);
          bodyToJson(value, context);
          summarize(value, context);
          decodeTree(broken, context);
          assert.ok(performance.now() - start < 2000);
        }
      }
    });
  });

  describe('repetition', () => {
    it('arrays of a million entries in one message are decoded in time', () => {
      const count = 1_000_000;
      const body = Buffer.alloc(4 + 4 * count);
      body.writeUInt32BE(count, 0);
      const record = Buffer.from(encodeRecord(message({ sequence: 2, code: 0x703, body })));
      const talk = new Conversation().open().send('client', request(1));
      for (let at = 0; at < record.length; at += 60_000) talk.send('server', record.subarray(at, at + 60_000));
      const session = survive(pcap(talk.packets));
      assert.equal(session?.index.count, 2);
    });

    it('records of no bytes and rubbish in large packets cost no more than their bytes', () => {
      for (const fill of [0x00, 0x80, 0xff, 0x01]) {
        const talk = new Conversation().open().send('client', request(1));
        for (let i = 0; i < 100; i++) talk.send('client', Buffer.alloc(60_000, fill));
        talk.send('client', request(2));
        survive(pcap(talk.packets));
      }
    });

    it('headers of messages without end cost no more than their bytes', () => {
      const head = Buffer.concat([Buffer.of(0, 0, 0, 24), message({ sequence: 2 })]);
      const talk = new Conversation().open().send('client', request(1));
      for (let i = 0; i < 20; i++) talk.send('client', Buffer.concat(Array<Buffer>(2000).fill(head)));
      survive(pcap(talk.packets));
    });
  });
});

function withMethods(session: CaptureSession) {
  return { index: session.index, context: session.context.bind(session), record: session.record.bind(session) };
}
