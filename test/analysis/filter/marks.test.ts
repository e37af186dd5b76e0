import assert from 'node:assert/strict';
import { compileFilter, fieldReader } from '../../../src/analysis/filter';
import { MessageView } from '../../../src/analysis/messageView';
import { pcap } from '../../support/captureFiles';
import { indexed } from '../../support/indexed';
import { Conversation } from '../../support/packets';
import { reply, request } from '../../support/records';

describe('marks in filters and output', () => {
  const talk = new Conversation().open();
  for (let n = 1; n <= 3; n++) talk.send('client', request(n)).send('server', reply(n, n));
  const session = indexed(pcap(talk.packets));
  session.index.marks.add(2, 'NDMP Workbench tap: held back for 2 s');
  session.index.marks.add(3, 'answered with NO_MEM_ERR');
  session.index.marks.add(3, 'held back for 1 s\x1b');

  const rows = (text: string): number[] => {
    const compiled = compileFilter(text);
    assert.ok(compiled.ok, text);
    const test = compiled.filter.bind(session);
    return Array.from({ length: session.index.count }, (_unused, row) => row).filter((row) => test(row));
  };

  it('are found', () => {
    assert.deepEqual(rows('mark'), [2, 3]);
    assert.deepEqual(rows('mark contains "held"'), [2, 3]);
    assert.deepEqual(rows('mark contains "NO_MEM"'), [3]);
    assert.deepEqual(rows('!mark && kind == reply'), [1, 5]);
    assert.deepEqual(rows('text contains "held back"'), [2, 3]);
  });

  it('stand in JSON where there are any, and are a field of their own', () => {
    assert.equal('marks' in new MessageView(session, 0).json(), false);
    assert.deepEqual(new MessageView(session, 3).json().marks, ['answered with NO_MEM_ERR', 'held back for 1 s\x1b']);
    const reader = fieldReader('mark');
    assert.ok(reader.ok);
    assert.equal(reader.read(session, 3).length, 2);
  });
});
