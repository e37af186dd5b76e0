import assert from 'node:assert/strict';
import { GrammarReader } from '../support/grammar';

type Expectations = [line: string, scopes: string[]][];

function check(grammar: GrammarReader, expectations: Expectations): void {
  for (const [line, expected] of expectations) {
    const found = grammar.scopes(line);
    for (const scope of expected)
      assert.ok(found.includes(scope), `${line}\n${scope}\nis not among\n${found.join('\n')}`);
  }
}

/** Lines that must not make the editor slow, whatever they hold. */
const HOSTILE = [
  "'".repeat(5000),
  '"'.repeat(5000),
  'a='.repeat(5000),
  '['.repeat(5000),
  'a '.repeat(5000),
  '\u0000\u202e=<script>',
];

describe('grammar of NDMP server logs', () => {
  let grammar: GrammarReader;
  before(async () => void (grammar = await GrammarReader.load('ndmp-log.tmLanguage.json')));

  it("reads ONTAP's debug log", () => {
    const prefix = 'Wed Dec 21 2016 10:10:32 +00:00 [kern_ndmpd:info:5123] [46049]  DEBUG: ';
    check(grammar, [
      [
        `${prefix}DMA>>S V4 sequence=10 (0xa)`,
        [
          'Wed Dec 21 2016 10:10:32 +00:00: constant.numeric.time',
          'kern_ndmpd: entity.name.namespace.process',
          '46049: entity.name.tag.session',
          'DEBUG:: keyword.other.level',
          '>>: keyword.operator.direction',
          'V4: constant.numeric.version',
          'sequence: variable.other.property',
          '0xa: constant.numeric.hex',
        ],
      ],
      [`${prefix}     message_code=0x40a (NDMP4_DATA_CONNECT)`, ['NDMP4_DATA_CONNECT: entity.name.function.message']],
      ['DEBUG:      error_code=23 (NDMP4_CONNECT_ERR)', ['NDMP4_CONNECT_ERR: invalid.error']],
      ['DEBUG:      error_code=0 (NDMP4_NO_ERR)', ['NDMP4_NO_ERR: constant.language.no-error']],
      ['[kern_ndmpd:error:5123] [1] ERROR: no', ['error: invalid.error', 'ERROR:: invalid.error']],
      [
        'Thu Apr 15 09:27:00 GMT Apr 15 09:27:00 [host1:ndmp.connection.accept:info]: src ip = 192.0.2.68',
        [
          'Thu Apr 15 09:27:00 GMT: constant.numeric.time',
          'ndmp.connection.accept: entity.name.type.event',
          '192.0.2.68: constant.other.address',
        ],
      ],
    ]);
  });

  it("reads ndmjob's log", () => {
    check(grammar, [
      [
        '06:02:55.065807628 17879 #C   >C NDMP4_CONNECT_OPEN 1',
        [
          '06:02:55.065807628: constant.numeric.time',
          '17879: entity.name.tag.session',
          '#C: entity.name.type.peer',
          '>C: keyword.operator.direction',
          'NDMP4_CONNECT_OPEN: entity.name.function.message',
        ],
      ],
      [
        "06:02:55.066321282 17879 #C      device='/tmp/vtl/amrobot'",
        ['device: variable.other.property', '/tmp/vtl/amrobot: string.quoted.single'],
      ],
    ]);
  });

  it('reads any line in little time', () => {
    for (const line of HOSTILE) assert.ok(grammar.lines(line));
  });
});

describe('grammar of decoded messages', () => {
  let grammar: GrammarReader;
  before(async () => void (grammar = await GrammarReader.load('ndmp-messages.tmLanguage.json')));

  it('reads the tree form', () => {
    check(grammar, [
      [
        'Message 2: NDMP_CONNECT_OPEN request',
        [
          '2: constant.numeric.message',
          'NDMP_CONNECT_OPEN: entity.name.function.message',
          'request: storage.type.kind',
        ],
      ],
      [
        '    packet 6, 2026-11-21 06:03:24.675209 UTC, 28 bytes',
        ['2026-11-21 06:03:24.675209 UTC: constant.numeric.time'],
      ],
      ['    127.0.0.1:41005 → [::1]:10000, connection 1, NDMPv4', ['→: keyword.operator.direction']],
      ['    replies to message 2 after 2.7 ms', ['2: constant.numeric.message', 'ms: keyword.other.unit']],
      [
        '    problem: 4 bytes after the end of the body',
        ['problem: 4 bytes after the end of the body: invalid.problem'],
      ],
      ['    error: ILLEGAL_STATE_ERR (19)', ['error: variable.other.property', 'ILLEGAL_STATE_ERR: invalid.error']],
      ['    error: NO_ERR (0)', ['NO_ERR: constant.language.no-error']],
    ]);
  });

  it('reads the table form', () => {
    check(grammar, [
      ['Times are seconds since 2026-11-21 06:03:24.673675 UTC.', []],
      [
        '    3    0.004267     1  ←  reply    CONNECT_OPEN                  2    2.7 ms',
        ['3: constant.numeric.message', '←: keyword.operator.direction', 'CONNECT_OPEN: entity.name.function.message'],
      ],
    ]);
  });

  it('reads any line in little time', () => {
    for (const line of HOSTILE) assert.ok(grammar.lines(line));
  });
});
