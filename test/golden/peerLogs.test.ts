import assert from 'node:assert/strict';
import { errorName } from '../../src/protocol';
import { allCaptures } from './lib/collection';
import { codeOfName } from './lib/facts';
import { ourRows, sessionOf, type OurRow } from './lib/ourRows';
import { peerConnections, type PeerConnection, type PeerMessage } from './lib/peerLog';

const ROLES = [
  ['filer', /^(127\.0\.0\.2|\[?::1\]?):/],
  ['tape', /^127\.0\.0\.3:/],
] as const;

/** The killed server did not write the last lines of its log. */
const KILLED = 'server-killed';

/** Captures that do not hold all that the server logged, each with the reason. */
const PARTIAL: Record<string, string> = {
  'loss-before-capture': 'packets were lost before the capture point',
  'nmap-service-scan': 'the client does not speak NDMP',
  ipv6: 'a relay stands between the capture and the server, and connections to ::1 end in one of several logs',
};

/** Messages of the negotiation, which are the same in every version. */
const ANY_VERSION = new Set([0x502, 0x900]);

describe('golden: the servers’ own logs agree', () => {
  for (const capture of allCaptures()) {
    for (const [role, address] of ROLES) {
      const logged = peerConnections(capture, role);
      if (!logged || PARTIAL[capture.name]) continue;
      it(`${capture.name}: ${role}`, () => {
        const session = sessionOf(capture.path);
        const rows = ourRows(session).filter((row) => address.test(row.fromServer ? row.src : row.dst));
        const connections = [...new Set(rows.map((row) => row.connection))];
        const seen = connections.map((connection) => rows.filter((row) => row.connection === connection));
        assert.equal(seen.length, logged.length, 'number of connections');
        seen.forEach((ours, at) => assertConnection(ours, logged[at], capture.name !== KILLED));
      });
    }
  }
});

function assertConnection(ours: readonly OurRow[], theirs: PeerConnection, complete: boolean): void {
  for (const direction of ['sent', 'received'] as const) {
    const mine = ours.filter((row) => row.fromServer === (direction === 'sent'));
    const logged = theirs.messages.filter((message) => message.direction === direction);
    const expected = logged.map(peerLine);
    const actual = mine.map((row, at) => ourLine(row, logged[at]));
    assert.deepEqual(complete ? actual : actual.slice(0, expected.length), expected);
  }
  const spoken = theirs.messages.at(-1)?.version;
  const versions = new Set(ours.filter((row) => !ANY_VERSION.has(row.code)).map((row) => row.version));
  if (versions.size > 0) assert.deepEqual([...versions], [spoken], 'version of the connection');
}

/** The body's error only where the log prints one. */
function ourLine(row: OurRow, beside: PeerMessage | undefined): string {
  const header = row.headerError ? ` header ${errorName(row.headerError)}` : '';
  const printed = row.bodyError !== undefined && printedError(beside) !== undefined;
  const body = printed ? ` ${errorName(row.bodyError ?? 0)}` : '';
  return `0x${row.code.toString(16)} ${row.sequence}/${row.replySequence}${header}${body}`;
}

function peerLine(message: PeerMessage): string {
  const code = codeOfName(message.name) ?? -1;
  const header = message.headerError ? ` header ${message.headerError}` : '';
  const error = message.direction === 'sent' ? printedError(message) : undefined;
  return `0x${code.toString(16)} ${message.sequence}/${message.replySequence}${header}${error ? ` ${plain(error)}` : ''}`;
}

function printedError(message: PeerMessage | undefined): string | undefined {
  return message?.fields.find(([name]) => name === 'error')?.[1];
}

/** 'NDMP2_DEVICE_BUSY_ERR' → 'DEVICE_BUSY'. */
function plain(error: string): string {
  return error === 'NDMP0_NO_ERR' ? 'NO_ERR' : error.replace(/^NDMP\d_/, '').replace(/(?<!NO)_ERR$/, '');
}
