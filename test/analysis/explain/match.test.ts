import assert from 'node:assert/strict';
import {
  errorKnowledge,
  reasonKnowledge,
  senseKnowledge,
  textKnowledge,
  type Knowledge,
} from '../../../src/analysis/explain/knowledge';
import { errorCauses, reasonCauses, senseCauses, textCauses } from '../../../src/analysis/explain/match';

const ids = (text: string) => textCauses(text, 0).map(({ id }) => id);

describe('analysis/explain: knowledge', () => {
  it('has an id of its own, a cause, a change and a source in every entry', () => {
    const all: readonly Knowledge[] = [...textKnowledge, ...errorKnowledge, ...senseKnowledge, ...reasonKnowledge];
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    for (const { id, cause, change, source, vendor } of all) {
      assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      for (const text of [cause, change]) assert.match(text, /^[A-Z].*\.$/, id);
      assert.ok(source.length > 10 && vendor !== '', id);
    }
  });

  it('finds each text by its own pattern, and no other that begins alike', () => {
    for (const { id, pattern } of textKnowledge) {
      const filled = pattern.replace(/\{\w+\}/g, 'xyz');
      assert.deepEqual(ids(`DUMP: ${filled}`), [id], pattern);
      assert.deepEqual(ids(filled.toUpperCase()), [id], pattern);
    }
  });

  it('knows the placeholders’ places, and texts within longer ones', () => {
    const [cause] = textCauses('  Could not obtain vol ref for Volume vol_7 \n', 41);
    assert.equal(cause.found, 'Could not obtain vol ref for Volume ');
    assert.deepEqual(cause.rows, [41]);
    assert.deepEqual(ids('nothing that is known'), []);
    assert.deepEqual(ids(''), []);
  });

  it('takes time in proportion to the text, whatever it holds', () => {
    const begun = performance.now();
    const hostile = ['Tape record size should be '.repeat(50_000), 'tape write failed - new tape is '.repeat(50_000)];
    for (const text of hostile) for (let i = 0; i < 20; i++) textCauses(text, 0);
    assert.ok(performance.now() - begun < 2000);
  });

  it('makes what it found safe to show', () => {
    const [cause] = textCauses('ndmpd session \u001b[31m\u202e<b> not active', 0);
    assert.equal(cause.found, 'ndmpd session \\x1b[31m\\u{202e}<b> not active');
  });
});

describe('analysis/explain: codes', () => {
  it('explains an error by the message that it answers', () => {
    const id = (error: number, message: string) => errorCauses(error, message, 0)[0]?.id;
    assert.equal(id(4, 'CONNECT_CLIENT_AUTH'), 'error-login-refused');
    assert.equal(id(4, 'TAPE_OPEN'), 'error-not-authorized');
    assert.equal(id(9, 'DATA_START_RECOVER_FILEHIST'), 'error-illegal-args-type');
    assert.equal(id(9, 'TAPE_MTIO'), 'error-illegal-args');
    assert.equal(id(1, 'DATA_LISTEN'), 'error-not-supported-connection');
    // without an entry, what the protocol says of the error
    assert.equal(id(20, 'TAPE_OPEN'), 'error-20');
    assert.equal(id(0x20520003, 'DATA_CONNECT'), undefined);
  });

  it('explains sense data by key and codes', () => {
    const sense = (key: number, asc: number, ascq: number) =>
      Uint8Array.of(0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, ascq);
    const id = (...of: [number, number, number]) => senseCauses(sense(...of), 0)[0]?.id;
    assert.equal(id(5, 0x3b, 0x0d), 'sense-destination-full');
    assert.equal(id(5, 0x3b, 0x0e), 'sense-source-empty');
    assert.equal(id(6, 0x28, 0x01), 'sense-medium-changed');
    assert.equal(id(5, 0x99, 0x99), 'sense-illegal-request');
    assert.equal(id(0xe, 0, 0), undefined);
    assert.deepEqual(senseCauses(new Uint8Array(3), 0), []);
  });

  it('explains why a machine halted or paused', () => {
    assert.equal(reasonCauses('mover', 'paused', 'EOM', 0)[0]?.id, 'mover-paused-eom');
    assert.deepEqual(reasonCauses('data', 'halted', 'SUCCESSFUL', 0), []);
  });
});
