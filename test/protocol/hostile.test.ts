import assert from 'node:assert/strict';
import fc from 'fast-check';
import { summarize } from '../../src/analysis/summary';
import {
  bodyToJson,
  decodeHeader,
  decodeMessage,
  decodeTree,
  encodeMessage,
  expandField,
  type FieldNode,
  type MessageContext,
} from '../../src/protocol';
import { toHex } from '../support/hex';
import { arbitraryBody } from './support/arbitrary';
import { allBodies, headerFor, payloadOf } from './support/bodies';

const bodies = allBodies();
const anyBody = fc.constantFrom(...bodies);

/** Everything that is done with a message; none of it may throw, and the bytes must come back. */
function useAll(payload: Uint8Array, context: MessageContext): void {
  const decoded = decodeMessage(payload, context);
  JSON.stringify(bodyToJson(decoded.value, context));
  assert.ok(summarize(decoded.value, context).length <= 200);
  const tree = decodeTree(payload, context);
  checkNodes(tree, payload.length);
  for (const path of [[0], [1], [1, 0], [1, 0, 0], [2, 1], [99]]) expandField(payload, context, path, 0, 3);
  const header = decodeHeader(payload);
  if (!header) return;
  const again = encodeMessage(header, decoded.value, context, decoded.trailing, decoded.patches);
  assert.equal(toHex(again), toHex(payload));
}

function checkNodes(nodes: readonly FieldNode[], end: number): void {
  for (const node of nodes) {
    assert.ok(node.offset >= 0 && node.length >= 0 && node.offset + node.length <= end, `${node.name} lies outside`);
    assert.ok(node.display.length <= 400);
    assert.doesNotMatch(node.display, /[\u0000-\u001f\u007f-\u009f]/);
    if (node.children) checkNodes(node.children, end);
  }
}

describe('bad input', () => {
  it('random bodies of known messages do no harm', () => {
    const body = fc.oneof(fc.uint8Array({ maxLength: 120 }), smallWords());
    fc.assert(
      fc.property(anyBody, body, ({ context }, bytes) => {
        useAll(payloadOf(context, toHex(bytes)), context);
      }),
      { numRuns: 1500 },
    );
  });

  it('random records of unknown messages do no harm', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.constantFrom('request' as const, 'reply' as const, 'post' as const),
        fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
        fc.constantFrom(0, 4),
        (payload, code, kind, version, headerError) => useAll(payload, { code, kind, version, headerError }),
      ),
      { numRuns: 500 },
    );
  });

  it('mutated messages do no harm', () => {
    const mutated = anyBody.chain(({ layouts, context }) =>
      fc.tuple(
        fc.constant(context),
        arbitraryBody(layouts[0].schema).map((value) => encodeMessage(headerFor(context), value, context)),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)), { maxLength: 6 }),
        fc.nat({ max: 12 }),
      ),
    );
    fc.assert(
      fc.property(mutated, ([context, payload, changes, cut]) => {
        const bytes = payload.slice(0, Math.max(24, payload.length - cut));
        for (const [at, value] of changes) {
          if (bytes.length > 24) bytes[24 + (at % (bytes.length - 24))] = value;
        }
        useAll(bytes, context);
      }),
      { numRuns: 1500 },
    );
  });

  it('bodies cut at every byte do no harm', () => {
    for (const { layouts, context } of bodies) {
      const [value] = fc.sample(arbitraryBody(layouts[0].schema), { numRuns: 1, seed: 4 });
      const payload = encodeMessage(headerFor(context), value, context);
      for (let end = 0; end < payload.length; end++) useAll(payload.subarray(0, end), context);
    }
  });

  for (const length of [0xffffffff, 0x80000000, 0x7fffffff, 0x40000001]) {
    it(`lengths and counts of ${length} are named and cost nothing`, () => {
      for (const { title, layouts, context } of bodies) {
        for (const value of fc.sample(arbitraryBody(layouts[0].schema), { numRuns: 3, seed: length })) {
          const payload = encodeMessage(headerFor(context), value, context);
          for (const node of lengthWords(decodeTree(payload, context))) {
            const damaged = payload.slice();
            new DataView(damaged.buffer).setUint32(node.offset, length);
            const before = performance.now();
            useAll(damaged, context);
            assert.ok(performance.now() - before < 2000, `${title}: ${node.name} takes too long`);
            assert.ok(decodeMessage(damaged, context).problems.length > 0, `${title}: ${node.name} is not reported`);
          }
        }
      }
    });
  }

  it('a large record that is one lie about a count is read as far as it goes', () => {
    const context = { code: 0x703, kind: 'post', version: 4, headerError: 0 } as const;
    const payload = payloadOf(context, 'ffffffff' + '00'.repeat(240_000));
    const decoded = decodeMessage(payload, context);
    assert.equal((decoded.value.files as unknown[]).length, 10_000);
    assert.match(decoded.problems[0].text, /^files: 4294967295 elements cannot fit in 240004 bytes$/);
    const files = decodeTree(payload, context)[1];
    assert.equal(files.childCount, 10_001);
    assert.equal(files.children?.length, 100);
  });
});

/** Bytes as small words: they look like counts, lengths and enumerations. */
function smallWords(): fc.Arbitrary<Uint8Array> {
  const word = fc.oneof(fc.nat({ max: 8 }), fc.constantFrom(0xffffffff, 0x20510004, 0x7fffffff));
  return fc
    .array(word, { maxLength: 30 })
    .map((words) =>
      Uint8Array.from(words.flatMap((one) => [one >>> 24, (one >>> 16) & 255, (one >>> 8) & 255, one & 255])),
    );
}

/** Nodes that begin with a length or a count. */
function lengthWords(nodes: readonly FieldNode[]): FieldNode[] {
  return nodes.flatMap((node) => [
    ...(node.type === 'string' || node.type === 'opaque' || node.type.startsWith('array') ? [node] : []),
    ...lengthWords(node.children ?? []),
  ]);
}
