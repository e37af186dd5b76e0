import assert from 'node:assert/strict';
import { DataService } from '../../../src/dma/services/data';
import { MoverService } from '../../../src/dma/services/mover';
import { SideWatcher, type WatchedSides } from '../../../src/dma/services/watch';
import type { BodyValue } from '../../../src/protocol';
import { ScriptedConnection } from '../../support/scriptedConnection';

const DATA = { IDLE: 0, ACTIVE: 1, HALTED: 2 };
const MOVER = { IDLE: 0, LISTEN: 1, ACTIVE: 2, PAUSED: 3, HALTED: 4 };
const SEEK = 3;

/** A server whose states a test sets. */
class Sides {
  data: BodyValue = { state: DATA.ACTIVE };
  mover: BodyValue = { state: MOVER.ACTIVE };
  readonly connection = new ScriptedConnection((name) => {
    if (name === 'NDMP_DATA_GET_STATE') return this.data;
    if (name === 'NDMP_MOVER_GET_STATE') return this.mover;
    return { error: 'ILLEGAL_STATE' };
  });

  watch(more: Partial<WatchedSides> = {}): SideWatcher {
    const { connection } = this;
    return new SideWatcher({ data: new DataService(connection), mover: new MoverService(connection), ...more });
  }
}

describe('Watching both sides of an operation', () => {
  it('tells each end once, whether a post came before, after or not at all', async () => {
    const sides = new Sides();
    const watcher = sides.watch({ poll: 5 });
    const first = watcher.next();
    sides.data = { state: DATA.HALTED, halt_reason: 1 };
    const halted = await first;
    assert.ok(halted.kind === 'data-halted');
    assert.equal(halted.state.halt, 'SUCCESSFUL');
    await sides.connection.post('NDMP_NOTIFY_DATA_HALTED', { reason: 1 });
    const second = watcher.next();
    sides.mover = { state: MOVER.HALTED, halt_reason: 1 };
    await sides.connection.post('NDMP_NOTIFY_MOVER_HALTED', { reason: 1 });
    assert.equal((await second).kind, 'mover-halted');
    assert.equal((await watcher.next({ seconds: 0.02 })).kind, 'quiet');
    watcher.close();
  });

  it('is woken by a post without waiting for its next look', async () => {
    const sides = new Sides();
    const watcher = sides.watch({ poll: 60_000 });
    const next = watcher.next();
    await new Promise((resolve) => setTimeout(resolve, 10));
    sides.mover = { state: MOVER.PAUSED, pause_reason: 1 };
    await sides.connection.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: 1, seek_position: 0n });
    const paused = await next;
    assert.ok(paused.kind === 'mover-paused');
    assert.equal(paused.state.pause, 'EOM');
    watcher.close();
  });

  it('does not believe a post about a pause that is over', async () => {
    const sides = new Sides();
    const watcher = sides.watch({ poll: 5 });
    await sides.connection.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: 1, seek_position: 0n });
    assert.equal((await watcher.next({ seconds: 0.03 })).kind, 'quiet');
    watcher.close();
  });

  it('takes the offset that a SEEK is about from its post, also when the state was seen first', async () => {
    const sides = new Sides();
    sides.mover = { state: MOVER.PAUSED, pause_reason: SEEK, seek_position: 0n, window_length: 100n };
    const watcher = sides.watch();
    const next = watcher.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await sides.connection.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: SEEK, seek_position: 4096n });
    const paused = await next;
    assert.ok(paused.kind === 'mover-paused');
    assert.equal(paused.wanted, 4096n);
    watcher.close();
  });

  it('without the post a SEEK wants what lies behind the window', async () => {
    const sides = new Sides();
    sides.mover = { state: MOVER.PAUSED, pause_reason: SEEK, seek_position: 10n, window_length: 100n };
    const watcher = sides.watch();
    const paused = await watcher.next();
    assert.ok(paused.kind === 'mover-paused');
    assert.equal(paused.wanted, 100n);
    // the late post of this very pause is not taken for the next one's
    await sides.connection.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: SEEK, seek_position: 100n });
    sides.mover = { state: MOVER.PAUSED, pause_reason: SEEK, seek_position: 500n, window_length: 100n };
    const again = await watcher.next();
    assert.ok(again.kind === 'mover-paused');
    assert.equal(again.wanted, 500n);
    watcher.close();
  });

  it('passes on ranges that are wanted, those whose post was lost too, none twice', async () => {
    const sides = new Sides();
    const watcher = sides.watch({ poll: 5 });
    await sides.connection.post('NDMP_NOTIFY_DATA_READ', { offset: 0n, length: 10n });
    sides.data = { state: DATA.ACTIVE, read_offset: 0n, read_length: 10n };
    assert.deepEqual(await watcher.next(), { kind: 'data-read', offset: 0n, length: 10n });
    sides.data = { state: DATA.ACTIVE, read_offset: 50n, read_length: 10n };
    assert.deepEqual(await watcher.next(), { kind: 'data-read', offset: 50n, length: 10n });
    await sides.connection.post('NDMP_NOTIFY_DATA_READ', { offset: 50n, length: 10n });
    assert.equal((await watcher.next({ seconds: 0.03 })).kind, 'quiet');
    // the same range again, asked for anew
    await sides.connection.post('NDMP_NOTIFY_DATA_READ', { offset: 50n, length: 10n });
    assert.deepEqual(await watcher.next(), { kind: 'data-read', offset: 50n, length: 10n });
    watcher.close();
  });

  it('waits for some events only, and tells the others later', async () => {
    const sides = new Sides();
    sides.data = { state: DATA.HALTED, halt_reason: 2 };
    const watcher = sides.watch({ poll: 5 });
    assert.equal((await watcher.next({ only: ['mover-halted'], seconds: 0.03 })).kind, 'quiet');
    assert.equal((await watcher.next()).kind, 'data-halted');
    watcher.close();
  });

  it('tells of an abort and of a broken connection at once, and of each once', async () => {
    const sides = new Sides();
    const abort = new AbortController();
    const watcher = sides.watch({ signal: abort.signal, poll: 60_000 });
    const aborted = watcher.next({ only: ['data-halted'] });
    abort.abort();
    assert.equal((await aborted).kind, 'aborted');
    const lost = watcher.next({ only: ['data-halted'] });
    sides.connection.break(new Error('reset by peer'));
    const event = await lost;
    assert.ok(event.kind === 'lost');
    assert.match(event.problem.message, /reset by peer/);
    watcher.close();
    await assert.rejects(watcher.next(), /no longer watched/);
  });

  it('a side that refuses to tell its state is lost', async () => {
    const sides = new Sides();
    sides.mover = { error: 'NOT_AUTHORIZED' };
    const event = await sides.watch().next();
    assert.ok(event.kind === 'lost');
    assert.match(event.problem.message, /NDMP_MOVER_GET_STATE with NOT_AUTHORIZED/);
  });
});
