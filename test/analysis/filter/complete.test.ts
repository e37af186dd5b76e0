import { strict as assert } from 'node:assert';
import { completeFilter } from '../../../src/analysis/filter';

/** Labels offered at the | of a filter. */
function offered(text: string): string[] {
  const cursor = text.indexOf('|');
  const { items } = completeFilter(text.replace('|', ''), cursor);
  return items.map(({ label }) => label);
}

/** The filter after taking the first item. */
function taken(text: string): string {
  const cursor = text.indexOf('|');
  const whole = text.replace('|', '');
  const { from, to, items } = completeFilter(whole, cursor);
  return whole.slice(0, from) + items[0].insert + whole.slice(to);
}

describe('filter: completion', () => {
  it('begins with the short fields', () => {
    const labels = offered('|');
    assert.ok(labels.includes('message') && labels.includes('!') && labels.includes('('));
    assert.ok(!labels.includes('ndmp.sequence') && !labels.includes('=='));
  });

  it('offers fields by their beginning first, then by what they hold', () => {
    const labels = offered('seq|');
    assert.equal(labels[0], 'sequence');
    assert.ok(labels.includes('ndmp.sequence') && labels.includes('replySequence'));
    assert.ok(offered('ndmp.mov|').includes('ndmp.mover.state'));
    assert.ok(offered('n == 1 && lat|').includes('latency'));
  });

  it('offers fields of bodies with where they are', () => {
    const { items } = completeFilter('body.pause', 10);
    const pause = items.find(({ label }) => label === 'body.pause_reason');
    assert.match(pause?.detail ?? '', /MOVER_GET_STATE/);
    assert.ok(offered('body.env.|').includes('body.env.FILESYSTEM'));
  });

  it('offers operators that suit the field', () => {
    assert.deepEqual(offered('text |').slice(0, 2), ['contains', 'matches']);
    assert.ok(!offered('sequence |').includes('contains'));
    assert.ok(offered('sequence |').includes('&'));
    assert.ok(offered('message |').includes('=='));
    assert.ok(offered('message |').includes('&&'));
  });

  it('offers values that have names', () => {
    assert.ok(offered('kind == |').includes('post'));
    assert.equal(taken('error == DEVICE_B|'), 'error == DEVICE_BUSY');
    assert.equal(taken('message == MOVER_LIS|'), 'message == MOVER_LISTEN');
    assert.ok(offered('body.state == |').includes('PAUSED'));
    assert.ok(offered('error in {IO, |').includes('EOM'));
    assert.ok(offered('error in {I|').includes('IO'));
    assert.ok(offered('ndmp.tape.flags.error == |').includes('true'));
    assert.equal(taken('direction == dma|'), 'direction == dma>server');
  });

  it('offers connectives after a comparison', () => {
    const labels = offered('n == 1 |');
    assert.ok(labels.includes('&&') && labels.includes('or') && !labels.includes('message'));
    assert.ok(offered('(n == 1 |').includes(')'));
  });

  it('replaces the word that the cursor is in', () => {
    assert.equal(taken('mess|age == 4'), 'message == 4');
    assert.equal(taken('n == 1 && kin|'), 'n == 1 && kind');
  });

  it('offers nothing inside a text, and never throws', () => {
    assert.deepEqual(offered('message contains "STA|'), []);
    for (const text of ['', '(((', 'n == ', '"x" && ', 'n in {1, 2', '@@', 'foo == ', 'body.', 'ndmp..']) {
      for (let at = -1; at <= text.length + 1; at++) {
        assert.ok(completeFilter(text, at).items.length <= 200);
      }
    }
  });
});
