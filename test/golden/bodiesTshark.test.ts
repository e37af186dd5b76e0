import assert from 'node:assert/strict';
import { allCaptures } from './lib/collection';
import type { Leaf } from './lib/layoutDecoder';
import { leavesOf } from './lib/leaves';
import { decodedRows, GARBLED, layoutKey, soundCaptures, type DecodedRow } from './lib/messages';
import { TSHARK_MISSES, tsharkFields } from './lib/tsharkFields';
import { tsharkMessages, type TsharkMessage } from './lib/tsharkJson';

/** Edited captures hold the messages of others, which are here. */
const CAPTURES = soundCaptures().filter((capture) => !/^edited-(?!ipv6|pcapng-options|vlan)/.test(capture.name));

describe('golden: bodies field by field, as tshark decodes them', () => {
  /** Fields compared at least once, by layout. */
  const compared = new Map<string, Set<string>>();
  /** Fields that appeared in a message, by layout. */
  const appeared = new Map<string, Set<string>>();

  for (const capture of CAPTURES) {
    const theirs = tsharkMessages(capture);
    if (!theirs) continue;
    it(capture.name, () => {
      const ours = [...decodedRows(capture)].filter(({ row }) => !(`${capture.name} ${row.row + 1}` in GARBLED));
      const mine = matched(ours, theirs);
      for (const [message, their] of mine) compareMessage(message, their, compared, appeared);
    });
  }

  it('no field of any message is left unchecked', () => {
    const unchecked: string[] = [];
    for (const [key, fields] of appeared) {
      const missed = TSHARK_MISSES[key]?.fields ?? [];
      if (missed.includes('*')) continue;
      for (const field of fields) {
        if (!compared.get(key)?.has(field) && !missed.includes(field)) unchecked.push(`${key} ${field}`);
      }
    }
    assert.deepEqual(unchecked, []);
  });

  it('every layout of the captures was seen here', () => {
    const all = new Set<string>();
    for (const capture of CAPTURES.filter(tsharkMessages)) {
      for (const { row } of decodedRows(capture)) if (row.headerError === 0) all.add(layoutKey(row));
    }
    assert.deepEqual(
      [...all].filter((key) => !appeared.has(key)),
      [],
    );
    const fields = [...compared.values()].reduce((sum, each) => sum + each.size, 0);
    console.log(
      `      ${appeared.size} layouts of ${allCaptures().length} captures, ${fields} fields compared with tshark`,
    );
  });

  it('what tshark misses is still missed by it', () => {
    const gone = Object.entries(TSHARK_MISSES).flatMap(([key, { fields }]) =>
      fields.filter((field) => field !== '*' && compared.get(key)?.has(field)).map((field) => `${key} ${field}`),
    );
    assert.deepEqual(gone, []);
  });
});

/** Our messages beside tshark's: both in the order of the capture, tshark's with gaps where it dropped some. */
function matched(ours: readonly DecodedRow[], theirs: readonly TsharkMessage[]): [DecodedRow, TsharkMessage][] {
  const waiting = new Map<string, TsharkMessage[]>();
  const identity = (frame: number, code: number, sequence: number, reply: boolean) =>
    [frame, code, sequence, reply].join();
  for (const message of theirs) {
    const key = identity(message.frame, message.code, message.sequence, message.type === 'reply');
    waiting.set(key, [...(waiting.get(key) ?? []), message]);
  }
  return ours.flatMap((message): [DecodedRow, TsharkMessage][] => {
    const { row } = message;
    const found = waiting.get(identity(row.frame, row.code, row.sequence, row.kind === 'reply'))?.shift();
    return found ? [[message, found]] : [];
  });
}

function compareMessage(
  { row, decoded }: DecodedRow,
  theirs: TsharkMessage,
  compared: Map<string, Set<string>>,
  appeared: Map<string, Set<string>>,
): void {
  if (row.headerError !== 0) return;
  const key = layoutKey(row);
  const leaves = new Map<string, Leaf['value'][]>();
  const seen = setOf(appeared, key);
  for (const { path, value } of leavesOf(decoded.value)) {
    const general = path.replace(/\[\d+\]/g, '[]');
    leaves.set(general, [...(leaves.get(general) ?? []), value]);
    seen.add(general);
  }
  if (TSHARK_MISSES[key]?.fields.includes('*')) return;
  for (const [name, paths] of Object.entries(tsharkFields(row.code, row.version, row.kind))) {
    const length = /^length\((.*)\)$/.exec(paths)?.[1];
    const fields = (length ?? paths).split('|');
    const values = fields.flatMap((field) => leaves.get(field) ?? []);
    const right = values.map((value) => (length ? (value as string).length / 2 : value)).map(comparable);
    const shown = (theirs.fields.get(name) ?? []).map((text) =>
      comparable(tsharkValue(text, values[0], length !== undefined)),
    );
    const where = `${key} ${paths} in message ${row.row + 1}, frame ${row.frame}`;
    assert.deepEqual(undamaged(right), undamaged(shown), where);
    assert.equal(right.length, shown.length, where);
    if (values.length > 0) fields.forEach((field) => setOf(compared, key).add(field));
  }
}

/**
 * Sorted, without texts beyond ASCII: tshark replaces their bytes by U+FFFD and cuts them off at the length of the original.
 */
function undamaged(values: readonly string[]): string[] {
  return values.filter((value) => !/[\x80-\xff]/.test(value)).sort();
}

function comparable(value: Leaf['value']): string {
  return typeof value === 'string' ? `text ${value}` : `number ${value}`;
}

/** tshark's text as a value of the same type as ours. */
function tsharkValue(text: string, like: Leaf['value'] | undefined, isLength: boolean): Leaf['value'] {
  if (isLength) return Number(text);
  if (typeof like === 'bigint') return BigInt(text);
  if (typeof like === 'string') return /^([0-9a-f]{2}:)+[0-9a-f]{2}$/.test(text) ? text.replaceAll(':', '') : text;
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text)) return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  if (/^[A-Z][a-z]{2} +\d/.test(text)) return Date.parse(text.replace(/\.\d+ UTC$/, ' UTC')) / 1000;
  return Number(text);
}

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  const known = map.get(key) ?? new Set<string>();
  map.set(key, known);
  return known;
}
