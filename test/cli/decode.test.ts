import { strict as assert } from 'node:assert';
import { createReadStream, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { ndmp, sample, type Circumstances } from './harness';

const local = sample('backup-and-restore-local');
const names = sample('hard-file-names');

describe('ndmp decode', () => {
  it('tsv: a header line and the columns of the contract', async () => {
    const { status, lines, err } = await ndmp(['decode', local, '--format', 'tsv']);
    assert.equal(status, 0);
    assert.equal(err, '');
    assert.equal(lines.length, 421);
    assert.deepEqual(
      lines.slice(0, 4).map((line) => line.split('\t')),
      [
        ['frame', 'time', 'src', 'dst', 'kind', 'message', 'sequence', 'replySequence', 'headerError', 'error'],
        [
          '4',
          '1795239350.746281',
          '127.0.0.2:10000',
          '127.0.0.1:49865',
          'post',
          'NDMP_NOTIFY_CONNECTION_STATUS',
          '1',
          '0',
          '0',
          '',
        ],
        [
          '6',
          '1795239350.746422',
          '127.0.0.1:49865',
          '127.0.0.2:10000',
          'request',
          'NDMP_CONNECT_OPEN',
          '1',
          '0',
          '0',
          '',
        ],
        [
          '8',
          '1795239350.746514',
          '127.0.0.2:10000',
          '127.0.0.1:49865',
          'reply',
          'NDMP_CONNECT_OPEN',
          '2',
          '1',
          '0',
          '0',
        ],
      ],
    );
  });

  it('jsonl: an object a message, bodies and names included', async () => {
    const { lines } = await ndmp(['decode', local, '--format', 'jsonl', '-Y', 'n in {2..4}']);
    const [open, reply, auth] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(open, {
      n: 2,
      frame: 6,
      time: '1795239350.746422',
      connection: 1,
      src: '127.0.0.1:49865',
      dst: '127.0.0.2:10000',
      direction: 'dma>server',
      version: 4,
      kind: 'request',
      interface: 'connect',
      message: 'NDMP_CONNECT_OPEN',
      code: 0x900,
      sequence: 1,
      replySequence: 0,
      headerError: 0,
      headerErrorName: 'NO_ERR',
      error: null,
      errorName: null,
      latency: null,
      pair: 3,
      length: 28,
      body: { protocol_version: 4 },
      problems: [],
    });
    assert.equal(reply.latency, 0.000092);
    assert.equal(reply.errorName, 'NO_ERR');
    assert.deepEqual(auth.body, { auth_data: { type: 'TEXT', auth_id: 'ndmp', auth_password: 'ndmp' } });
  });

  it('table: rows for people, not cut in a pipe, cut to a terminal', async () => {
    const piped = await ndmp(['decode', sample('failing-jobs'), '-Y', 'n in {8, 9, 98}']);
    assert.deepEqual(piped.lines, [
      'Times are seconds since 2026-11-21 05:38:44.203190 UTC.',
      '    #        time  conn     kind     message                     seq   latency  info',
      '    8    0.000597     1  →  request  TAPE_OPEN                     4            /tmp/vtl/absent, RDWR',
      '    9    0.000700     1  ←  reply    TAPE_OPEN                     5    103 µs  NO_DEVICE',
      '   98    0.239268     7  ←  reply    DATA_START_BACKUP            11    378 µs  ILLEGAL_ARGS',
    ]);
    for (const terminal of [40, 60, 80, 120]) {
      const { lines, out } = await ndmp(['decode', sample('failing-jobs')], { terminal, env: { NO_COLOR: '1' } });
      assert.ok(
        lines.slice(1).every((line) => line.length <= Math.max(terminal, 74)),
        `${terminal}`,
      );
      assert.ok(!out.includes('\x1b'));
    }
  });

  it('colours on terminals only', async () => {
    const coloured = await ndmp(['decode', local, '-Y', 'failed'], { terminal: 100 });
    assert.match(coloured.out, /\x1b\[31mDEV_NOT_OPEN\x1b\[39m/);
    const plain: Circumstances[] = [
      {},
      { terminal: 100, env: { NO_COLOR: '1' } },
      { terminal: 100, env: { TERM: 'dumb' } },
    ];
    for (const circumstances of plain) {
      const { out } = await ndmp(['decode', local, '-Y', 'failed'], circumstances);
      assert.ok(!out.includes('\x1b'));
    }
  });

  it('text: every field as a tree', async () => {
    const { out } = await ndmp(['decode', local, '--format', 'text', '-Y', 'n == 3']);
    assert.equal(
      out,
      `Message 3: NDMP_CONNECT_OPEN reply
    packet 8, 2026-11-21 05:35:50.746514 UTC, 28 bytes
    127.0.0.2:10000 → 127.0.0.1:49865, connection 1, NDMPv4
    replies to message 2 after 92 µs
    header: NDMP_CONNECT_OPEN reply
        sequence: 2
        time_stamp: 1795239350 (2026-11-21 05:35:50 UTC)
        message_type: REPLY (1)
        message: NDMP_CONNECT_OPEN (0x0900)
        reply_sequence: 1
        error: NO_ERR (0)
    error: NO_ERR (0)

`,
    );
  });

  it('columns of any name a filter knows', async () => {
    const fields = 'n,latency,body.reason,ndmp.connected,summary,errorName';
    const tsv = await ndmp(['decode', local, '--format', 'tsv', '--fields', fields, '-Y', 'n in {1, 3}']);
    assert.deepEqual(tsv.lines, [
      fields.replaceAll(',', '\t'),
      '1\t\tCONNECTED\tCONNECTED\tCONNECTED, version 4, Hello\t',
      '3\t0.000092\t\t\t\tNO_ERR',
    ]);
    const jsonl = await ndmp([
      'decode',
      local,
      '--format',
      'jsonl',
      '--fields',
      'n,latency,body.reason',
      '-Y',
      'n == 3',
    ]);
    assert.deepEqual(jsonl.lines, ['{"n":3,"latency":0.000092,"body.reason":null}']);
  });

  it('several files: each named, numbers from 1 in each', async () => {
    const { lines } = await ndmp(['decode', local, names, '--format', 'jsonl', '--fields', 'n', '-Y', 'n == 1']);
    assert.deepEqual(lines, [`{"file":"${local}","n":1}`, `{"file":"${names}","n":1}`]);
    const table = await ndmp(['decode', local, names, '-Y', 'n == 1']);
    assert.equal(table.lines.filter((line) => line === local || line === names).length, 2);
  });

  describe('what a capture holds cannot act on a terminal or break a line', () => {
    for (const format of ['table', 'tsv', 'jsonl', 'text']) {
      it(format, async () => {
        const { out } = await ndmp(['decode', names, '--format', format], { terminal: 200, env: { NO_COLOR: '1' } });
        const shown = out.replaceAll('\n', '').replaceAll('\t', format === 'tsv' ? '' : '\t');
        assert.equal(/[\p{Cc}\p{Cf}\p{Cs}]/u.exec(shown), null);
      });
    }

    it('tsv keeps one line a message and tells everything apart', async () => {
      const { lines } = await ndmp(['decode', names, '--format', 'tsv', '--fields', 'n,ndmp.file', '-Y', 'body.files']);
      const files = lines[1].split('\t')[1];
      assert.ok(files.includes('/newline\\nname') && files.includes('/tab\\there') && files.includes('/back\\\\slash'));
      assert.equal(
        lines.every((line) => line.split('\t').length === 2),
        true,
      );
    });
  });

  it('damage: what can be read is printed, one line says what is missing, exit status 0', async () => {
    const { status, lines, err } = await ndmp(['decode', sample('truncated-capture'), '--format', 'tsv']);
    assert.equal(status, 0);
    assert.equal(lines.length, 257);
    assert.match(err, /^ndmp: samples\/truncated-capture\.pcap: The file ends inside the bytes of packet 284[^\n]*\n$/);
  });

  describe('standard input', () => {
    it('gives the same as the file', async () => {
      const [file, pipe] = await Promise.all([
        ndmp(['decode', local, '--format', 'jsonl']),
        ndmp(['decode', '-', '--format', 'jsonl'], { stdin: createReadStream(local) }),
      ]);
      assert.equal(pipe.status, 0);
      assert.equal(pipe.out, file.out);
    });

    it('prints rows as they come', async () => {
      const bytes = readFileSync(local);
      const stdin = new PassThrough();
      const first = new Promise<void>((resolve) => {
        const running = ndmp(['decode', '-', '--format', 'tsv'], { stdin, onOutput: () => resolve() });
        void running.then(({ lines }) => assert.equal(lines.length, 421));
        stdin.write(bytes.subarray(0, 20_000));
      });
      await first;
      stdin.end(bytes.subarray(20_000));
    });

    it('ends at Ctrl-C', async () => {
      const interrupt = new AbortController();
      const stdin = new PassThrough();
      stdin.write(readFileSync(local).subarray(0, 20_000));
      const onOutput = (): void => {
        interrupt.abort();
        stdin.write(readFileSync(local).subarray(20_000));
      };
      const { status, err } = await ndmp(['decode', '-'], { stdin, signal: interrupt.signal, onOutput });
      assert.equal(status, 130);
      assert.equal(err, '');
    });
  });

  it('Ctrl-C while a file is read ends with status 130', async () => {
    const { status, out } = await ndmp(['decode', local], { signal: AbortSignal.abort() });
    assert.equal(status, 130);
    assert.equal(out, '');
  });
});
