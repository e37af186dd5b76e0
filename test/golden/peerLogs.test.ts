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

/** Captures that do not hold all that the server logged, each with the reason. */
const PARTIAL: Record<string, string> = {
  'loss-before-capture': 'packets were lost before the capture point',
  'nmap-service-scan': 'the client does not speak NDMP',
  ipv6: 'a relay stands between the capture and the server, and connections to ::1 end in one of several logs',
};

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
        seen.forEach((ours, at) => assertConnection(ours, logged[at]));
      });
    }
  }
});

function assertConnection(ours: readonly OurRow[], theirs: PeerConnection): void {
  const lines = (direction: PeerMessage['direction']) =>
    theirs.messages.filter((message) => message.direction === direction).map(peerLine);
  assert.deepEqual(ours.filter((row) => row.fromServer).map(ourLine), lines('sent'));
  assert.deepEqual(ours.filter((row) => !row.fromServer).map(ourLine), lines('received'));
  const spoken = theirs.messages.at(-1)?.version;
  const negotiated = theirs.messages.some((message) => message.name === 'CONNECT_OPEN');
  if (negotiated && spoken && theirs.messages.at(-1)?.name !== 'CONNECT_OPEN') {
    assert.deepEqual([...new Set(ours.map((row) => row.version))], [spoken], 'version of the connection');
  }
}

function ourLine(row: OurRow): string {
  const errors = row.headerError ? ` header ${errorName(row.headerError)}` : '';
  const body = row.bodyError === undefined ? '' : ` ${errorName(row.bodyError)}`;
  return `0x${row.code.toString(16)} ${row.sequence}/${row.replySequence}${errors}${unprinted(row.code) ? '' : body}`;
}

function peerLine(message: PeerMessage): string {
  const code = codeOfName(message.name) ?? -1;
  const error = message.fields.find(([name]) => name === 'error')?.[1];
  const header = message.headerError ? ` header ${message.headerError}` : '';
  const body = error === undefined || message.direction === 'received' || unprinted(code) ? '' : ` ${plain(error)}`;
  return `0x${code.toString(16)} ${message.sequence}/${message.replySequence}${header}${body}`;
}

/** Replies whose body the log does not print. */
function unprinted(code: number): boolean {
  return code === 0x103;
}

/** 'NDMP2_DEVICE_BUSY_ERR' → 'DEVICE_BUSY'. */
function plain(error: string): string {
  return error === 'NDMP0_NO_ERR' ? 'NO_ERR' : error.replace(/^NDMP\d_/, '').replace(/(?<!NO)_ERR$/, '');
}
