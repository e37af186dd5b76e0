import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Rule {
  include?: string;
  match?: string;
  begin?: string;
  end?: string;
  patterns?: Rule[];
  captures?: Record<string, Rule>;
}

interface Grammar {
  scopeName: string;
  patterns: Rule[];
  repository: Record<string, Rule>;
}

const folder = join(resolve(__dirname, '../..'), 'syntaxes');
const grammar = JSON.parse(readFileSync(join(folder, 'xdr.tmLanguage.json'), 'utf8')) as Grammar;

function* rules(rule: Rule): Generator<Rule> {
  yield rule;
  for (const inner of [...(rule.patterns ?? []), ...Object.values(rule.captures ?? {})]) yield* rules(inner);
}

const all = [...rules({ patterns: [...grammar.patterns, ...Object.values(grammar.repository)] })];

/** The name of the first rule of the grammar that matches at the beginning of `line`. */
function firstRule(line: string): string | undefined {
  return grammar.patterns
    .map(({ include }) => include!.slice(1))
    .find((name) =>
      [grammar.repository[name], ...(grammar.repository[name].patterns ?? [])].some(({ match, begin }) => {
        const pattern = match ?? begin;
        return pattern !== undefined && new RegExp(pattern).exec(line)?.index === 0;
      }),
    );
}

describe('XDR grammar', () => {
  it('includes only rules that are there', () => {
    for (const { include } of all) if (include) assert.ok(include.slice(1) in grammar.repository, include);
    const used = new Set(all.map(({ include }) => include));
    for (const name of Object.keys(grammar.repository)) assert.ok(used.has(`#${name}`), name);
  });

  it('has patterns that compile', () => {
    for (const { match, begin, end } of all)
      for (const pattern of [match, begin, end]) if (pattern) assert.ok(new RegExp(pattern));
  });

  it('tells the parts of a definition apart', () => {
    const expected: [string, string][] = [
      ['/* a comment */', 'comments'],
      ['%#include <stdio.h>', 'passthrough'],
      ['#ifdef RPC_HDR', 'preprocessor'],
      ['const MAX = 255;', 'constant-definition'],
      ['struct ndmp_u_quad {', 'type-head'],
      ['union ndmp_addr switch (ndmp_addr_type addr_type) {', 'type-head'],
      ['case NDMP_ADDR_TCP: ', 'case'],
      ['default: void;', 'case'],
      ['program NDMP_PROG {', 'program-head'],
      ['version NDMP_VERS4 {', 'version-head'],
      ['NDMP_SCSI_OPEN = 0x200,', 'enumerator'],
      ['typedef opaque digest[16];', 'typedef'],
      ['ndmp_error error;', 'declarator'],
      ['void NDMPPROC_NULL(void) = 0;', 'procedure'],
      ['string name<>;', 'types'],
    ];
    for (const [line, rule] of expected) assert.equal(firstRule(line), rule, line);
  });

  it('has a language configuration that parses', () => {
    const text = readFileSync(join(folder, 'xdr.language-configuration.json'), 'utf8');
    assert.ok(JSON.parse(text));
  });
});
