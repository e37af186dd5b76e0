import assert from 'node:assert/strict';
import { bodyToJson, encodeMessage } from '../../src/protocol';
import { fromHex, toHex } from '../support/hex';
import { contextOf, decodeBody, headerFor } from './support/bodies';

function texts(decoded: ReturnType<typeof decodeBody>): string[] {
  return decoded.problems.map((problem) => problem.text);
}

describe('tolerance', () => {
  it('keeps what was understood of a damaged body and marks the rest', () => {
    const context = contextOf(0x100, 'reply');
    const hex = '00000000 00000004 68657265 00000003 41495800 ffffffff 01020304';
    const decoded = decodeBody(context, hex);
    assert.deepEqual(decoded.value, { error: 0, hostname: 'here', os_type: 'AIX' });
    assert.deepEqual(decoded.problems, [
      { offset: 44, length: 8, text: 'os_vers: length 4294967295, but only 4 bytes are left' },
    ]);
    assert.deepEqual(decoded.trailing, fromHex('ffffffff01020304'));
    const again = encodeMessage(headerFor(context), decoded.value, context, decoded.trailing);
    assert.equal(toHex(again.subarray(24)), toHex(fromHex(hex)));
  });

  it('names the field by its path', () => {
    const decoded = decodeBody(contextOf(0x404, 'reply'), '00000000 00000002 00000001 61000000 00000001 62000000 0000');
    assert.deepEqual(decoded.value, { error: 0, env: [{ name: 'a', value: 'b' }] });
    assert.deepEqual(texts(decoded), ['env[1].name: 4 bytes wanted, 2 left']);
  });

  it('takes the layout of another version when only that one fits', () => {
    const context = contextOf(0xa01, 'reply', 4);
    const decoded = decodeBody(context, '00000000 00000001 c000020a 00009c41');
    assert.deepEqual(decoded.value.data_connection_addr, { type: 1, ip_addr: 0xc000020a, port: 40001 });
    assert.deepEqual(texts(decoded), ['laid out as in NDMPv3, not as in NDMPv4']);
    assert.deepEqual(bodyToJson(decoded.value, context), {
      error: 'NO_ERR',
      data_connection_addr: { type: 'TCP', ip_addr: '192.0.2.10', port: 40001 },
    });
    const v3 = decodeBody(contextOf(0x40a, 'request', 3), '00000001 00000001 c000020a 00009c41 00000000');
    assert.deepEqual(texts(v3), ['laid out as in NDMPv4, not as in NDMPv3']);
  });

  it('takes halt posts with a text in v4, as older versions have it', () => {
    const decoded = decodeBody(contextOf(0x501, 'post', 4), '00000001 00000002 6f6b0000');
    assert.deepEqual(decoded.value, { reason: 1, text_reason: 'ok' });
    assert.deepEqual(texts(decoded), ['laid out as in NDMPv3, not as in NDMPv4']);
  });

  it('decodes messages that the version does not have by the nearest version that does', () => {
    const dir = decodeBody(contextOf(0x701, 'post', 3), '00000001 00000001 61000000 00000002 00000001');
    assert.deepEqual(dir.value, { dirs: [{ name: 'a', node: 2, parent: 1 }] });
    const log = decodeBody(contextOf(0x603, 'post', 2), '00000000 00000007 00000002 68690000');
    assert.deepEqual(log.value, { log_type: 0, message_id: 7, entry: 'hi' });
    assert.deepEqual([...texts(dir), ...texts(log)], []);
    const recover = '00000000 00000000 00000000 00000003 74617200';
    assert.deepEqual(decodeBody(contextOf(0x40b, 'request', 2), recover).value, {
      mover: { type: 0 },
      env: [],
      nlist: [],
      bu_type: 'tar',
    });
  });

  it('reports numbers that are too large for their type and keeps the whole word', () => {
    const context = contextOf(0x900, 'request');
    const decoded = decodeBody(context, 'deadbeef');
    assert.deepEqual(decoded.value, { protocol_version: 0xdeadbeef });
    assert.deepEqual(texts(decoded), ['protocol_version: 3735928559 is more than 16 bits can hold']);
    assert.equal(toHex(encodeMessage(headerFor(context), decoded.value, context).subarray(24)), 'deadbeef');
  });

  it('reports values outside an enumeration and keeps them', () => {
    const context = contextOf(0x300, 'request');
    const decoded = decodeBody(context, '00000001 61000000 0000004d');
    assert.deepEqual(decoded.value, { device: 'a', mode: 77 });
    assert.deepEqual(texts(decoded), ['mode: 77 is not a defined tape_open_mode']);
    assert.deepEqual(bodyToJson(decoded.value, context), { device: 'a', mode: 77 });
  });

  it('takes errors of extension classes as they are', () => {
    const context = contextOf(0x20520001, 'reply');
    const decoded = decodeBody(context, '20520003');
    assert.deepEqual(texts(decoded), []);
    assert.deepEqual(bodyToJson(decoded.value, context), { error: 0x20520003 });
  });

  it('reports padding that is not zero and writes it again', () => {
    const context = contextOf(0x200, 'request');
    const decoded = decodeBody(context, '00000001 61ff0001');
    assert.deepEqual(decoded.value, { device: 'a' });
    assert.deepEqual(texts(decoded), ['device: padding bytes are not zero']);
    const again = encodeMessage(headerFor(context), decoded.value, context, decoded.trailing, decoded.patches);
    assert.equal(toHex(again.subarray(24)), '0000000161ff0001');
    assert.equal(toHex(encodeMessage(headerFor(context), decoded.value, context).subarray(24)), '0000000161000000');
  });

  it('treats an unknown address type at the end of a body as an address without fields', () => {
    const decoded = decodeBody(contextOf(0x409, 'reply'), '00000013 00000063');
    assert.deepEqual(decoded.value, { error: 19, connect_addr: { type: 99 } });
    assert.deepEqual(texts(decoded), ['type: 99 is not a defined addr_type']);
  });

  it('accepts file names and attributes in any number', () => {
    const none = '00000001 00000000 00000000 0000000000000001 ffffffffffffffff';
    const decoded = decodeBody(contextOf(0x703, 'post'), none);
    assert.deepEqual(decoded.value, { files: [{ names: [], stats: [], node: 1n, fh_info: 0xffffffffffffffffn }] });
    assert.deepEqual(texts(decoded), []);
  });

  it('says when the code, or the kind of message, is unknown', () => {
    assert.deepEqual(texts(decodeBody(contextOf(0x308, 'request'), '00000001')), ['unknown message code 0x308']);
    assert.deepEqual(texts(decodeBody(contextOf(0x902, 'reply'), '00000000')), ['this message has no reply']);
    const extension = decodeBody(contextOf(0x30000001, 'request'), '00000001');
    assert.deepEqual(extension, { value: {}, problems: [], trailing: fromHex('00000001') });
  });

  it('takes strings as bytes', () => {
    const context = contextOf(0x200, 'request');
    const decoded = decodeBody(context, '00000004 4dfc6c6c');
    assert.deepEqual(decoded.value, { device: 'M\udcfcll' });
    assert.deepEqual(bodyToJson(decoded.value, context), { device: 'M\\xfcll' });
  });
});
