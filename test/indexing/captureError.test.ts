import assert from 'node:assert/strict';
import { CaptureError, explainFileError } from '../../src/indexing/captureError';

describe('errors of files', () => {
  const explain = (code: string): string =>
    explainFileError('a.pcap', Object.assign(new Error('raw'), { code })).message;

  it('are said in words', () => {
    assert.equal(explain('ENOENT'), 'a.pcap cannot be opened: there is no such file.');
    assert.equal(explain('EACCES'), 'a.pcap cannot be opened: you may not read it.');
    assert.equal(explain('EIO'), 'a.pcap cannot be opened: raw.');
  });

  it('errors that are none of a file stay as they are', () => {
    const abort = new DOMException('stopped', 'AbortError');
    const capture = new CaptureError('said already');
    assert.equal(explainFileError('a.pcap', abort), abort);
    assert.equal(explainFileError('a.pcap', capture), capture);
  });
});
