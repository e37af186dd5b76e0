import assert from 'node:assert/strict';
import { decodedRows, jsonOf, layoutKey, soundCaptures, type DecodedRow } from './lib/messages';
import { PEER_FIELDS } from './lib/peerFields';
import { peerConnections, type PeerMessage } from './lib/peerLog';
import { TSHARK_MISSES } from './lib/tsharkFields';

type Json = Record<string, unknown>;

const ROLES = [
  ['filer', /^127\.0\.0\.2:/],
  ['tape', /^127\.0\.0\.3:/],
] as const;

/** Logs that do not match their capture message for message: a relay, or a client that speaks something else. */
const NOT_PARALLEL = new Set(['ipv6', 'nmap-service-scan']);

describe('golden: bodies that tshark gets wrong, as the servers logged them', () => {
  const checked = new Set<string>();

  for (const capture of soundCaptures()) {
    if (NOT_PARALLEL.has(capture.name)) continue;
    for (const [role, address] of ROLES) {
      const logged = peerConnections(capture, role);
      if (!logged) continue;
      it(`${capture.name}: ${role}`, () => {
        const rows = [...decodedRows(capture)].filter(({ row }) => address.test(row.fromServer ? row.src : row.dst));
        const connections = [...new Set(rows.map(({ row }) => row.connection))];
        logged.forEach((connection, at) => {
          const own = rows.filter(({ row }) => row.connection === connections[at]);
          for (const fromServer of [true, false]) {
            const mine = own.filter(({ row }) => row.fromServer === fromServer);
            const theirs = connection.messages.filter((message) => (message.direction === 'sent') === fromServer);
            theirs.forEach((message, n) => compareBody(mine[n], message, checked));
          }
        });
      });
    }
  }

  it('covers what tshark misses', () => {
    const whole = Object.entries(TSHARK_MISSES).filter(([, { fields }]) => fields.includes('*'));
    assert.deepEqual(
      whole.map(([key]) => key).filter((key) => !checked.has(key)),
      [],
    );
  });
});

function compareBody(message: DecodedRow, theirs: PeerMessage, checked: Set<string>): void {
  const { row } = message;
  if (row.headerError !== 0) return;
  const json = jsonOf(message);
  const where = `${layoutKey(row)} ${row.sequence}`;
  const map = PEER_FIELDS[`0x${row.code.toString(16)} ${row.kind}`];
  for (const [name, value] of theirs.fields) {
    const field = map?.[name];
    if (!field || !(field in json)) continue;
    assert.ok(
      agrees(json[field], value),
      `${where} ${field}: ${JSON.stringify(json[field])}, the server says ${value}`,
    );
    checked.add(layoutKey(row));
  }
  if (map && 'env' in json && theirs.fields.length > 0) {
    assert.deepEqual(json.env, environment(theirs), where);
    checked.add(layoutKey(row));
  }
  const entries = HISTORY[row.code]?.(json);
  if (entries && theirs.lines.length > 0) {
    const logged = theirs.lines.slice(1, 1 + entries.length).map((line) => line.replace(/ +/g, ' '));
    assert.deepEqual(logged, entries, where);
    checked.add(layoutKey(row));
  }
}

/** A value of ours beside the text of the log. */
function agrees(ours: unknown, theirs: string): boolean {
  if (Array.isArray(ours)) return agrees(maskValue(ours), theirs);
  if (typeof ours === 'object' && ours !== null)
    return addressText(ours as Json) === theirs.replace(/^NDMP\d_ADDR_/, '');
  const unnamed = /^\?0x([0-9a-f]+)\?$/.exec(theirs)?.[1];
  if (unnamed) return Number(ours) >>> 0 === Number.parseInt(unnamed, 16);
  if (theirs.endsWith('_DATA_OP_RESTORE_FILEHIST')) return ours === 'RECOVER_FILEHIST';
  if (/^NDMP\d_/.test(theirs)) return theirs.replace(/_ERR$/, '').endsWith(`_${String(ours).replace(/_ERR$/, '')}`);
  const text = String(ours);
  if (/^-\d+$/.test(theirs)) return [32, 64].some((bits) => text === BigInt.asUintN(bits, BigInt(theirs)).toString());
  return text === theirs || (/^0x/.test(theirs) && Number(theirs) === Number(ours));
}

/** Masks are compared as numbers where they are empty; their names are the business of another test. */
function maskValue(names: readonly unknown[]): string | number {
  const bits: Record<string, number> = { NOREWIND: 8, WR_PROT: 16, ERROR: 32, UNLOAD: 64 };
  return `0x${names.reduce<number>((sum, name) => sum + (bits[String(name)] ?? 0), 0).toString(16)}`;
}

function addressText(address: Json): string {
  if (address.type === 'LOCAL') return 'LOCAL';
  const hex = String(address.ip_addr)
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('');
  return `TCP(${hex},${String(address.port)})`;
}

function environment(message: PeerMessage): { name: string; value: string }[] {
  const values = message.fields.filter(([name]) => /^env\[\d+\] /.test(name)).map(([, value]) => value);
  return Array.from({ length: values.length / 2 }, (_unused, at) => ({
    name: values[2 * at],
    value: values[2 * at + 1],
  }));
}

/** Lines that the log has for the entries of a v2 history post. */
const HISTORY: Record<number, (json: Json) => string[]> = {
  0x700: (json) => entries(json.paths, (path) => `${fileLine(path.fstat)} ${path.name} [${path.fstat.fh_info}]`),
  0x701: (json) => entries(json.dirs, (dir) => `${dir.node} ${dir.parent} ${dir.name}`),
  0x702: (json) => entries(json.nodes, (node) => `${fileLine(node.fstat)} ${node.node} [${node.fstat.fh_info}]`),
};

interface HistoryEntry {
  name: string;
  node: number;
  parent: number;
  fstat: { ftype: string; size: string; fh_info: string };
}

function entries(list: unknown, text: (entry: HistoryEntry) => string): string[] {
  return (list as HistoryEntry[]).map((entry, at) => `[${at}] ${text(entry)}`);
}

function fileLine(stat: HistoryEntry['fstat']): string {
  return `NDMP2_FILE_${stat.ftype} ${stat.size}`;
}
