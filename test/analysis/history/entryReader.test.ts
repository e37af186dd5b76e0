import assert from 'node:assert/strict';
import { basename } from 'node:path';
import fc from 'fast-check';
import { EntryReader } from '../../../src/analysis/history/entryReader';
import { isHistoryCode, type EntryStyle, type HistoryEntry } from '../../../src/analysis/history/historyEntry';
import { decodeMessage, encodeMessage, type BodyValue, type MessageContext, type Value } from '../../../src/protocol';
import { decodeByteString } from '../../../src/xdr';
import { openCaptureSync } from '../../../src/indexing/openCaptureSync';
import { knownPayload } from '../../../src/session/recordReader';
import { allBodies, headerFor } from '../../protocol/support/bodies';
import { arbitraryBody } from '../../protocol/support/arbitrary';
import { CAPTURE_FOLDERS, capturesIn } from '../../support/captures';

interface Plain {
  style: EntryStyle;
  name: string | undefined;
  node: bigint | undefined;
  parent?: bigint;
  position?: bigint;
  stat?: {
    ftype: number;
    mtime: number;
    atime: number;
    ctime: number;
    links: number;
    size: bigint;
    owner: number;
    group: number;
    mode: number;
    system: number;
  };
}

const big = (high: number, low: number): bigint => (BigInt(high) << 32n) | BigInt(low);

/** What the reader filled in, as plain values. */
function plainOf(style: EntryStyle, entry: HistoryEntry, code: number): Plain {
  const plain: Plain = {
    style,
    name: style !== 'node' && entry.hasName ? decodeByteString(entry.bytes, entry.nameFrom, entry.nameTo) : undefined,
    node: code === 0x700 ? undefined : big(entry.nodeHigh, entry.nodeLow),
  };
  if (style === 'directory') return { ...plain, parent: big(entry.parentHigh, entry.parentLow) };
  plain.position = big(entry.positionHigh, entry.positionLow);
  if (entry.hasAttributes)
    plain.stat = {
      ftype: entry.fileType | 0,
      mtime: entry.mtime,
      atime: entry.atime,
      ctime: entry.ctime,
      links: entry.links,
      size: big(entry.sizeHigh, entry.sizeLow),
      owner: entry.owner,
      group: entry.group,
      mode: entry.mode,
      system: entry.statSystem | 0,
    };
  return plain;
}

function read(payload: Uint8Array, code: number): { entries: Plain[]; cut: boolean } {
  const entries: Plain[] = [];
  const { cut } = new EntryReader().read(payload, code, (style, entry) => entries.push(plainOf(style, entry, code)));
  return { entries, cut };
}

const fields = (value: Value | undefined): BodyValue => value as BodyValue;
const list = (value: Value | undefined): BodyValue[] => (Array.isArray(value) ? (value as BodyValue[]) : []);
const wide = (value: Value | undefined): bigint => BigInt(value as number | bigint);

/** The same from the general decoder. */
function expected(body: BodyValue, code: number): Plain[] {
  const [entries] = Object.values(body);
  return list(entries).map((entry): Plain => {
    switch (code) {
      case 0x700:
        return { style: 'path', name: entry.name as string, node: undefined, ...unixStat(fields(entry.fstat)) };
      case 0x701:
        return { style: 'directory', name: entry.name as string, node: wide(entry.node), parent: wide(entry.parent) };
      case 0x702:
        return { style: 'node', name: undefined, node: wide(entry.node), ...unixStat(fields(entry.fstat)) };
      case 0x704:
        return {
          style: 'directory',
          name: chosenName(entry)?.name,
          node: wide(entry.node),
          parent: wide(entry.parent),
        };
      default:
        return fileOrNode(entry, code === 0x703 ? 'path' : 'node');
    }
  });
}

function unixStat(fstat: BodyValue): Pick<Plain, 'position' | 'stat'> {
  const { ftype, mtime, atime, ctime, uid, gid, mode, size, fh_info: position } = fstat as Record<string, number>;
  return {
    position: wide(position),
    stat: { ftype, mtime, atime, ctime, links: 0, size: wide(size), owner: uid, group: gid, mode, system: 0 },
  };
}

function chosenName(entry: BodyValue): { name: string; system: number } | undefined {
  const names = list(entry.names);
  const name = names.find((each) => each.fs_type === 0) ?? names.at(0);
  if (name === undefined) return undefined;
  return { name: (name.unix_name ?? name.nt_path ?? name.other_name) as string, system: name.fs_type as number };
}

function fileOrNode(entry: BodyValue, style: 'path' | 'node'): Plain {
  const name = style === 'path' ? chosenName(entry) : undefined;
  const stats = list(entry.stats);
  const chosen = stats.find((each) => each.fs_type === (name?.system ?? 0)) ?? stats.at(0);
  const plain: Plain = { style, name: name?.name, node: wide(entry.node), position: wide(entry.fh_info) };
  if (chosen === undefined) return plain;
  const {
    ftype,
    mtime,
    atime,
    ctime,
    links,
    owner,
    group,
    fattr,
    size,
    fs_type: system,
  } = chosen as Record<string, number>;
  return { ...plain, stat: { ftype, mtime, atime, ctime, links, size: wide(size), owner, group, mode: fattr, system } };
}

describe('reading file history straight from the bytes', () => {
  const bodies = allBodies().filter(({ context }) => isHistoryCode(context.code));

  for (const { title, layouts, context } of bodies) {
    it(`reads what the general decoder reads: ${title}`, () => {
      fc.assert(
        fc.property(arbitraryBody(layouts[0].schema), (body) => {
          const payload = encodeMessage(headerFor(context), body, context);
          const { entries, cut } = read(payload, context.code);
          assert.deepEqual(entries, expected(decodeMessage(payload, context).value, context.code));
          assert.equal(cut, false);
        }),
      );
    });

    it(`stays within a message that is cut off: ${title}`, () => {
      fc.assert(
        fc.property(arbitraryBody(layouts[0].schema), fc.nat(), (body, place) => {
          const whole = encodeMessage(headerFor(context), body, context);
          const all = read(whole, context.code).entries;
          const { entries } = read(whole.slice(0, place % whole.length), context.code);
          assert.deepEqual(entries, all.slice(0, entries.length));
        }),
      );
    });

    it(`takes any bytes: ${title}`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
          const payload = new Uint8Array(24 + bytes.length);
          payload.set(bytes, 24);
          const { entries } = read(payload, context.code);
          assert.ok(entries.length <= bytes.length / 12);
        }),
      );
    });
  }

  it('reads all captures as the general decoder does', () => {
    let messages = 0;
    for (const path of CAPTURE_FOLDERS.slice(-1).flatMap((each) => capturesIn(each))) {
      if (/big|one-byte|empty/.test(path)) continue;
      let session: ReturnType<typeof openCaptureSync>;
      try {
        session = openCaptureSync(path);
      } catch {
        continue;
      }
      const { index } = session;
      for (let row = 0; row < index.count; row++) {
        const code = index.code(row);
        if (!isHistoryCode(code) || index.kind(row) !== 'post') continue;
        messages++;
        const context: MessageContext = session.context(row);
        const payload = knownPayload(session.record(row));
        const decoded = decodeMessage(payload, context);
        if (decoded.problems.length > 0) continue;
        assert.deepEqual(read(payload, code).entries, expected(decoded.value, code), `${basename(path)} ${row + 1}`);
      }
      session.close();
    }
    assert.ok(messages > 500);
  }).timeout(60_000);
});
