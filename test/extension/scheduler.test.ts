import assert from 'node:assert/strict';
import { isCancelled, Scheduler } from '../../src/extension/scheduler';
import type { Work } from '../../src/extension/scheduler';

/** A clock on which every look costs a millisecond, and deferred slices run when asked. */
function fakeClock() {
  let time = 0;
  const deferred: (() => void)[] = [];
  return {
    now: () => time++,
    defer: (callback: () => void) => void deferred.push(callback),
    deferred,
  };
}

function* steps(count: number, seen: string[], name: string): Work<string> {
  for (let i = 0; i < count; i++) {
    seen.push(`${name}${i}`);
    yield;
  }
  return name;
}

describe('scheduler', () => {
  it('runs work to its end and gives its result', async () => {
    const seen: string[] = [];
    assert.equal(await new Scheduler().run(steps(3, seen, 'a')), 'a');
    assert.deepEqual(seen, ['a0', 'a1', 'a2']);
  });

  it('ends a slice when its time is over and goes on in the next', () => {
    const clock = fakeClock();
    const seen: string[] = [];
    void new Scheduler(3, clock).run(steps(10, seen, 'a'));
    clock.deferred.shift()!();
    assert.equal(seen.length, 3);
    assert.equal(clock.deferred.length, 1);
  });

  it('shares slices between jobs', () => {
    const clock = fakeClock();
    const seen: string[] = [];
    const scheduler = new Scheduler(4, clock);
    void scheduler.run(steps(5, seen, 'a'));
    void scheduler.run(steps(5, seen, 'b'));
    clock.deferred.shift()!();
    assert.deepEqual(seen, ['a0', 'b0', 'a1', 'b1']);
  });

  it('gives up work that is cancelled, and lets it clean up', async () => {
    const abort = new AbortController();
    let cleaned = false;
    function* endless(): Work<void> {
      try {
        for (;;) yield;
      } finally {
        cleaned = true;
      }
    }
    const running = new Scheduler().run(endless(), abort.signal);
    setTimeout(() => abort.abort(), 5);
    await assert.rejects(running, isCancelled);
    assert.ok(cleaned);
  });

  it('hands an exception on and goes on with the others', async () => {
    const scheduler = new Scheduler();
    function* failing(): Work<void> {
      yield;
      throw new Error('no');
    }
    const bad = scheduler.run(failing());
    const good = scheduler.run(steps(2, [], 'a'));
    await assert.rejects(bad, /no/);
    assert.equal(await good, 'a');
  });

  it('lets the event loop run between slices', async () => {
    let ticked = false;
    setTimeout(() => (ticked = true), 5);
    function* waiting(): Work<void> {
      while (!ticked) yield;
    }
    await new Scheduler().run(waiting());
    assert.ok(ticked);
  });
});
