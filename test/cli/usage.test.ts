import { strict as assert } from 'node:assert';
import { ndmp, sample } from './harness';

describe('ndmp: use', () => {
  const commands = 'decode sessions check sequence affinity history diff stats explain export fields'.split(' ');

  it('helps with every command, with examples and what its exit status means', async () => {
    for (const args of [['--help'], ['help', 'decode'], ...commands.map((command) => [command, '--help'])]) {
      const { status, out, err } = await ndmp(args);
      assert.equal(status, 0, args.join(' '));
      assert.match(out, /Examples:/);
      assert.match(out, /Exit status: 0 /);
      assert.equal(err, '');
    }
    const { out } = await ndmp(['--help']);
    for (const command of commands) assert.match(out, new RegExp(`^  ${command} `, 'm'));
  });

  it('takes --json wherever there is --format json', async () => {
    const file = sample('refused-logins');
    for (const command of commands) {
      const { out } = await ndmp([command, '--help']);
      assert.equal(/--json/.test(out), /"json"/.test(out), command);
      if (!/--json/.test(out)) continue;
      const files = command === 'diff' ? [file, file] : [file];
      const short = await ndmp([command, ...files, '--json']);
      const long = await ndmp([command, ...files, '--format', 'json']);
      assert.deepEqual(short, long, command);
      assert.doesNotThrow(() => JSON.parse(short.out), command);
    }
  });

  it('refuses a job that there is not the same way everywhere: exit status 2', async () => {
    for (const command of ['sequence', 'affinity', 'history', 'stats', 'explain']) {
      const { status, out, err } = await ndmp([command, sample('backup-three-way'), '--job', '99']);
      assert.equal(status, 2, command);
      assert.equal(out, '');
      assert.match(err, /^ndmp: There is no job 99: the capture has \d+ jobs\.\n$/);
    }
  });

  it('tells its version', async () => {
    const { status, out } = await ndmp(['--version']);
    assert.equal(status, 0);
    assert.match(out, /^\d+\.\d+\.\d+\n$/);
  });

  const wrong: Readonly<Record<string, [args: string[], says: RegExp]>> = {
    'no command': [[], /Usage: ndmp/],
    'an unknown command': [['decod'], /unknown command 'decod'\n.*decode/],
    'no file': [['decode'], /missing required argument 'file'/],
    'an unknown option': [['decode', 'x.pcap', '--fitler', 'x'], /unknown option '--fitler'/],
    'a format that does not exist': [
      ['decode', 'x.pcap', '--format', 'xml'],
      /Allowed choices are table, tsv, jsonl, text/,
    ],
    'a port that cannot be': [['decode', 'x.pcap', '--port', '70000'], /from 1 to 65535/],
    'a version that cannot be': [['decode', 'x.pcap', '--ndmp-version', '7'], /Allowed choices are 2, 3, 4/],
    'a column that does not exist': [
      ['decode', 'x.pcap', '--fields', 'n,mesage'],
      /Unknown field "mesage"\. Did you mean message\?/,
    ],
    'columns for text': [['decode', 'x.pcap', '--format', 'text', '--fields', 'n'], /--fields is for/],
    'a wrong filter': [
      ['decode', 'x.pcap', '-Y', 'mesage == 4'],
      /column 1\)\n {2}mesage == 4\n {2}\^{6}\nDid you mean message\?/,
    ],
  };
  for (const [what, [args, says]] of Object.entries(wrong)) {
    it(`${what}: exit status 2`, async () => {
      const { status, out, err } = await ndmp(args);
      assert.equal(status, 2);
      assert.equal(out, '');
      assert.match(err, says);
    });
  }

  it('nothing that can be read: one line, exit status 1', async () => {
    const cases: readonly (readonly [file: string, says: RegExp])[] = [
      ['no/such/file.pcap', /^ndmp: no\/such\/file\.pcap cannot be opened: there is no such file\.\n$/],
      ['package.json', /^ndmp: package\.json is not a pcap or pcapng capture[^\n]*\n$/],
      ['test/fixtures/captures/edited-empty.pcap', /^ndmp: [^\n]*no NDMP messages in 0 packets\.\n$/],
      [
        'test/fixtures/captures/edited-headers-only.pcap',
        /^ndmp: [^\n]*no NDMP messages in 68 packets\. Of all of them only the beginning [^\n]*snap length[^\n]*\n$/,
      ],
    ];
    const readers = commands.filter((each) => !['diff', 'export', 'fields'].includes(each));
    for (const [file, says] of cases) {
      for (const command of file === 'package.json' ? readers : ['decode', 'sessions']) {
        const { status, out, err } = await ndmp([command, file]);
        assert.equal(status, 1, file);
        assert.equal(out, '');
        assert.match(err, says);
      }
    }
  }).timeout(60_000);

  it('one file that cannot be read does not keep the others from being read', async () => {
    const { status, lines, err } = await ndmp([
      'decode',
      'none.pcap',
      sample('refused-logins'),
      '--format',
      'tsv',
      '--fields',
      'file,n',
    ]);
    assert.equal(status, 1);
    assert.equal(lines.length, 117);
    assert.match(err, /none\.pcap cannot be opened.*\n.*1 of 2 files/);
  });

  it('lists fields, also by a part of their name', async () => {
    const { lines } = await ndmp(['fields']);
    assert.ok(lines.some((line) => /^latency +duration +Time from the request/.test(line)));
    const mover = await ndmp(['fields', 'mover.st']);
    assert.ok(mover.lines.some((line) => line.startsWith('ndmp.mover.state')));
    const none = await ndmp(['fields', 'ndmp.mover.stte']);
    assert.equal(none.status, 1);
    assert.match(none.err, /Near: ndmp\.mover\.state/);
  });
});
