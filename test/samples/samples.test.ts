import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openCaptureSync } from '../../src/indexing';
import { bodyToJson, decodeMessage, messageName } from '../../src/protocol';
import { latencyText, timeText } from '../../src/session/messageTimes';
import { buildSample, SAMPLES } from './samples';
import type { ExpectedRow } from './talk';

const ROOT = resolve(__dirname, '../..');

describe('samples: what Wireshark does not show', () => {
  for (const name of Object.keys(SAMPLES)) {
    it(`${name}: the shipped file is what the script makes`, () => {
      const { file, bytes, expected } = buildSample(name);
      const shipped = readFileSync(join(ROOT, 'samples/what-wireshark-does-not-show', file));
      assert.ok(
        (file.endsWith('.gz') ? gunzipSync(shipped) : shipped).equals(bytes),
        'run npx tsx test/samples/make.ts',
      );
      assert.equal(readFileSync(join(ROOT, 'test/samples/expected', `${name}.jsonl`), 'utf8'), expected);
    });

    it(`${name}: every message is shown, with its fields`, () => {
      const { file, rows } = buildSample(name);
      const session = openCaptureSync(join(ROOT, 'samples/what-wireshark-does-not-show', file));
      const shown = shownRows(session);
      assert.equal(shown.length, rows.length);
      shown.forEach((row, at) => assert.deepEqual(comparable(row), comparable(rows[at]), `message ${at + 1}`));
      assert.deepEqual(session.index.damage, []);
      session.close();
    });
  }
});

/**
 * The messages of the negotiation are the same in every version, so that it does not matter in whose name they are shown:
 * NOTIFY_CONNECTED or NOTIFY_CONNECTION_STATUS.
 */
function comparable(row: ExpectedRow): Partial<ExpectedRow> {
  if (row.code !== 0x502 && row.code !== 0x900) return row;
  return { ...row, version: undefined, message: undefined };
}

function shownRows(session: ReturnType<typeof openCaptureSync>): ExpectedRow[] {
  const { index } = session;
  return Array.from({ length: index.count }, (_unused, row) => {
    const connection = index.connections[index.connection(row)];
    const [client, server] = [connection.client, connection.server].map(endText);
    const fromServer = index.fromServer(row);
    const context = session.context(row);
    const { value } = decodeMessage(session.record(row).payload, context);
    const error = index.bodyError(row);
    const latency = latencyText(index, row);
    return {
      n: row + 1,
      frame: index.frame(row),
      time: timeText(index, row),
      connection: connection.id + 1,
      src: fromServer ? server : client,
      dst: fromServer ? client : server,
      direction: fromServer ? 'server>dma' : 'dma>server',
      version: index.version(row),
      kind: index.kind(row),
      message: messageName(index.code(row), index.version(row)),
      code: index.code(row),
      sequence: index.sequence(row),
      replySequence: index.replySequence(row),
      headerError: index.headerError(row),
      error: error === -1 ? null : error,
      latency: latency === undefined ? null : Number(latency),
      body: shorten(bodyToJson(value, context) as ExpectedRow['body']),
    };
  });
}

/** A field of more than 100 kB stands in the expectation with its length only. */
function shorten(body: ExpectedRow['body']): ExpectedRow['body'] {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) =>
      typeof value === 'string' && value.length > 200_000 ? [name, `${value.length / 2} bytes`] : [name, value],
    ),
  );
}

function endText({ address, port }: { address: string; port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
