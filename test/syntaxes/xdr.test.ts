import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GrammarReader } from '../support/grammar';

/** The examples of RFC 4506 (section 7) and RFC 5531 (section 12), and what rpcgen adds to the language. */
const SOURCE = `
const MAXUSERNAME = 32;     /* max length of a user name */
const NEGATIVE = -0x1F;
const OCTAL = 017;
enum filekind {
   TEXT = 0,       /* ascii data */
   EXEC = 2
};
union filetype switch (filekind kind) {
case TEXT:
   void;
case 0x10: case -1:
   string creator<MAXNAMELEN>;
default:
   unsigned hyper interpretor;
};
union choice switch (unsigned int which) { case TRUE: int a; case FALSE: void; };
struct file {
   string filename<MAXNAMELEN>;
   filetype type;
   opaque fh[FHSIZE];
   struct stringentry *next;
   opaque data<>;
   quadruple q; float f; double d; hyper h; bool opted; unsigned u;
};
typedef struct { int inner; } anonymous;
typedef unsigned hyper big;
typedef node_t *nodes;
typedef string path<1024>;
program PING_PROG {
   version PING_VERS_PINGBACK {
      void PINGPROC_NULL(void) = 0;
      int PINGPROC_PINGBACK(int, unsigned hyper, struct foo, bar) = 1;
   } = 2;
} = 0x20000001;
`;

const EXPECTED: [line: string, scopes: string[]][] = [
  ['const NEGATIVE = -0x1F;', ['const: storage.modifier.const', 'NEGATIVE: variable.other.constant']],
  ['enum filekind {', ['enum: storage.type.enum', 'filekind: entity.name.type.enum']],
  [
    '   TEXT = 0,',
    ['TEXT: variable.other.enummember', '=: keyword.operator.assignment', '0: constant.numeric.decimal'],
  ],
  [
    'union filetype switch (filekind kind) {',
    [
      'filetype: entity.name.type.union',
      'switch: keyword.control.switch',
      'filekind: entity.name.type',
      'kind: variable.other.member',
    ],
  ],
  ['case -1:', ['case: keyword.control.case', '-1: constant.numeric.decimal', ':: punctuation.separator.case']],
  ['case TRUE:', ['case: keyword.control.case', 'TRUE: constant.language.boolean']],
  [
    '   string creator<MAXNAMELEN>;',
    ['string: support.type.primitive', 'creator: variable.other.member', 'MAXNAMELEN: variable.other.constant'],
  ],
  [
    '   opaque fh[FHSIZE];',
    ['opaque: support.type.primitive', 'fh: variable.other.member', 'FHSIZE: variable.other.constant'],
  ],
  [
    '   struct stringentry *next;',
    ['stringentry: entity.name.type.struct', '*: keyword.operator.optional', 'next: variable.other.member'],
  ],
  ['   filetype type;', ['filetype: entity.name.type', 'type: variable.other.member']],
  [
    'unsigned hyper x;',
    ['unsigned: storage.modifier.unsigned', 'hyper: support.type.primitive', 'x: variable.other.member'],
  ],
  [
    'typedef unsigned hyper big;',
    ['typedef: storage.type.typedef', 'hyper: support.type.primitive', 'big: entity.name.type.alias'],
  ],
  [
    'typedef node_t *nodes;',
    ['node_t: entity.name.type', '*: keyword.operator.optional', 'nodes: entity.name.type.alias'],
  ],
  ['program PING_PROG {', ['program: storage.type.program', 'PING_PROG: entity.name.namespace.program']],
  ['version PING_VERS {', ['version: storage.type.version', 'PING_VERS: entity.name.namespace.version']],
  [
    'int PING(int, struct foo, bar) = 1;',
    [
      'PING: entity.name.function',
      'int: support.type.primitive',
      'foo: entity.name.type.struct',
      'bar: entity.name.type',
    ],
  ],
  ['%#include <stdio.h>', ['%: keyword.control.directive.passthrough']],
  ['#ifdef RPC_HDR', ['ifdef: keyword.control.directive']],
];

describe('XDR grammar', () => {
  let grammar: GrammarReader;
  before(async () => void (grammar = await GrammarReader.load('xdr.tmLanguage.json')));

  it('tells the parts of a definition apart', () => {
    for (const [line, expected] of EXPECTED) {
      const found = grammar.scopes(line);
      for (const scope of expected)
        assert.ok(found.includes(scope), `${line}\n${scope}\nis not among\n${found.join('\n')}`);
    }
  });

  it('gives every word and sign of a program a meaning', () => {
    for (const [number, tokens] of grammar.lines(SOURCE).entries())
      for (const { text, scopes } of tokens)
        assert.ok(scopes.length > 0, `line ${number}: '${text}' has none in ${SOURCE.split('\n')[number]}`);
  });

  it('goes on after a comment over several lines', () => {
    const [, inside, after] = grammar.lines('/* one\ntwo struct\nthree */ struct x {');
    assert.ok(inside[0].scopes.includes('comment.block.xdr'));
    assert.ok(after.some(({ text, scopes }) => text === 'x' && scopes.includes('entity.name.type.struct.xdr')));
  });

  it('has a language configuration that parses', () => {
    const folder = join(resolve(__dirname, '../..'), 'syntaxes');
    for (const name of ['xdr', 'ndmp-log', 'ndmp-messages'])
      assert.ok(JSON.parse(readFileSync(join(folder, `${name}.language-configuration.json`), 'utf8')));
  });
});
