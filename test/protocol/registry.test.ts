import assert from 'node:assert/strict';
import {
  allMessages,
  bodyErrorOffset,
  findCode,
  findMessage,
  interfaceOf,
  isKnownCode,
  isPostCode,
  messageName,
  type NdmpVersion,
} from '../../src/protocol';
import { messageTables } from '../../src/protocol/tables';
import { allBodies } from './support/bodies';

function codesOf(version: NdmpVersion): number[] {
  return messageTables.filter((row) => version in row.bodies && row.code < 0x10000).map((row) => row.code);
}

describe('message tables', () => {
  it('hold the core messages of each version', () => {
    const all = [0x100, 0x102, 0x103, 0x200, 0x201, 0x202, 0x204, 0x206];
    all.push(0x300, 0x301, 0x302, 0x303, 0x304, 0x305, 0x307, 0x400, 0x401, 0x402, 0x403, 0x404, 0x407, 0x40b);
    all.push(0x501, 0x502, 0x503, 0x504, 0x505, 0x602, 0x900, 0x901, 0x902, 0x903);
    all.push(0xa00, 0xa01, 0xa02, 0xa03, 0xa04, 0xa05, 0xa06, 0xa07, 0xa08);
    const from3 = [0x104, 0x105, 0x106, 0x107, 0x108, 0x409, 0x40a, 0x603, 0x703, 0x704, 0x705, 0xa09];
    const sorted = (codes: number[]) => [...codes].sort((a, b) => a - b);
    assert.deepEqual(sorted(codesOf(2)), sorted([...all, 0x101, 0x203, 0x205, 0x600, 0x601, 0x700, 0x701, 0x702]));
    assert.deepEqual(sorted(codesOf(3)), sorted([...all, ...from3, 0x203, 0x205]));
    assert.deepEqual(sorted(codesOf(4)), sorted([...all, ...from3, 0x109, 0x10a]));
  });

  it('have one row for each code and name, and a sentence about it', () => {
    const rows = allMessages();
    assert.equal(new Set(rows.map((row) => row.code)).size, rows.length);
    assert.equal(new Set(rows.map((row) => row.name)).size, rows.length);
    for (const row of rows) {
      assert.match(row.name, /^NDMP_[A-Z0-9_]+$/);
      assert.match(row.doc, /^[A-Z].*[.]$/, row.name);
      assert.equal(row.interface, interfaceOf(row.code), row.name);
      assert.ok(Object.keys(row.layouts).length > 0, row.name);
    }
  });

  it('name fields as the protocol does', () => {
    for (const { layouts, title } of allBodies())
      for (const { schema } of layouts)
        for (const name of Object.keys(schema.fields)) assert.match(name, /^[a-z][a-z0-9_]*$/, title);
  });

  it('have replies for requests, none for posts', () => {
    for (const row of allMessages()) {
      assert.equal(row.post, row.layouts.post !== undefined, row.name);
      assert.equal(row.layouts.reply === undefined, row.post || row.code === 0x902, row.name);
    }
  });
});

describe('message names', () => {
  it('are those of v4, with the others known too', () => {
    assert.equal(messageName(0x900, 4), 'NDMP_CONNECT_OPEN');
    assert.equal(messageName(0x502, 2), 'NDMP_NOTIFY_CONNECTION_STATUS');
    assert.equal(findCode('NDMP_NOTIFY_CONNECTED'), 0x502);
    assert.equal(findCode('NDMP_CONFIG_GET_MOVER_TYPE'), 0x102);
    assert.equal(findCode('NDMP_NOTHING'), undefined);
  });

  it('of unknown codes tell code and owner', () => {
    assert.equal(messageName(0x308, 4), 'NDMP_0x0308');
    assert.equal(messageName(0x20530001, 4), 'NETAPP_0x20530001');
    assert.equal(messageName(0x20d10004, 4), 'EMC_0x20d10004');
    assert.equal(messageName(0x20300000, 4), 'IBM_TIVOLI_0x20300000');
    assert.equal(messageName(0x20540001, 4), 'EXT_0x20540001');
    assert.equal(messageName(0x30000001, 4), 'EXT_0x30000001');
    assert.equal(messageName(-1, 4), 'EXT_0xffffffff');
    assert.equal(messageName(0xf001, 3), 'VENDOR_0xf001');
    assert.equal(messageName(0xff01, 2), 'PROTO_0xff01');
    assert.equal(messageName(0xff01, 4), 'NDMP_0xff01');
  });

  it('of v1 are known', () => {
    for (const code of [0x306, 0x408, 0x500]) assert.deepEqual(findMessage(code, 4)?.versions, [1]);
  });
});

describe('codes', () => {
  it('belong to interfaces', () => {
    assert.equal(interfaceOf(0x3b8), 'tape');
    assert.equal(interfaceOf(0x705), 'fh');
    assert.equal(interfaceOf(0x800), 'extension');
    assert.equal(interfaceOf(0x20520001), 'extension');
  });

  it('are known in any version, or by their vendor', () => {
    for (const code of [0x101, 0x306, 0x702, 0x40b, 0x20520001, 0x7ff00000, 0x20530fff, 0x21d00001])
      assert.ok(isKnownCode(code), code.toString(16));
    for (const code of [0x308, 0x800, 0x20531000, 0x20540001, 0x7ff10000, 0x30000001, 0xffffffff])
      assert.ok(!isKnownCode(code), code.toString(16));
  });

  it('are posts by table, or by interface', () => {
    for (const code of [0x502, 0x601, 0x705, 0x20500180, 0x5ff]) assert.ok(isPostCode(code), code.toString(16));
    for (const code of [0x900, 0x402, 0x20520001, 0x3ff]) assert.ok(!isPostCode(code), code.toString(16));
  });
});

describe('the error word of a body', () => {
  it('stands first, or second in the states of v3 and v4', () => {
    assert.equal(bodyErrorOffset(0x900, 4, 'reply'), 0);
    assert.equal(bodyErrorOffset(0x302, 2, 'reply'), 0);
    assert.equal(bodyErrorOffset(0x302, 3, 'reply'), 4);
    assert.equal(bodyErrorOffset(0x400, 4, 'reply'), 4);
    assert.equal(bodyErrorOffset(0x20520001, 4, 'reply'), 0);
  });

  it('is in no request, no post, and nowhere it is not known to be', () => {
    assert.equal(bodyErrorOffset(0x900, 4, 'request'), -1);
    assert.equal(bodyErrorOffset(0x602, 3, 'post'), -1);
    assert.equal(bodyErrorOffset(0x902, 4, 'reply'), -1);
    assert.equal(bodyErrorOffset(0x20500103, 4, 'reply'), -1);
    assert.equal(bodyErrorOffset(0x308, 4, 'reply'), -1);
  });

  it('is in every documented reply', () => {
    for (const { context, title, layouts } of allBodies()) {
      if (context.kind !== 'reply' || Object.keys(layouts[0].schema.fields).length === 0) continue;
      assert.notEqual(bodyErrorOffset(context.code, context.version, 'reply'), -1, title);
    }
  });
});
