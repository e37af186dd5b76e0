import assert from 'node:assert/strict';
import { encodeHeader } from '../../../src/protocol';
import { encodeRecord } from '../../../src/xdr';
import type { NdmpClient } from '../../support/ndmpClient';
import { TestServer } from '../../support/testServer';

const GET_HOST_INFO = 0x100;
const TAPE_OPEN = 0x300;
const word = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, n) => bytes.writeUInt32BE(value >>> 0, 4 * n));
  return bytes;
};
const request = (sequence: number, code = GET_HOST_INFO): Uint8Array =>
  encodeHeader({ sequence, timeStamp: 0, messageType: 0, code, replySequence: 0, error: 0 });

describe('conformance: records, headers and order', () => {
  let server: TestServer;
  let client: NdmpClient;
  before(async () => (server = await TestServer.start()));
  beforeEach(async () => (client = await server.connect(4)));
  afterEach(() => client.destroy());
  after(() => server.stop());

  /** The connection still serves. */
  const stillServes = () => client.expect('NDMP_CONFIG_GET_HOST_INFO');

  it('the server counts its messages from 1, replies and posts alike', async () => {
    for (let n = 0; n < 5; n++) await stillServes();
    assert.deepEqual(
      client.received.map(({ header }) => header.sequence),
      client.received.map((_, n) => n + 1),
    );
  });

  it('a reply carries the code and the sequence of its request, and no error in the header', async () => {
    const { header } = await client.ask(GET_HOST_INFO, undefined, { sequence: 0xfffffffe });
    assert.deepEqual([header.messageType, header.code, header.replySequence, header.error], [1, 256, 0xfffffffe, 0]);
  });

  it('sequence numbers that repeat, jump or wrap are served', async () => {
    for (const sequence of [7, 7, 0, 0xffffffff, 1]) {
      const { error } = await client.ask(GET_HOST_INFO, undefined, { sequence });
      assert.equal(error, 'NO_ERR');
    }
  });

  const CUTS: [string, (payload: Uint8Array) => Uint8Array][] = [
    ['one byte a fragment', (payload) => encodeRecord(payload, 1)],
    ['fragments that end within words', (payload) => encodeRecord(payload, 7)],
    ['an empty last fragment', (payload) => Buffer.concat([word(payload.length), payload, word(0x80000000)])],
    [
      'empty fragments before and between',
      (payload) =>
        Buffer.concat([word(0, 0, 10), payload.subarray(0, 10), word(0), encodeRecord(payload.subarray(10))]),
    ],
  ];
  for (const [name, cut] of CUTS) {
    it(`takes a record in ${name}`, async () => {
      client.sendRaw(cut(request(1000)));
      await stillServes();
      assert.ok(client.received.some(({ header, error }) => header.replySequence === 1000 && error === 'NO_ERR'));
    });
  }

  it('takes a record that comes byte by byte', async () => {
    for (const byte of encodeRecord(request(1000))) client.sendRaw(Uint8Array.of(byte));
    await stillServes();
    assert.ok(client.received.some(({ header }) => header.replySequence === 1000));
  });

  it('requests sent all at once are answered in their order, one by one', async () => {
    const sequences = Array.from({ length: 200 }, (_, n) => 5000 + n);
    client.sendRaw(Buffer.concat(sequences.map((sequence) => encodeRecord(request(sequence)))));
    await stillServes();
    const answered = client.received.map(({ header }) => header.replySequence).filter((each) => each >= 5000);
    assert.deepEqual(answered, sequences);
  });

  for (const length of [0, 1, 4, 20, 23]) {
    it(`a record of ${length} bytes has no header: it is discarded in silence`, async () => {
      const before = client.received.length;
      client.sendRaw(encodeRecord(new Uint8Array(length)));
      await stillServes();
      assert.equal(client.received.length, before + 1);
    });
  }

  it('a reply that nobody asked for is discarded', async () => {
    const before = client.received.length;
    client.send(GET_HOST_INFO, word(0), { messageType: 1, replySequence: 1 });
    await stillServes();
    assert.equal(client.received.length, before + 1);
  });

  const UNKNOWN = [0x0000, 0x10b, 0x1ff, 0x207, 0x308, 0x306, 0x408, 0x40c, 0x904, 0xa0a, 0xf001, 0xff01, 0x20500100];
  for (const code of [...UNKNOWN, 0x12345678, 0xffffffff]) {
    it(`code 0x${code.toString(16)} is NOT_SUPPORTED, in the header, without a body`, async () => {
      const reply = await client.ask(code, word(1, 2, 3));
      assert.deepEqual([reply.error, reply.bare, reply.problems], ['NOT_SUPPORTED', true, []]);
      await stillServes();
    });
  }

  for (const code of [0x500, 0x502, 0x602, 0x703]) {
    it(`a DMA's message of the post 0x${code.toString(16)} is not served`, async () => {
      const before = client.received.length;
      client.send(code, word(0, 0, 0));
      await stillServes();
      const answers = client.received.slice(before, -1);
      assert.ok(answers.every(({ error, bare }) => bare && error === 'NOT_SUPPORTED'));
    });
  }

  const BROKEN: [string, number, Uint8Array][] = [
    ['no body at all', TAPE_OPEN, word()],
    ['a string that is longer than the record', TAPE_OPEN, word(1000, 0)],
    ['a string of 4 GB', TAPE_OPEN, word(0xffffffff, 0x61616161)],
    ['a missing field', TAPE_OPEN, Buffer.concat([word(4), Buffer.from('nst0')])],
    ['half a word', 0xa08, Uint8Array.of(0, 0)],
    ['an array of 4 billion elements', 0x109, word(0xffffffff)],
    ['a variable without a value', 0x401, Buffer.concat([word(4), Buffer.from('dump'), word(1, 1)])],
  ];
  for (const [name, code, body] of BROKEN) {
    it(`${name} is XDR_DECODE, in the header`, async () => {
      const reply = await client.ask(code, body);
      assert.deepEqual([reply.error, reply.bare], ['XDR_DECODE', true]);
      await stillServes();
    });
  }

  it('bytes behind a complete body are passed over', async () => {
    const { error } = await client.ask(0xa08, word(10240, 1, 2, 3));
    assert.equal(error, 'NO_ERR');
  });

  it('padding that is not zero is passed over', async () => {
    const body = Buffer.concat([word(3), Buffer.from('xyz\xff', 'latin1'), word(0)]);
    const { error } = await client.ask(TAPE_OPEN, body);
    assert.equal(error, 'NO_DEVICE');
  });

  it('a header whose error is set is served all the same', async () => {
    const { error } = await client.ask(GET_HOST_INFO, undefined, {
      error: 5,
      replySequence: 99,
      timeStamp: 0xffffffff,
    });
    assert.equal(error, 'NO_ERR');
  });

  it('the requests before an orderly close are answered', async () => {
    client.sendRaw(Buffer.concat([1, 2, 3].map((n) => encodeRecord(request(7000 + n)))));
    client.socket.end();
    await client.closed;
    const answered = client.received.map(({ header }) => header.replySequence).filter((each) => each > 7000);
    assert.deepEqual(answered, [7001, 7002, 7003]);
  });
});
