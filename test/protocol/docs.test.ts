import assert from 'node:assert/strict';
import { allMessages, errorDoc, errorName } from '../../src/protocol';
import type { NdmpVersion, XdrType } from '../../src/protocol';

const VERSIONS: readonly NdmpVersion[] = [1, 2, 3, 4];
/** A sentence: begins as one and ends as one. */
const SENTENCE = /^[A-Z0-9].*[.!]$/s;

/** Everything in a type that ought to say what it is. */
function* undocumented(type: XdrType, path: string): Generator<string> {
  if (type.kind === 'array') yield* undocumented(type.element, `${path}[]`);
  else if (type.kind === 'enum' || type.kind === 'mask') {
    for (const { name, doc } of type.table.values.values()) if (!SENTENCE.test(doc ?? '')) yield `${path} = ${name}`;
  } else if (type.kind === 'struct') {
    for (const [name, field] of Object.entries(type.fields)) {
      if (!SENTENCE.test(field.doc ?? '')) yield `${path}.${name}: ${field.doc ?? ''}`;
      yield* undocumented(field, `${path}.${name}`);
    }
  } else if (type.kind === 'union') {
    yield* undocumented(type.on, path);
    for (const schema of [...Object.values(type.cases), type.otherwise]) if (schema) yield* undocumented(schema, path);
  }
}

describe('explanations in the tables', () => {
  for (const version of VERSIONS) {
    it(`say in a sentence what every message, field and value of version ${version} is`, () => {
      const missing: string[] = [];
      for (const { name, doc, layouts } of allMessages(version)) {
        if (!SENTENCE.test(doc)) missing.push(name);
        for (const [kind, list] of Object.entries(layouts))
          for (const { schema } of list) missing.push(...undocumented(schema, `${name} ${kind}`));
      }
      assert.deepEqual(missing, []);
    });
  }

  it('say in a sentence what every error means', () => {
    for (let code = 0; code < 0x40; code++)
      if (!/^0x|^\d/.test(errorName(code))) assert.match(errorDoc(code) ?? '', SENTENCE, errorName(code));
  });
});
