import { strict as assert } from 'node:assert';
import { rules } from '../../src/analysis/findings';
import { findCapture } from '../support/captures';
import { ndmp, sample } from './harness';

interface JsonFinding {
  rule: string;
  severity: string;
  n: number | null;
  related: number[];
}
interface Sarif {
  version: string;
  runs: {
    tool: { driver: { name: string; rules: { id: string }[] } };
    artifacts: { location: { uri: string } }[];
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      locations: {
        physicalLocation: { artifactLocation: { uri: string; index: number }; region?: { byteOffset: number } };
      }[];
    }[];
  }[];
}

describe('ndmp check', () => {
  it('is content with a clean capture', async () => {
    const { status, lines, err } = await ndmp(['check', sample('backup-three-way')]);
    assert.deepEqual([status, err], [0, '']);
    assert.equal(lines[0], 'samples/backup-three-way.pcap: 3 notes in 444 messages');
    assert.match(lines[1], /^ +75 +note +missing-close +8 connections were ended/);
  });

  it('ends with 1 when there are errors, and names each with its message', async () => {
    const { status, out, err } = await ndmp(['check', sample('refused-logins')]);
    assert.equal(status, 1);
    assert.equal(err, 'ndmp: 5 findings of severity error.\n');
    assert.match(out, /\n +16 +error +login-refused +The login as 'nobody' with a clear text password was refused/);
  });

  it('leaves out what is mild, and rules that are off', async () => {
    const only = await ndmp(['check', sample('refused-logins'), '--min-severity', 'error']);
    assert.equal(only.lines.length, 6);
    const none = await ndmp([
      'check',
      sample('refused-logins'),
      '--disable',
      'login-refused,not-authenticated',
      '--disable',
      'clear-text-password',
    ]);
    assert.equal(none.status, 0);
    assert.deepEqual(none.lines.length, 2);
  });

  it('gives JSON', async () => {
    const { status, out } = await ndmp([
      'check',
      sample('failing-jobs'),
      sample('backup-three-way'),
      '--format',
      'json',
    ]);
    assert.equal(status, 1);
    const { files } = JSON.parse(out) as { files: { file: string; messages: number; findings: JsonFinding[] }[] };
    assert.deepEqual(
      files.map(({ file, messages }) => [file, messages]),
      [
        ['samples/failing-jobs.pcap', 888],
        ['samples/backup-three-way.pcap', 444],
      ],
    );
    const refused = files[0].findings.find(({ rule }) => rule === 'operation-refused');
    assert.deepEqual([refused?.severity, refused?.n, refused?.related], ['error', 97, [98]]);
  });

  it('gives SARIF 2.1.0', async () => {
    const { status, out } = await ndmp([
      'check',
      sample('failing-jobs'),
      sample('truncated-capture'),
      '--format',
      'sarif',
    ]);
    assert.equal(status, 1);
    const log = JSON.parse(out) as Sarif;
    assert.equal(log.version, '2.1.0');
    const [run] = log.runs;
    assert.deepEqual(
      run.tool.driver.rules.map(({ id }) => id),
      rules.map(({ id }) => id),
    );
    assert.deepEqual(
      run.artifacts.map(({ location }) => location.uri),
      ['samples/failing-jobs.pcap', 'samples/truncated-capture.pcap'],
    );
    for (const { ruleId, ruleIndex, level, message, locations } of run.results) {
      assert.equal(rules[ruleIndex].id, ruleId);
      assert.ok(['error', 'warning', 'note'].includes(level));
      assert.ok(message.text.length > 10);
      assert.equal(locations.length, 1);
      const { artifactLocation, region } = locations[0].physicalLocation;
      assert.equal(run.artifacts[artifactLocation.index].location.uri, artifactLocation.uri);
      assert.ok(region === undefined || region.byteOffset > 0);
    }
    // what concerns the file as a whole has no place in it
    const whole = run.results.find(({ ruleId }) => ruleId === 'capture-incomplete');
    assert.equal(whole?.locations[0].physicalLocation.region, undefined);
  });

  it('finds the same in the log of a server as in the capture of its messages', async function () {
    const capture = findCapture('job-failures.pcap');
    const log = findCapture('peer/job-failures.filer.txt');
    if (capture === undefined || log === undefined) this.skip();
    const rulesOf = async (path: string): Promise<string[]> => {
      const { out } = await ndmp(['check', path, '--format', 'json', '--min-severity', 'warning']);
      const { files } = JSON.parse(out) as { files: { findings: JsonFinding[] }[] };
      return files[0].findings.map(({ rule, n }) => `${n} ${rule}`);
    };
    // a log tells the reasons and states of v3 by their names, also those that v3 does not have
    const listed = (found: string[]): string[] => found.filter((each) => !each.endsWith(' undefined-value'));
    assert.deepEqual(listed(await rulesOf(log)), listed(await rulesOf(capture)));
  });

  it('lists the rules', async () => {
    const { status, lines } = await ndmp(['check', '--rules']);
    assert.equal(status, 0);
    for (const { id, severity, name } of rules) assert.ok(lines.includes(`  ${id} (${severity}): ${name}`), id);
    const { out } = await ndmp(['check', '--rules', '--format', 'json']);
    assert.equal((JSON.parse(out) as { rules: unknown[] }).rules.length, rules.length);
  });

  it('tells wrong use from files that cannot be read', async () => {
    assert.equal((await ndmp(['check'])).status, 2);
    assert.equal((await ndmp(['check', 'x.pcap', '--disable', 'nonsense'])).status, 2);
    assert.equal((await ndmp(['check', 'x.pcap', '--format', 'xml'])).status, 2);
    assert.equal((await ndmp(['check', 'no-such.pcap'])).status, 1);
    const { status, err, lines } = await ndmp(['check', 'no-such.pcap', sample('backup-three-way')]);
    assert.equal(status, 1);
    assert.match(err, /1 of 2 files could not be read/);
    assert.equal(lines.length, 4);
  });
});
