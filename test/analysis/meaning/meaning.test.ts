import assert from 'node:assert/strict';
import { Analysis } from '../../../src/analysis/analysis';
import { meaningOf } from '../../../src/analysis/meaning/meaning';
import { openCaptureSync } from '../../../src/indexing';
import { findCapture } from '../../support/captures';

function open(name: string): Analysis {
  const path = findCapture(name);
  assert.ok(path, `${name} is not there`);
  return new Analysis(openCaptureSync(path));
}

describe('what a message means', () => {
  it('tells its job and the states of data server and mover, wherever they are', () => {
    const analysis = open('threeway-v4.pcap');
    const { index } = analysis.source;
    const halted = Array.from({ length: index.count }, (_, row) => row).find((row) => index.code(row) === 0x501)!;
    const meaning = meaningOf(analysis, halted);
    assert.match(meaning.doc, /data server has become HALTED/);
    assert.equal(meaning.errorDoc, undefined);
    assert.equal(meaning.jobs.length, 1);
    const [data, mover] = meaning.states;
    assert.deepEqual([data.machine, data.state, data.changed], ['data', 'HALTED', true]);
    assert.match(data.doc, /DATA_STOP/);
    assert.equal(mover.machine, 'mover');
    assert.notEqual(mover.connection, data.connection);
  });

  it('tells what an error means, and what was found at the message', () => {
    const analysis = open('job-failures.pcap');
    const { index } = analysis.source;
    const failed = Array.from({ length: index.count }, (_, row) => row).find((row) => index.bodyError(row) > 0)!;
    assert.ok(meaningOf(analysis, failed).errorDoc);
    const [found] = analysis.findings;
    const at = meaningOf(analysis, found.row).findings;
    assert.ok(at.some(({ rule, text, name }) => rule === found.rule && text === found.text && name.length > 3));
  });

  it('says nothing of messages that there are not', () => {
    const analysis = open('threeway-v4.pcap');
    for (const row of [-1, 1e9, 0.5, NaN])
      assert.deepEqual(meaningOf(analysis, row), { doc: '', errorDoc: undefined, jobs: [], states: [], findings: [] });
  });

  it('has an answer for every message of damaged captures', () => {
    for (const name of [
      'edited-start-mid-message.pcap',
      'edited-corrupt-random-bytes.pcap',
      'edited-lost-segments.pcap',
    ]) {
      const analysis = open(name);
      for (let row = 0; row < analysis.source.index.count; row++)
        for (const { doc, state } of meaningOf(analysis, row).states) assert.ok(doc && state);
    }
  });
});
