import assert from 'node:assert/strict';
import { bodyToJson, decodeHeader, encodeMessage, type BodyOf } from '../../src/protocol';
import { encodeRecord } from '../../src/xdr';
import { fromHex, toHex } from '../support/hex';
import { contextOf, decodeBody, headerFor, payloadOf, readRecord } from './support/bodies';

function body(code: number, kind: 'request' | 'reply' | 'post', version: 2 | 3 | 4, hex: string) {
  const decoded = decodeBody(contextOf(code, kind, version), hex);
  assert.deepEqual(decoded.problems, []);
  assert.equal(decoded.trailing.length, 0);
  return decoded.value;
}

describe('records byte for byte', () => {
  it('the first exchange', () => {
    const status = readRecord(
      '80000024 00000001 66000000 00000000 00000502 00000000 00000000 00000000 00000004 00000000',
      'post',
    );
    assert.deepEqual(status.header, {
      sequence: 1,
      timeStamp: 0x66000000,
      messageType: 0,
      code: 0x502,
      replySequence: 0,
      error: 0,
    });
    assert.deepEqual(status.decoded.value, { reason: 0, protocol_version: 4, text_reason: '' });
    const open = readRecord('8000001c 00000001 66000000 00000000 00000900 00000000 00000000 00000004', 'request');
    assert.deepEqual(open.decoded.value, { protocol_version: 4 });
    const reply = readRecord('8000001c 00000002 66000000 00000001 00000900 00000001 00000000 00000000', 'reply');
    assert.equal(reply.header.replySequence, 1);
    assert.deepEqual(reply.decoded.value, { error: 0 });
    for (const { header, decoded, context, payload } of [status, open, reply])
      assert.equal(toHex(encodeMessage(header, decoded.value, context)), toHex(payload));
  });

  it('a reply with an error in its header has no body', () => {
    const refused = readRecord('80000018 00000003 66000000 00000001 00000306 00000002 00000001', 'reply');
    assert.equal(refused.header.error, 1);
    assert.deepEqual(refused.decoded, { value: {}, problems: [], trailing: new Uint8Array(0) });
  });

  it('bytes after a header with an error are kept and named', () => {
    const context = contextOf(0xa01, 'reply', 4, 9);
    const decoded = decodeBody(context, '00000000');
    assert.deepEqual(decoded.value, {});
    assert.deepEqual(decoded.problems, [{ offset: 24, length: 4, text: '4 bytes after a header with an error' }]);
    assert.deepEqual(decoded.trailing, fromHex('00000000'));
  });

  it('client authentication with a digest', () => {
    const record =
      '80000034 00000003 66000000 00000000 00000901 00000000 00000000 ' +
      '00000002 00000004 6e646d70 70a332cc 22e42742 ea3fe70e 383273c9';
    const { decoded, header, context } = readRecord(record, 'request');
    const digest = fromHex('70a332cc22e42742ea3fe70e383273c9');
    assert.deepEqual(decoded.value, { auth_data: { type: 2, auth_id: 'ndmp', auth_digest: digest } });
    assert.deepEqual(bodyToJson(decoded.value, context), {
      auth_data: { type: 'MD5', auth_id: 'ndmp', auth_digest: '70a332cc22e42742ea3fe70e383273c9' },
    });
    assert.equal(toHex(encodeRecord(encodeMessage(header, decoded.value, context))), record.replaceAll(' ', ''));
  });

  it('MOVER_LISTEN reply in v2, v3 and v4', () => {
    const old = '00000000 00000001 c000020a 00009c41';
    const address = { type: 1, ip_addr: 0xc000020a, port: 40001 };
    assert.deepEqual(body(0xa01, 'reply', 2, old), { error: 0, mover: address });
    assert.deepEqual(body(0xa01, 'reply', 3, old), { error: 0, data_connection_addr: address });
    const value = body(0xa01, 'reply', 4, '00000000 00000001 00000001 c000020a 00009c41 00000000');
    const expected: BodyOf<'NDMP_MOVER_LISTEN', 4, 'reply'> = {
      error: 0,
      connect_addr: { type: 1, tcp_addr: [{ ip_addr: 0xc000020a, port: 40001, addr_env: [] }] },
    };
    assert.deepEqual(value, expected);
    assert.deepEqual(bodyToJson(value, contextOf(0xa01, 'reply')), {
      error: 'NO_ERR',
      connect_addr: { type: 'TCP', tcp_addr: [{ ip_addr: '192.0.2.10', port: 40001, addr_env: [] }] },
    });
  });

  it('a recovery list entry', () => {
    const entry =
      '0000000c 2f757365 72732f74 796c6572 0000000f 2f766f6c 2f766f6c 312f7573 65727300 ' +
      '00000009 74796c65 722e6e65 77000000 00000000 00000000 00001267 00000000 12345600';
    const v4 = body(0x402, 'request', 4, `00000000 00000001 ${entry} 00000004 64756d70`);
    assert.deepEqual(v4, {
      env: [],
      nlist: [
        {
          original_path: '/users/tyler',
          destination_path: '/vol/vol1/users',
          name: 'tyler.new',
          other_name: '',
          node: 4711n,
          fh_info: 0x12345600n,
        },
      ],
      bu_type: 'dump',
    });
    const v3 = body(0x402, 'request', 3, `00000000 00000001 ${entry} 00000004 64756d70`);
    assert.deepEqual(Object.keys((v3.nlist as object[])[0]), [
      'original_path',
      'destination_dir',
      'new_name',
      'other_name',
      'node',
      'fh_info',
    ]);
  });

  it('CAB_DATA_CONN_PREPARE', () => {
    const record =
      '80000058 00000007 68000000 00000000 20520001 00000000 00000000 00000001 00000004 64756d70 00000002 ' +
      '0000000a 46494c45 53595354 454d0000 00000009 2f767331 2f766f6c 31000000 00000004 54595045 00000004 64756d70';
    const { decoded, header, context } = readRecord(record, 'request');
    assert.deepEqual(decoded.value, {
      addr_type: 1,
      bu_type: 'dump',
      env: [
        { name: 'FILESYSTEM', value: '/vs1/vol1' },
        { name: 'TYPE', value: 'dump' },
      ],
    });
    assert.equal(toHex(encodeRecord(encodeMessage(header, decoded.value, context))), record.replaceAll(' ', ''));
  });

  it('what follows the error in a CAB reply is kept raw, and is no problem', () => {
    const decoded = decodeBody(contextOf(0x20520001, 'reply'), '00000000 00000005');
    assert.deepEqual(decoded, { value: { error: 0 }, problems: [], trailing: fromHex('00000005') });
  });

  it('CONFIG_SET_EXT_LIST in both encodings', () => {
    const context = contextOf(0x109, 'request');
    const draft = decodeBody(context, '00000001 00002052 00000001');
    assert.deepEqual(draft.value, { selected: [{ class_id: 0x2052, version: 1 }] });
    assert.deepEqual(draft.problems, []);
    const other = decodeBody(context, '00000000 00000001 00002052 00000001 00000001');
    assert.deepEqual(other.value, { error: 0, class_list: [{ class_id: 0x2052, versions: [1] }] });
    assert.match(other.problems[0].text, /^non-conforming encoding/);
    for (const hex of ['00000001 00002052 00000001', '00000000 00000001 00002052 00000001 00000001', '00000000']) {
      const { value, trailing } = decodeBody(context, hex);
      const again = encodeMessage(headerFor(context), value, context, trailing);
      assert.equal(toHex(again.subarray(24)), toHex(fromHex(hex)));
    }
  });

  it('a short SET_EXT_LIST is the draft form with an empty list', () => {
    const decoded = decodeBody(contextOf(0x109, 'request'), '00000000');
    assert.deepEqual(decoded.value, { selected: [] });
    assert.deepEqual(decoded.problems, []);
  });

  it('IPv6 addresses of the connection address extension', () => {
    const hex =
      '20510004 00000002 20010db8 00000000 00000000 00000001 00002710 00000000 ' +
      '00000000 00000000 00000000 00000001 00002711 00000001 00000001 61000000 00000001 62000000';
    const context = contextOf(0x40a, 'request');
    const decoded = decodeBody(context, hex);
    assert.deepEqual(bodyToJson(decoded.value, context), {
      addr: {
        type: 'TCP_IPV6',
        tcp6_addr: [
          { ipv6_addr: '2001:db8::1', port: 10000, addr_env: [] },
          { ipv6_addr: '::1', port: 10001, addr_env: [{ name: 'a', value: 'b' }] },
        ],
      },
    });
    assert.deepEqual(decoded.problems, []);
  });

  it('TEST_ECHO versions 1 and 2', () => {
    const context = contextOf(0x7ff00000, 'request');
    assert.deepEqual(decodeBody(context, '00000002 68690000').value, { echo_msg: 'hi' });
    const second = decodeBody(context, '00000002 68690000 0000002a');
    assert.deepEqual(second.value, { echo_msg: 'hi', echo_short: 42 });
    assert.deepEqual(second.problems, []);
    const again = encodeMessage(headerFor(context), second.value, context);
    assert.equal(toHex(again.subarray(24)), '00000002686900000000002a');
  });

  it('states put the mask before the error from v3', () => {
    const tape = '00000030 00000000 00000010 00000001 00000000 00000200 00000002 0000000000000000 ffffffffffffffff';
    const v4 = body(0x302, 'reply', 4, tape);
    assert.deepEqual(bodyToJson(v4, contextOf(0x302, 'reply')), {
      unsupported: ['total_space', 'space_remain'],
      error: 'NO_ERR',
      flags: ['WR_PROT'],
      file_num: 1,
      soft_errors: 0,
      block_size: 512,
      blockno: 2,
      total_space: '0',
      space_remain: '18446744073709551615',
    });
    const v3 = body(0x302, 'reply', 3, `${tape} 00000007`);
    assert.equal(v3.invalid, 0x30);
    assert.equal(v3.partition, 7);
  });

  it('snapshot messages whose layout is not public stay raw', () => {
    const decoded = decodeBody(contextOf(0x20500102, 'request'), '00000001 00000002');
    assert.deepEqual(decoded, { value: {}, problems: [], trailing: fromHex('0000000100000002') });
  });

  it('a header needs 24 bytes', () => {
    assert.equal(decodeHeader(payloadOf(contextOf(0x900, 'request'), '').subarray(1)), undefined);
    assert.equal(decodeHeader(payloadOf(contextOf(0x900, 'request'), ''))?.code, 0x900);
  });
});
