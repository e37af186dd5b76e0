import { strict as assert } from 'node:assert';
import { compileFilter } from '../../../src/analysis/filter';
import { FakeSource } from './fakeSource';
import { passing, story } from './story';

/** How many bodies a filter reads over the whole story. */
function reads(filter: string): number {
  const source = new FakeSource(story);
  passing(filter, source);
  return source.reads;
}

describe('filter: what it costs', () => {
  it('reads no body for what the index knows', () => {
    assert.equal(reads('message contains "START" && error != 0 || latency > 1s || ip.addr == 10.0.0.1'), 0);
  });

  it('reads only bodies that can hold the field', () => {
    assert.equal(reads('body.env.FILESYSTEM'), 1);
    assert.equal(reads('ndmp.mover.state == 2'), 1);
    assert.equal(reads('ndmp.log.message contains "tape"'), 1);
    assert.equal(reads('ndmp.auth.id == "ndmp"'), 1);
  });

  it('reads a body only where the index does not decide', () => {
    assert.equal(reads('body.env.FILESYSTEM && kind == reply'), 0);
    assert.equal(reads('kind == request || body.env'), 0);
    assert.equal(reads('kind == reply && (n == 7 || body.error == 2)'), 2);
    assert.equal(reads('!(kind == request) && !body.env'), 0);
  });

  it('reads a body once however many fields it asks for', () => {
    assert.equal(
      reads('message == DATA_START_BACKUP && kind == request && body.env.LEVEL == 3 && body.bu_type == dump'),
      1,
    );
  });

  it('reads no body of a reply whose header says that there is none', () => {
    const source = new FakeSource([{ message: 'MOVER_GET_STATE', kind: 'reply', headerError: 4 }]);
    assert.deepEqual(passing('body.state', source), []);
    assert.equal(source.reads, 0);
  });

  it('says which filters read bodies', () => {
    const readsBodies = (text: string): boolean | undefined => {
      const result = compileFilter(text);
      return result.ok ? result.filter.readsBodies : undefined;
    };
    assert.equal(readsBodies('failed'), false);
    assert.equal(readsBodies('failed && body.env'), true);
    assert.equal(readsBodies('"x"'), true);
  });
});
