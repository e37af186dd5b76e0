import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { findJobs, type Job } from '../../../src/analysis/jobs';
import type { MessageIndex } from '../../../src/session/messageIndex';
import { CAPTURE_FOLDERS, capturesIn } from '../../support/captures';
import { indexed } from '../../support/indexed';
import { expectedJobs, notJudged, type ExpectedJob } from './expectedJobs';

/** Every capture once, by its name without suffixes. */
const captures = new Map(
  CAPTURE_FOLDERS.flatMap((folder) => capturesIn(folder)).map((path) => [
    basename(path).replace(/\.pcap.*$/, ''),
    path,
  ]),
);

function bytesOf(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

/** Connection numbers as readers count them: from 1, by their first messages; 0 for none. */
function numbering({ connections }: MessageIndex): (id: number) => number {
  const order = connections.filter(({ firstRow }) => firstRow >= 0).sort((a, b) => a.firstRow - b.firstRow);
  return (id) => order.findIndex((connection) => connection.id === id) + 1;
}

function asExpected(job: Job, expected: ExpectedJob | undefined, number: (id: number) => number): ExpectedJob {
  const judged = <K extends keyof ExpectedJob>(key: K, value: ExpectedJob[K]) =>
    expected && expected[key] === undefined ? undefined : value;
  return {
    operation: job.operation,
    topology: judged('topology', job.topology),
    path: judged('path', job.path),
    type: judged('type', job.type),
    level: judged('level', job.level),
    outcome: judged('outcome', job.outcome),
    connections: job.spans.map(({ connection }) => number(connection)),
    data: number(job.dataConnection),
    tape: number(job.tapeConnection),
    changer: number(job.changerConnection),
  };
}

describe('jobs of the captures of programs of others', () => {
  for (const [name, path] of captures) {
    if (notJudged[name] !== undefined) continue;
    it(`${name}: as a reader names them`, () => {
      const expected = expectedJobs[name];
      assert.ok(expected, `nothing is expected of ${name}`);
      const session = indexed(bytesOf(path));
      const number = numbering(session.index);
      assert.deepEqual(
        findJobs(session).map((job, i) => asExpected(job, expected[i], number)),
        expected,
      );
    });
  }

  it('every message is in some job, and in one only', () => {
    for (const path of captures.values()) {
      const session = indexed(bytesOf(path));
      const { index } = session;
      const counts = new Uint8Array(index.count);
      for (const { spans } of findJobs(session))
        for (const { connection, fromRow, toRow } of spans)
          for (let row = fromRow; row <= toRow; row++) if (index.connection(row) === connection) counts[row]++;
      assert.ok(
        counts.every((count) => count === 1),
        basename(path),
      );
    }
  });
});
