import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { recordTls } from '../../support/tlsTalks';
import type { TlsStep, TlsTalkOptions } from '../../support/tlsTalks';
import { keyLogOf, openTalk, openWith, readingWith } from './support';

const hello = Buffer.from('hello from the client');
const answer = randomBytes(70_000);
const more = Buffer.from('more');
const STEPS: TlsStep[] = [
  { from: 'client', bytes: hello },
  { from: 'server', bytes: answer },
  { from: 'client', bytes: more },
];

async function assertOpens(options: TlsTalkOptions, suite: string, version: string): Promise<void> {
  const talk = await recordTls(STEPS, options);
  const opened = openWith(talk);
  assert.equal(opened.gaveUp, undefined);
  assert.deepEqual([opened.facts.suite, opened.facts.version], [suite, version]);
  assert.equal(talk.suite, suite);
  assert.deepEqual(opened.client, Buffer.concat([hello, more]));
  assert.ok(opened.server.equals(answer));
}

describe('TLS connections, opened by their key log', () => {
  describe('TLS 1.3', () => {
    for (const suite of [
      'TLS_AES_128_GCM_SHA256',
      'TLS_AES_256_GCM_SHA384',
      'TLS_CHACHA20_POLY1305_SHA256',
      'TLS_AES_128_CCM_SHA256',
      'TLS_AES_128_CCM_8_SHA256',
    ])
      it(suite, () => assertOpens({ version: 'TLSv1.3', ciphers: suite }, suite, 'TLS 1.3'));
  });

  describe('TLS 1.2', () => {
    const suites: [openssl: string, name: string, certificate: 'ec' | 'rsa'][] = [
      ['ECDHE-ECDSA-AES128-GCM-SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'ec'],
      ['ECDHE-RSA-AES256-GCM-SHA384', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'rsa'],
      ['ECDHE-ECDSA-CHACHA20-POLY1305', 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 'ec'],
      ['ECDHE-ECDSA-AES128-SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256', 'ec'],
      ['ECDHE-ECDSA-AES256-SHA384', 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384', 'ec'],
      ['ECDHE-ECDSA-AES256-SHA', 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA', 'ec'],
      ['ECDHE-ECDSA-AES256-CCM', 'TLS_ECDHE_ECDSA_WITH_AES_256_CCM', 'ec'],
      ['ECDHE-ECDSA-AES128-CCM8', 'TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8', 'ec'],
      ['AES128-SHA', 'TLS_RSA_WITH_AES_128_CBC_SHA', 'rsa'],
      ['AES256-GCM-SHA384', 'TLS_RSA_WITH_AES_256_GCM_SHA384', 'rsa'],
      ['DHE-RSA-AES128-GCM-SHA256', 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', 'rsa'],
      ['ECDHE-ECDSA-ARIA256-GCM-SHA384', 'TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384', 'ec'],
      ['ECDHE-ECDSA-CAMELLIA128-SHA256', 'TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256', 'ec'],
      ['ECDHE-ECDSA-NULL-SHA', 'TLS_ECDHE_ECDSA_WITH_NULL_SHA', 'ec'],
    ];
    for (const [openssl, name, certificate] of suites)
      it(name, () => assertOpens({ version: 'TLSv1.2', ciphers: openssl, certificate }, name, 'TLS 1.2'));
  });

  describe('before TLS 1.2', () => {
    for (const [version, name] of [
      ['TLSv1.1', 'TLS 1.1'],
      ['TLSv1', 'TLS 1.0'],
    ] as const)
      it(name, () =>
        assertOpens({ version, ciphers: 'ECDHE-ECDSA-AES128-SHA' }, 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', name),
      );
  });

  it('in pieces of any size', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const talk = await recordTls(STEPS, { version });
      const pieces = talk.wire.flatMap(({ from, bytes }) =>
        Array.from({ length: Math.ceil(bytes.length / 7) }, (_, i) => ({
          from,
          bytes: bytes.subarray(7 * i, 7 * i + 7),
        })),
      );
      const opened = openTalk(pieces, readingWith(keyLogOf(talk.keyLog)));
      assert.ok(opened.server.equals(answer));
      assert.deepEqual(opened.client, Buffer.concat([hello, more]));
    }
  });

  it('through a renegotiation', async () => {
    const talk = await recordTls([...STEPS.slice(0, 2), 'renegotiate', ...STEPS.slice(2), ...STEPS], {
      version: 'TLSv1.2',
    });
    const opened = openWith(talk);
    assert.deepEqual(opened.client, Buffer.concat([hello, more, hello, more]));
    assert.ok(opened.server.equals(Buffer.concat([answer, answer])));
  });

  it('with keys that come only later', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const talk = await recordTls([...STEPS, ...STEPS], { version });
      const log = keyLogOf('');
      const reading = readingWith(log);
      const last = talk.wire.length - 1;
      let told = 0;
      const wire = talk.wire.map((chunk, at) => ({
        from: chunk.from,
        get bytes(): Buffer {
          if (at === last && told++ === 0) log.push(Buffer.from(talk.keyLog));
          return chunk.bytes;
        },
      }));
      const opened = openTalk(wire, reading);
      assert.deepEqual(opened.client, Buffer.concat([hello, more, hello, more]), version);
      assert.equal(reading.memory.bytes, 0);
    }
  });

  it('tells when keys are missing, and when they are wrong', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const talk = await recordTls(STEPS, { version });
      assert.equal(openWith(talk, '').gaveUp, 'no keys');
      const wrong = talk.keyLog.replace(/[0-9a-f]{8}$/gm, '00000000');
      const long = await recordTls(
        Array.from({ length: 40 }, () => STEPS[0]),
        { version },
      );
      const longWrong = long.keyLog.replace(/[0-9a-f]{8}$/gm, '00000000');
      assert.equal(openWith(talk, wrong).client.length, 0);
      assert.equal(openWith(long, longWrong).gaveUp, 'wrong keys');
    }
  });
});
