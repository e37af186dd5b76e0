import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bodyToJson, decodeMessage, decodeTree, encodeMessage } from '../../src/protocol';
import { toHex } from '../support/hex';
import { arbitraryBody } from './support/arbitrary';
import { allBodies, headerFor } from './support/bodies';

const RUNS = 25;

describe('decode(encode(x)) is x', () => {
  for (const { title, layouts, context } of allBodies()) {
    it(title, () => {
      const header = headerFor(context);
      fc.assert(
        fc.property(arbitraryBody(layouts[0].schema), (value) => {
          const payload = encodeMessage(header, value, context);
          const decoded = decodeMessage(payload, context);
          assert.deepEqual(decoded.value, value);
          assert.equal(decoded.trailing.length, 0);
          assert.equal(toHex(encodeMessage(header, decoded.value, context, decoded.trailing)), toHex(payload));
          assert.deepEqual(Object.keys(bodyToJson(decoded.value, context)), Object.keys(layouts[0].schema.fields));
          const tree = decodeTree(payload, context);
          assert.equal(tree.length, 1 + Object.keys(layouts[0].schema.fields).length);
          assert.equal(
            tree.reduce((sum, node) => sum + node.length, 0),
            payload.length,
          );
        }),
        { numRuns: RUNS },
      );
    });
  }

  it('keeps trailing bytes', () => {
    const [{ context }] = allBodies().filter(({ title }) => title === 'NDMP_CONNECT_OPEN v4 request');
    const payload = encodeMessage(headerFor(context), { protocol_version: 4 }, context, Uint8Array.of(1, 2, 3));
    const decoded = decodeMessage(payload, context);
    assert.deepEqual(decoded.trailing, Uint8Array.of(1, 2, 3));
    assert.deepEqual(decoded.problems, [{ offset: 28, length: 3, text: '3 bytes after the end of the body' }]);
  });

  it('refuses to encode a body that lacks a field', () => {
    const context = { code: 0xa01, kind: 'request', version: 4, headerError: 0 } as const;
    assert.throws(() => encodeMessage(headerFor(context), { mode: 0 }, context), TypeError);
  });
});
