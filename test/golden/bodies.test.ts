import assert from 'node:assert/strict';
import { ERROR_NAMES } from './lib/facts';
import { enumNames, maskNames } from './lib/enums';
import { LayoutDecoder, type Leaf } from './lib/layoutDecoder';
import { layoutOf } from './lib/layouts';
import { leavesOf } from './lib/leaves';
import { decodedRows, GARBLED, jsonOf, layoutKey, soundCaptures, type DecodedRow } from './lib/messages';

/** Values that the senders of the captures use although the documents do not define them; a reader is told. */
const UNDEFINED_VALUES: Record<string, RegExp> = {
  'job-failures': /^(reason: 5|halt_reason: -1) is not a defined mover_halt_reason/,
  'ndmpd-test-data-v3': /^addr_type: 123 is not a defined addr_type/,
  'ndmpd-test-data-v4': /^addr_type: 123 is not a defined addr_type/,
  'test-mover-v4': /^(mode|addr_type): 123 is not a defined/,
  'test-tape-v2': /^(mode|tape_op): 123 is not a defined/,
  'test-tape-v3': /^(mode|tape_op): 123 is not a defined/,
  'test-tape-v4': /^(mode|tape_op): 123 is not a defined/,
};

describe('golden: bodies field by field, against layouts written down a second time', () => {
  const seen = new Map<string, number>();

  for (const capture of soundCaptures()) {
    it(capture.name, () => {
      for (const message of decodedRows(capture)) {
        const { row, payload, decoded } = message;
        const key = layoutKey(row);
        const where = `${key} in message ${row.row + 1}`;
        if (row.headerError !== 0) {
          assert.deepEqual(decoded.value, {}, `${where}: no body beside an error in the header`);
          continue;
        }
        const layout = layoutOf(row.code, row.version, row.kind);
        assert.ok(layout, `${where}: the witness knows it`);
        const witness = new LayoutDecoder(payload, 24).fields(layout);
        assert.deepEqual(leavesOf(decoded.value), witness.leaves, where);
        assert.equal(decoded.trailing.length, witness.left, `${where}: bytes left over`);
        assert.equal(witness.left, GARBLED[`${capture.name} ${row.row + 1}`] ?? 0, where);
        if (`${capture.name} ${row.row + 1}` in GARBLED) continue;
        const problems = decoded.problems.map((problem) => problem.text);
        assert.deepEqual(
          problems.filter((text) => !UNDEFINED_VALUES[capture.name]?.test(text)),
          [],
          where,
        );
        assertJson(message, witness.leaves);
        seen.set(key, (seen.get(key) ?? 0) + 1);
      }
    });
  }

  after(() => {
    const total = [...seen.values()].reduce((sum, each) => sum + each, 0);
    console.log(`      ${seen.size} layouts (message, version, kind) checked in ${total} messages`);
  });

  it('every message that appears in the captures has been checked', () => {
    const appeared = new Set<string>();
    for (const capture of soundCaptures()) {
      for (const { row } of decodedRows(capture)) if (row.headerError === 0) appeared.add(layoutKey(row));
    }
    assert.deepEqual(
      [...appeared].filter((key) => !seen.has(key)),
      [],
    );
    assert.ok(seen.size >= 130, `${seen.size} layouts`);
  });
});

/** The JSON of a body says the same as its bytes: numbers, names, addresses, hex. */
function assertJson(message: DecodedRow, leaves: readonly Leaf[]): void {
  const { row } = message;
  const json = flatJson(jsonOf(message));
  for (const { path, value } of leaves) {
    assert.deepEqual(json.get(path), expectedJson(row.code, row.version, path, value), `${layoutKey(row)} ${path}`);
  }
  assert.equal(json.size, leaves.length, `${layoutKey(row)}: number of fields`);
}

function expectedJson(code: number, version: number, path: string, value: Leaf['value']): unknown {
  const name = path.split('.').at(-1) ?? '';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string')
    return /^(data_|cdb|dataout|datain|ext_sense|challenge|auth_digest)/.test(name) ? value : jsonText(value);
  if (name === 'error') return ERROR_NAMES[value] ?? value;
  if (name === 'ip_addr') return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
  const mask = maskNames(code, version, path);
  if (mask) return maskText(value, mask);
  const names = enumNames(code, version, path);
  return names ? (names[value] ?? value | 0) : value;
}

function maskText(value: number, names: Readonly<Record<number, string>>): string[] {
  const known = Object.keys(names).map(Number);
  const rest = known.reduce((left, bit) => (left & ~bit) >>> 0, value);
  const texts = known.filter((bit) => (value & bit) !== 0).map((bit) => names[bit]);
  return rest === 0 ? texts : [...texts, `0x${rest.toString(16)}`];
}

/** Text as JSON has it: UTF-8 where the bytes are, \xNN for each byte that is not. */
function jsonText(latin1: string): string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const bytes = Buffer.from(latin1, 'latin1');
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find((each) => {
      try {
        return at + each <= bytes.length && decoder.decode(bytes.subarray(at, at + each)).length > 0;
      } catch {
        return false;
      }
    });
    text += length ? bytes.toString('utf8', at, at + length) : `\\x${bytes[at].toString(16).padStart(2, '0')}`;
    at += length ?? 1;
  }
  return text;
}

/** Leaves of a JSON value by path; an array of texts (a mask) is one leaf. */
function flatJson(value: unknown, path = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (Array.isArray(value) && !isMask(path)) {
    value.forEach((item, index) => flatJson(item, `${path}[${index}]`, into));
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [name, each] of Object.entries(value)) flatJson(each, path === '' ? name : `${path}.${name}`, into);
  } else {
    into.set(path, value);
  }
  return into;
}

function isMask(path: string): boolean {
  return /(^|\.)(invalid|unsupported|flags|attr|attrs)$/.test(path);
}
