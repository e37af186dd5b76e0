import assert from 'node:assert/strict';
import { restoreReportLines } from '../../../src/cli/restore/reportText';
import type { Io } from '../../../src/cli/terminal/io';
import { styleFor } from '../../../src/cli/terminal/style';
import type { RestoreReport, SetResult } from '../../../src/dma/restore/model';

const plain = styleFor({ stdout: {}, env: {} } as Io);

function report(counts: SetResult['counts']): RestoreReport {
  const set: SetResult = {
    set: 3,
    path: '/vol/home',
    state: 'done',
    direct: false,
    bytes: 10_240n,
    milliseconds: 1200,
    barcodes: ['A00001L8'],
    files: [],
    counts,
    message: '',
  };
  return { run: 7, state: 'done', sets: [set], leftOut: [], message: '', recording: undefined, log: undefined };
}

describe('the report of a restore', () => {
  it('a server that told of files is believed', () => {
    assert.ok(restoreReportLines(report({ restored: 2, failed: 0, untold: 0 }), plain).includes('Run 7: restored.'));
    assert.ok(restoreReportLines(report({ restored: 1, failed: 0, untold: 1 }), plain).includes('Run 7: restored.'));
  });

  it("a success that names no file is the server's word alone", () => {
    const lines = restoreReportLines(report({ restored: 0, failed: 0, untold: 2 }), plain);
    assert.match(lines.join('\n'), /2 names of which the server told nothing/);
    assert.match(lines.join('\n'), /Run 7: done by the server's word alone\. .*look whether they are there/);
  });
});
