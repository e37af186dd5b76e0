import assert from 'node:assert/strict';
import { patienceOf } from '../../../src/dma/run/patience';
import { followTransfer, type TransferEnd, type TransferOrder } from '../../../src/dma/backup/transfer';
import { RequestTimedOut } from '../../../src/dma/connection/failures';
import { DataService } from '../../../src/dma/services/data';
import { MoverService } from '../../../src/dma/services/mover';
import { SideWatcher } from '../../../src/dma/services/watch';
import type { BodyValue } from '../../../src/protocol';
import { ScriptedConnection } from '../../support/scriptedConnection';

const DATA = { CONNECTED: 4, ACTIVE: 1, HALTED: 2 };
const MOVER = { LISTEN: 1, ACTIVE: 2, PAUSED: 3, HALTED: 4 };
const PAUSE = { EOM: 1, EOF: 2, SEEK: 3, MEDIA_ERROR: 4, EOW: 5 };
const ALL_ONES = 0xffffffffffffffffn;

/** A server whose states a test sets, and that does what aborts and CONTINUE ask for. */
class Server {
  data: BodyValue = { state: DATA.ACTIVE };
  mover: BodyValue = { state: MOVER.ACTIVE, bytes_moved: 0n };
  /** Refused requests, and with what. */
  readonly refused: Record<string, string> = {};
  onContinue: () => void = () => undefined;
  readonly windows: [bigint, bigint][] = [];
  readonly connection = new ScriptedConnection((name, body) => this.answer(name, body));
  changed = 0;
  readonly abort = new AbortController();

  follow(more: Partial<TransferOrder> = {}): Promise<TransferEnd> {
    const data = new DataService(this.connection);
    const mover = new MoverService(this.connection);
    const watcher = new SideWatcher({ data, mover, poll: 2, signal: this.abort.signal });
    return followTransfer({
      data,
      mover,
      watcher,
      start: () => Promise.resolve(),
      changeTape: () => {
        this.changed++;
        return Promise.resolve();
      },
      warn: () => undefined,
      patience: patienceOf({}),
      ...more,
    }).finally(() => watcher.close());
  }

  succeed(): void {
    this.data = { state: DATA.HALTED, halt_reason: 1 };
    this.mover = { ...this.mover, state: MOVER.HALTED, halt_reason: 1 };
  }

  pause(reason: number, bytes = 100n): void {
    this.mover = { state: MOVER.PAUSED, pause_reason: reason, bytes_moved: bytes };
  }

  private answer(name: string, body: BodyValue): BodyValue {
    const error = this.refused[name];
    if (error) return { error };
    if (name === 'NDMP_DATA_GET_STATE') return this.data;
    if (name === 'NDMP_MOVER_GET_STATE') return this.mover;
    if (name === 'NDMP_MOVER_SET_WINDOW') this.windows.push([body.offset as bigint, body.length as bigint]);
    if (name === 'NDMP_DATA_ABORT') this.data = { state: DATA.HALTED, halt_reason: 2 };
    if (name === 'NDMP_MOVER_ABORT') this.mover = { ...this.mover, state: MOVER.HALTED, halt_reason: 2 };
    if (name === 'NDMP_MOVER_CONTINUE') this.onContinue();
    return {};
  }

  get requests(): string[] {
    return this.connection.requests.map(({ name }) => name).filter((name) => !name.endsWith('GET_STATE'));
  }
}

