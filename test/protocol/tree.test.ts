import assert from 'node:assert/strict';
import { decodeTree, encodeMessage, expandField, type FieldNode, type MessageContext } from '../../src/protocol';
import { contextOf, headerFor, payloadOf } from './support/bodies';

function lines(nodes: readonly FieldNode[], depth = 0): string[] {
  return nodes.flatMap((node) => [
    `${'  '.repeat(depth)}${node.name}: ${node.display} [${node.offset}+${node.length}]`,
    ...lines(node.children ?? [], depth + 1),
  ]);
}

function tree(context: MessageContext, body: string): FieldNode[] {
  return decodeTree(payloadOf(context, body), context);
}

describe('message tree', () => {
  it('shows header and body with byte ranges', () => {
    const nodes = tree(contextOf(0xa01, 'reply'), '00000000 00000001 00000001 c000020a 00009c41 00000000');
    assert.deepEqual(lines(nodes), [
      'header: NDMP_MOVER_LISTEN reply [0+24]',
      '  sequence: 7 [0+4]',
      '  time_stamp: 1711276032 (2024-03-24 10:27:12 UTC) [4+4]',
      '  message_type: REPLY (1) [8+4]',
      '  message: NDMP_MOVER_LISTEN (0x0a01) [12+4]',
      '  reply_sequence: 0 [16+4]',
      '  error: NO_ERR (0) [20+4]',
      'error: NO_ERR (0) [24+4]',
      'connect_addr: 192.0.2.10:40001 [28+20]',
      '  type: TCP (1) [28+4]',
      '  tcp_addr: 192.0.2.10:40001 [32+16]',
      '    [0]: 192.0.2.10:40001 [36+12]',
      '      ip_addr: 192.0.2.10 [36+4]',
      '      port: 40001 [40+4]',
      '      addr_env: none [44+4]',
    ]);
  });

  it('carries types, raw values, names and documentation', () => {
    const [, mode, address] = tree(contextOf(0xa01, 'request'), '00000000 20510004');
    assert.deepEqual(mode, {
      name: 'mode',
      type: 'enum mover_mode',
      offset: 24,
      length: 4,
      display: 'READ (0)',
      raw: 0,
      enumName: 'READ',
      doc: 'Which way the mover moves data. Reads the data connection and writes the tape: a backup.',
    });
    assert.equal(address.enumName, 'TCP_IPV6');
    const [header, , length] = tree(contextOf(0xa05, 'request'), '0000000000000000 ffffffffffffffff');
    assert.match(header.doc ?? '', /byte range of the backup stream/);
    assert.equal(length.display, '18446744073709551615 (infinite)');
    assert.equal(length.raw, '18446744073709551615');
  });

  it('says that the address type of a CAB prepare is inferred', () => {
    const [, first] = tree(contextOf(0x20520001, 'request'), '00000001 00000000 00000000');
    assert.equal(first.name, 'addr_type (inferred)');
  });

  it('shows masks, devices and commands in words', () => {
    const [, , flags] = tree(
      contextOf(0x302, 'reply', 2),
      '00000000 00000050 00000001 00000000 00000000 00000000 0000000000000000 0000000000000000',
    );
    assert.equal(flags.display, 'WR_PROT | UNLOAD (0x50)');
    const cdb = tree(
      contextOf(0x206, 'request'),
      '00000000 000493e0 00000000 0000000c a5000000 00800400 00000000 00000000',
    ).find((node) => node.name === 'cdb');
    assert.equal(cdb?.display, 'MOVE MEDIUM 128 → 1024: a5000000 00800400 00000000 (12 bytes)');
  });

  it('escapes what could harm a terminal or a page', () => {
    const [, device] = tree(contextOf(0x200, 'request'), '00000005 1b5b3331 ff000000');
    assert.equal(device.display, '\\x1b[31\\xff');
    assert.equal(device.raw, '\u001b[31\udcff');
  });

  it('ends with the bytes that are not understood', () => {
    const nodes = tree(contextOf(0x900, 'request'), '00000004 01020304');
    assert.deepEqual(nodes.at(-1), {
      name: 'undecoded bytes',
      type: 'opaque',
      offset: 28,
      length: 4,
      display: '01020304 (4 bytes)',
      problem: '4 bytes after the end of the body',
    });
    const raw = tree(contextOf(0x20500103, 'request'), '01020304').at(-1);
    assert.equal(raw?.problem, undefined);
    assert.equal(raw?.doc, 'layout not publicly documented');
  });

  it('marks the field that cannot be decoded', () => {
    const nodes = tree(contextOf(0x300, 'request'), 'ffffffff 61626364');
    assert.deepEqual(nodes[1], {
      name: 'device',
      doc: 'Name by which the device is opened.',
      type: 'string',
      offset: 24,
      length: 8,
      display: 'not decodable',
      problem: 'length 4294967295, but only 4 bytes are left',
    });
    assert.equal(nodes[2].name, 'undecoded bytes');
  });

  it('marks values outside an enumeration', () => {
    const [, state] = tree(contextOf(0x501, 'post'), '0000004d');
    assert.equal(state.display, '77 (not defined)');
    assert.equal(state.problem, '77 is not a defined data_halt_reason');
  });

  it('is only a header for a record that is too short', () => {
    const context = contextOf(0x900, 'request');
    const [header, ...rest] = decodeTree(payloadOf(context, '').subarray(0, 18), context);
    assert.deepEqual(rest, []);
    assert.equal(header.children?.at(-1)?.display, 'not decodable');
  });
});

describe('long arrays', () => {
  const context = contextOf(0x704, 'post');
  const dirs = Array.from({ length: 1000 }, (_, i) => ({
    names: [{ fs_type: 0, unix_name: `file${i}` }],
    node: BigInt(i),
    parent: 1n,
  }));
  const payload = encodeMessage(headerFor(context), { dirs }, context);

  it('are shown in part, with their whole count', () => {
    const [, list] = decodeTree(payload, context, { limit: 10 });
    assert.equal(list.childCount, 1000);
    assert.equal(list.children?.length, 10);
    assert.equal(list.display, '1000 entries');
    assert.equal(list.children?.[3].display, 'file3');
    assert.equal(list.offset + list.length, payload.length);
    assert.equal(decodeTree(payload, context)[1].children?.length, 100);
  });

  it('are expanded from anywhere', () => {
    const nodes = expandField(payload, context, [1], 990, 100);
    assert.deepEqual(
      nodes.map((node) => node.display),
      Array.from({ length: 10 }, (_, i) => `file${990 + i}`),
    );
    assert.equal(nodes[0].name, '[990]');
    const names = expandField(payload, context, [1, 995, 0, 0], 0, 10);
    assert.deepEqual(
      names.map((node) => `${node.name} ${node.display}`),
      ['fs_type UNIX (0)', 'unix_name file995'],
    );
    assert.deepEqual(expandField(payload, context, [1], 1, 1), decodeTree(payload, context)[1].children?.slice(1, 2));
  });

  it('header fields expand too, and wrong paths lead to nothing', () => {
    const [header] = decodeTree(payload, context);
    assert.deepEqual(expandField(payload, context, [0], 0, 100), header.children);
    assert.deepEqual(expandField(payload, context, [0], 3, 1), header.children?.slice(3, 4));
    for (const path of [[], [2], [-1], [1, 5000], [1, 0, 9], [0, 0, 0]])
      assert.deepEqual(expandField(payload, context, path, 0, 10), [], path.join());
  });
});
