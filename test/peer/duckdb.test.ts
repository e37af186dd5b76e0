import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, Json } from '@duckdb/node-api';
import { Analysis } from '../../src/analysis/analysis';
import { MessageView } from '../../src/analysis/messageView';
import { allTables } from '../../src/export/parquet/captureTables';
import { openCaptureSync } from '../../src/indexing/openCaptureSync';
import { ndmp } from '../cli/harness';
import { findCapture } from '../support/captures';
import { describeWithPeer } from '../support/peers';

/** Captures of all kinds: versions, file history of all styles, failures, damage, hostile names. */
const captures = [
  'threeway-v4.pcap',
  'local-v2.pcap',
  'local-v3.pcap',
  'fh-batches.pcap',
  'file-names.pcap',
  'job-failures.pcap',
  'robot-v4.pcap',
  'ipv6.pcap',
  'edited-corrupt-random-bytes.pcap',
  'edited-clock-steps.pcap',
  'tape-records.pcap',
];

describeWithPeer('duckdb', 'Parquet as DuckDB reads it', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'ndmp-lake-'));
  let connection: DuckDBConnection;

  const query = async (sql: string): Promise<Record<string, Json>[]> =>
    (await connection.runAndReadAll(sql)).getRowObjectsJson();
  const table = (name: string): string =>
    `read_parquet('${folder}/${name}/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)`;

  before(async () => {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    connection = await (await DuckDBInstance.create(':memory:')).connect();
    await query(`set timezone = 'UTC'`);
    const paths = captures.map((name) => findCapture(name)).filter((path) => path !== undefined);
    assert.equal(paths.length, captures.length);
    const { status, err } = await ndmp([
      'export',
      ...paths,
      '--to',
      'parquet',
      '--history-bodies',
      '--output',
      `${folder}/`,
    ]);
    assert.equal(status, 0, err);
  });

  after(() => {
    connection.closeSync();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const name of captures) {
    it(`${name}: every message has the values of decode`, async () => {
      const session = openCaptureSync(findCapture(name) ?? name);
      try {
        const file = name.replace(/\.pcap.*/, '');
        const rows = await query(`select * from ${table('messages')} where file = '${file}' order by n`);
        assert.equal(rows.length, session.index.count);
        for (const [row, actual] of rows.entries()) sameMessage(actual, new MessageView(session, row));
      } finally {
        session.close();
      }
    });
  }

  it('jobs and connections are those of the analysis', async () => {
    for (const name of captures) {
      const session = openCaptureSync(findCapture(name) ?? name);
      try {
        const { jobs, connections } = new Analysis(session);
        const file = name.replace(/\.pcap.*/, '');
        const found = await query(
          `select operation, topology, outcome, path, bytes from ${table('jobs')} where file = '${file}' order by job`,
        );
        assert.deepEqual(
          found,
          jobs.map(({ operation, topology, outcome, path, link }) => ({
            operation,
            topology,
            outcome,
            path,
            bytes: link?.bytes === undefined ? null : String(link.bytes),
          })),
        );
        const [{ count, messages }] = await query(
          `select count(*) as count, sum(messages)::bigint as messages from ${table('connections')} where file = '${file}'`,
        );
        assert.equal(Number(count), connections.length);
        assert.equal(Number(messages), session.index.count);
      } finally {
        session.close();
      }
    }
  });

  it('file history has an entry for each that was posted, with its values', async () => {
    const posted = await query(`
      select file, sum(json_array_length(body, '$.files') + 0)::bigint as entries
      from ${table('messages')} where message = 'NDMP_FH_ADD_FILE' group by file order by file`);
    const found = await query(`
      select file, count(*)::bigint as entries from ${table('files')} where style = 'path' and file not like '%v2%'
      group by file order by file`);
    assert.ok(posted.length > 0);
    assert.deepEqual(found, posted);
    const [{ wrong }] = await query(`
      select count(*) as wrong from ${table('files')} f join ${table('messages')} m using (file, n)
      where style = 'path' and message = 'NDMP_FH_ADD_FILE' and (
        size <> (body ->> format('$.files[{}].stats[0].size', entry - 1))::bigint or
        node <> (body ->> format('$.files[{}].node', entry - 1))::decimal(20) or
        epoch(mtime) <> (body ->> format('$.files[{}].stats[0].mtime', entry - 1))::bigint)`);
    assert.equal(Number(wrong), 0);
  });

  it('bodies that the table of files has are left out among the messages unless they are asked for', async () => {
    const other = mkdtempSync(join(tmpdir(), 'ndmp-lake-'));
    try {
      const path = findCapture('fh-batches.pcap') ?? '';
      const { status } = await ndmp(['export', path, '--to', 'parquet', '--output', `${other}/`]);
      assert.equal(status, 0);
      const [{ posts, bodies, others }] = await query(`
        select count(*) filter (interface = 'fh' and kind = 'post') as posts,
          count(body) filter (interface = 'fh' and kind = 'post') as bodies,
          count(*) filter (body is null and not (interface = 'fh' and kind = 'post')) as others
        from read_parquet('${other}/messages/**/*.parquet')`);
      assert.ok(Number(posts) > 0);
      assert.deepEqual([Number(bodies), Number(others)], [0, 0]);
      const differences = await query(`
        select * exclude (date, capture) from read_parquet('${other}/files/**/*.parquet') except
        select * exclude (date, capture) from ${table('files')} where file = 'fh-batches'`);
      assert.deepEqual(differences, []);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  it('folders are partitions: date and capture are columns', async () => {
    const rows = await query(`select distinct date, capture from ${table('messages')} order by capture`);
    assert.equal(rows.length, captures.length);
    for (const { date, capture } of rows) {
      assert.match(date as string, /^\d{4}-\d\d-\d\d$/);
      assert.match(capture as string, /^[\w.-]+-[0-9a-f]{8}$/);
    }
  });

  it('the types are those that the manual names, in every file', async () => {
    const types = {
      string: 'VARCHAR',
      int: 'INTEGER',
      long: 'BIGINT',
      double: 'DOUBLE',
      boolean: 'BOOLEAN',
      timestamp: 'TIMESTAMP WITH TIME ZONE',
      decimal20: 'DECIMAL(20,0)',
    } as const;
    for (const { name, columns } of allTables) {
      const described = await query(`describe select * exclude (date, capture) from ${table(name)}`);
      assert.deepEqual(
        described.map(({ column_name: column, column_type: type }) => [column, type]),
        columns.map((column) => [column.name, types[column.type]]),
      );
      const [{ version }] = await query(
        `select distinct decode(value) as version from parquet_kv_metadata('${folder}/${name}/**/*.parquet') where decode(key) = 'ndmp.schema'`,
      );
      assert.equal(version, '1');
    }
  });

  it('a single table of a single capture goes to a single file', async () => {
    const path = join(folder, 'one.parquet');
    const { status } = await ndmp(['export', 'samples/backup-three-way.pcap', '--to', 'parquet', '-o', path]);
    assert.equal(status, 0);
    const [{ count }] = await query(`select count(*) as count from '${path}'`);
    assert.ok(Number(count) > 100);
  });
});

function sameMessage(actual: Record<string, Json>, view: MessageView): void {
  const expected = view.json();
  const { index, row } = view;
  const text = (value: unknown): string | null => (value === null || value === undefined ? null : `${value as number}`);
  const same = {
    n: expected.n,
    frame: text(expected.frame),
    time_ns: text(BigInt(index.seconds(row)) * 1_000_000_000n + BigInt(index.nanos(row))),
    connection: expected.connection,
    src: expected.src,
    dst: expected.dst,
    direction: expected.direction,
    version: expected.version,
    kind: expected.kind,
    interface: expected.interface,
    message: expected.message,
    code: text(expected.code),
    sequence: text(expected.sequence),
    reply_sequence: text(expected.replySequence),
    header_error: text(expected.headerError),
    header_error_name: expected.headerErrorName,
    error: text(expected.error),
    error_name: expected.errorName,
    latency: expected.latency,
    pair: expected.pair,
    length: text(expected.length),
    undecoded: expected.undecoded ?? null,
  };
  assert.deepEqual(Object.fromEntries(Object.keys(same).map((key) => [key, actual[key]])), same, `message ${row + 1}`);
  assert.equal(actual.body, JSON.stringify(expected.body));
  assert.deepEqual(JSON.parse(typeof actual.problems === 'string' ? actual.problems : '[]'), expected.problems);
  const seconds = Date.parse((actual.time as string).replace(' ', 'T').replace(/\+00$/, 'Z')) / 1000;
  assert.ok(Math.abs(seconds - (index.seconds(row) + index.nanos(row) / 1e9)) < 0.0011);
}
