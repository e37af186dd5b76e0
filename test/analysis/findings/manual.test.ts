import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ruleGroups, rules } from '../../../src/analysis/findings';

/** Text without line breaks and the marks that escape or emphasise. */
const plain = (text: string): string =>
  text.replace(/\s+/g, ' ').replaceAll('\\', '').replaceAll('_', '').replaceAll('*', '');

describe('findings: the manual', () => {
  const manual = readFileSync('docs/manual/findings.md', 'utf8');
  const text = plain(manual);

  for (const { id, name, severity, doc, specification } of rules) {
    it(id, () => {
      const entry = plain(`#### \`${id}\` ${name} (${severity}). ${doc} ${specification}`);
      assert.ok(text.includes(entry), `docs/manual/findings.md should say: ${entry}`);
    });
  }

  it('has no rule that is not there', () => {
    const named = [...manual.matchAll(/^#### `([^`]+)`$/gm)].map(([, id]) => id);
    assert.deepEqual(
      named,
      rules.map(({ id }) => id),
    );
    const titles = [...manual.matchAll(/^### (.+)$/gm)].map(([, title]) => title);
    assert.deepEqual(
      titles,
      ruleGroups.map(({ title }) => title),
    );
  });

  it('every rule is described well: whole sentences, an identifier in kebab case, once', () => {
    for (const { id, name, doc, specification } of rules) {
      assert.match(id, /^[a-z]+(-[a-z]+)*$/);
      assert.match(name, /^[A-Z]/);
      assert.match(doc, /^[A-Z].{40,}\.$/);
      assert.ok(specification.length > 5);
    }
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
  });
});