describe('Following a backup to its end', () => {
  it('both sides well ended: nothing is asked but their states', async () => {
    const server = new Server();
    setTimeout(() => server.succeed(), 10);
    const { fault, data, mover } = await server.follow();
    assert.equal(fault, undefined);
    assert.deepEqual([data?.halt, mover?.halt], ['SUCCESSFUL', 'CONNECT_CLOSED']);
    assert.deepEqual(server.requests, []);
  });

  it('at the end of a tape the next one is put in, and the rest of the stream goes on', async () => {
    const server = new Server();
    server.pause(PAUSE.EOM, 4096n);
    server.onContinue = () => server.succeed();
    const { fault } = await server.follow();
    assert.equal(fault, undefined);
    assert.equal(server.changed, 1);
    assert.deepEqual(server.windows, [[4096n, ALL_ONES - 4096n]]);
  });

  for (const reason of ['EOW', 'SEEK', 'EOF'] as const)
    it(`a window that ends with ${reason} is moved on, on the same tape`, async () => {
      const server = new Server();
      server.pause(PAUSE[reason], 4096n);
      server.onContinue = () => server.succeed();
      assert.equal((await server.follow()).fault, undefined);
      assert.equal(server.changed, 0);
      assert.equal(server.windows.length, 1);
    });

  it('a mover that pauses again and again without a byte is given up', async () => {
    const server = new Server();
    server.pause(PAUSE.EOW);
    const { fault } = await server.follow();
    assert.match(fault?.message ?? '', /although its window has just been moved on/);
    assert.ok(server.requests.includes('NDMP_MOVER_ABORT'));
  });

  it('a media error is the tape at fault, whether the mover pauses or halts with it', async () => {
    const paused = new Server();
    paused.pause(PAUSE.MEDIA_ERROR);
    assert.equal((await paused.follow()).fault?.isMedia, true);
    const halted = new Server();
    halted.mover = { state: MOVER.HALTED, halt_reason: 5 };
    const { fault } = await halted.follow();
    assert.equal(fault?.isMedia, true);
    assert.ok(halted.requests.includes('NDMP_DATA_ABORT'));
  });

  it('a data server that fails has the mover aborted, and its reason is told', async () => {
    const server = new Server();
    server.data = { state: DATA.HALTED, halt_reason: 3 };
    const { fault, mover } = await server.follow();
    assert.match(fault?.message ?? '', /INTERNAL_ERROR/);
    assert.equal(mover?.halt, 'ABORTED');
    assert.deepEqual(server.requests, ['NDMP_MOVER_ABORT']);
  });

  it('a server that does not answer any more is told of before its sides are ended, which takes time', async () => {
    const server = new Server();
    const warned: string[] = [];
    const problem = new RequestTimedOut('filer', 'NDMP_DATA_GET_STATE', 'filer did not answer.');
    await server.follow({ start: () => Promise.reject(problem), warn: (text) => void warned.push(text) });
    assert.match(warned.join('\n'), /^filer did not answer\. The backup is being ended/);
  });

  it('an abort ends both sides', async () => {
    const server = new Server();
    setTimeout(() => server.abort.abort(), 10);
    const { fault, data, mover } = await server.follow();
    assert.equal(fault?.state, 'aborted');
    assert.deepEqual([data?.halt, mover?.halt], ['ABORTED', 'ABORTED']);
  });

  it('a tape change that fails ends both sides, with its reason', async () => {
    const server = new Server();
    server.pause(PAUSE.EOM);
    const { fault } = await server.follow({ changeTape: () => Promise.reject(new Error('no tape is left')) });
    assert.equal(fault?.message, 'no tape is left');
    assert.deepEqual(server.requests, ['NDMP_DATA_ABORT', 'NDMP_MOVER_ABORT']);
  });

  it('a start that is refused does not wait for a data server that will not halt', async () => {
    const server = new Server();
    server.data = { state: DATA.CONNECTED };
    server.refused.NDMP_DATA_ABORT = 'ILLEGAL_STATE';
    const started = Date.now();
    const { fault } = await server.follow({ start: () => Promise.reject(new Error('ILLEGAL_ARGS')) });
    assert.equal(fault?.message, 'ILLEGAL_ARGS');
    assert.ok(Date.now() - started < 5000);
  });

  it('a connection that breaks ends it at once', async () => {
    const server = new Server();
    setTimeout(() => server.connection.break(new Error('reset')), 10);
    const { fault, data, mover } = await server.follow();
    assert.match(fault?.message ?? '', /reset/);
    assert.deepEqual([data, mover], [undefined, undefined]);
  });

  it('a mover that wants the length of the window to be all ones gets that', async () => {
    const server = new Server();
    server.pause(PAUSE.EOM, 4096n);
    server.onContinue = () => server.succeed();
    let refusals = 0;
    Object.defineProperty(server.refused, 'NDMP_MOVER_SET_WINDOW', {
      get: () => (refusals++ === 0 ? 'ILLEGAL_ARGS' : undefined),
    });
    assert.equal((await server.follow()).fault, undefined);
    assert.deepEqual(server.windows, [[4096n, ALL_ONES]]);
  });
});
