import assert from 'node:assert/strict';
import { RequestTimedOut } from '../../../src/dma/connection/failures';
import { AlignedReads } from '../../../src/dma/ownMover/alignedReads';
import { followRecovery, type FollowEnd, type FollowOrder } from '../../../src/dma/restore/follow';
import { DataService } from '../../../src/dma/services/data';
import { MoverService } from '../../../src/dma/services/mover';
import { SideWatcher } from '../../../src/dma/services/watch';
import type { BodyValue } from '../../../src/protocol';
import { SOME_PART } from '../../support/catalogs';
import { ScriptedConnection } from '../../support/scriptedConnection';

const DATA = { ACTIVE: 1, HALTED: 2 };
const MOVER = { ACTIVE: 2, PAUSED: 3, HALTED: 4 };
const PAUSE = { EOM: 1, EOF: 2, SEEK: 3, MEDIA_ERROR: 4, EOW: 5 };
const RECORD = 1000;

/** A data server and a mover at two servers, whose states a test sets. */
class Servers {
  dataState: BodyValue = { state: DATA.ACTIVE };
  moverState: BodyValue = { state: MOVER.ACTIVE };
  /** What is not answered. */
  readonly silent = new Set<string>();
  /** Called for each request before it is answered. */
  seen: (name: string) => void = () => undefined;
  readonly data: ScriptedConnection = new ScriptedConnection((name) => this.answer(this.data, name), 4, 'filer');
  readonly tape: ScriptedConnection = new ScriptedConnection((name) => this.answer(this.tape, name), 4, 'tapes');
  readonly abort = new AbortController();
  readonly warnings: string[] = [];
  readonly seats: number[] = [];

  follow(more: Partial<FollowOrder> = {}): Promise<FollowEnd> {
    const [data, mover] = [new DataService(this.data), new MoverService(this.tape)];
    const watcher = new SideWatcher({ data, mover, poll: 2, signal: this.abort.signal });
    const part = { ...SOME_PART, set: 1, recordSize: RECORD, bytes: 4000n };
    const stretches = [
      { part: { ...part, number: 1 }, offset: 0n, length: 4000n },
      { part: { ...part, number: 2, offset: 4000n, barcode: 'TAPE02' }, offset: 4000n, length: 4000n },
    ];
    return followRecovery({
      data,
      mover,
      watcher,
      stretches,
      isLocal: false,
      wholeRecords: false,
      aligned: undefined,
      patience: { abort: 5, oddRead: 15 },
      seat: ({ part: { number } }) => Promise.resolve(void this.seats.push(number)),
      warn: (text) => void this.warnings.push(text),
      ...more,
    }).finally(() => watcher.close());
  }

  succeed(): void {
    this.dataState = { state: DATA.HALTED, halt_reason: 1 };
    this.moverState = { state: MOVER.HALTED, halt_reason: 1 };
  }

  wants(offset: bigint, length: bigint): Promise<void> {
    return this.data.post('NDMP_NOTIFY_DATA_READ', { offset, length });
  }

  pause(reason: number, seek = 0n): void {
    this.moverState = { state: MOVER.PAUSED, pause_reason: reason, seek_position: seek };
  }

  private answer(connection: ScriptedConnection, name: string): BodyValue {
    this.seen(name);
    if (this.silent.has(name))
      throw new RequestTimedOut(connection.server, name, `${connection.server} did not answer.`);
    if (name === 'NDMP_DATA_GET_STATE') return this.dataState;
    if (name === 'NDMP_MOVER_GET_STATE') return this.moverState;
    if (name === 'NDMP_DATA_ABORT') this.dataState = { state: DATA.HALTED, halt_reason: 2 };
    if (name === 'NDMP_MOVER_ABORT') this.moverState = { state: MOVER.HALTED, halt_reason: 2 };
    return {};
  }

  requests(connection: ScriptedConnection): string[] {
    return connection.requests.map(({ name }) => name).filter((name) => !name.endsWith('GET_STATE'));
  }
}

describe('Following a recovery to its end', () => {
  let servers: Servers;
  beforeEach(() => (servers = new Servers()));

  const after = (name: string, step: () => void): void => {
    servers.seen = (seen) => {
      if (seen === name) step();
    };
  };

  it('passes on what the data server wants, and takes both ends', async () => {
    const ended = servers.follow();
    await servers.wants(0n, 512n);
    after('NDMP_MOVER_READ', () => servers.succeed());
    assert.equal((await ended).fault, undefined);
    assert.deepEqual(servers.tape.requests.find(({ name }) => name === 'NDMP_MOVER_READ')?.body, {
      offset: 0n,
      length: 512n,
    });
  });

  it('puts in the tape that has what the mover seeks', async () => {
    servers.pause(PAUSE.SEEK, 5000n);
    after('NDMP_MOVER_CONTINUE', () => servers.succeed());
    const ended = servers.follow();
    await servers.tape.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: PAUSE.SEEK, seek_position: 5000n });
    assert.equal((await ended).fault, undefined);
    assert.deepEqual(servers.seats, [2]);
  });

  for (const reason of ['EOM', 'EOF', 'EOW'] as const)
    it(`goes on with the next part at the pause ${reason}`, async () => {
      servers.pause(PAUSE[reason]);
      after('NDMP_MOVER_CONTINUE', () => servers.succeed());
      assert.equal((await servers.follow()).fault, undefined);
      assert.deepEqual(servers.seats, [2]);
    });

  for (const [reason, name] of [
    [2, 'ABORTED'],
    [3, 'INTERNAL_ERROR'],
    [4, 'CONNECT_ERROR'],
  ] as const)
    it(`a data server that halts with ${name} is named with it, and the mover is ended`, async () => {
      servers.dataState = { state: DATA.HALTED, halt_reason: reason };
      const { fault, mover } = await servers.follow();
      assert.match(fault?.message ?? '', new RegExp(`^filer ended the recovery: its data server says ${name}`));
      assert.equal(mover?.state, 'HALTED');
    });

  const unreadable: BodyValue[] = [
    { state: MOVER.PAUSED, pause_reason: PAUSE.MEDIA_ERROR },
    { state: MOVER.HALTED, halt_reason: 5 },
  ];
  for (const state of unreadable)
    it(`says which tape cannot be read (${JSON.stringify(state)})`, async () => {
      servers.moverState = state;
      const { fault } = await servers.follow();
      assert.match(fault?.message ?? '', /^tapes could not read the tape TAPE01: media error/);
    });

  it('gives up a mover that seeks the same byte again and again', async () => {
    servers.pause(PAUSE.SEEK, 5000n);
    const { fault } = await servers.follow();
    assert.match(fault?.message ?? '', /does not find the byte 5000/);
  });

  it('says at once that a server does not answer, waits for none of its steps, and ends the other', async () => {
    servers.silent.add('NDMP_DATA_GET_STATE').add('NDMP_DATA_ABORT');
    const { fault, mover } = await servers.follow();
    assert.match(fault?.message ?? '', /^filer did not answer/);
    assert.deepEqual(servers.warnings, ['filer did not answer. The restore is being ended.']);
    assert.equal(servers.data.isOpen, false);
    assert.equal(mover?.halt, 'ABORTED');
    assert.equal(servers.tape.isOpen, true);
  });

  it('says that a connection broke, and ends the other side', async () => {
    const ended = servers.follow();
    servers.data.break(new Error('The connection to filer broke.'));
    const { fault } = await ended;
    assert.match(fault?.message ?? '', /filer/);
    assert.deepEqual(servers.requests(servers.tape), ['NDMP_MOVER_ABORT']);
  });

  it('is aborted', async () => {
    const ended = servers.follow();
    servers.abort.abort();
    assert.equal((await ended).fault?.state, 'aborted');
  });

  it('knows at once that a mover of whole records would leave the data server waiting', async () => {
    const faults: unknown[] = [];
    const ended = servers.follow({ wholeRecords: true, faulted: (fault) => void faults.push(fault) });
    await servers.wants(1000n, 3000n);
    await servers.wants(512n, 1000n);
    const { fault } = await ended;
    assert.equal(fault?.needsWholeRecords, true);
    assert.match(fault.message, /wants 1000 bytes at 512 .* sends whole records only/);
    assert.deepEqual(faults, [fault]);
  });

  it('asks for the records that a read lies in, where this machine cuts them', async () => {
    const aligned = new AlignedReads();
    const ended = servers.follow({ wholeRecords: true, aligned });
    await servers.wants(1512n, 600n);
    after('NDMP_MOVER_READ', () => servers.succeed());
    assert.equal((await ended).fault, undefined);
    assert.deepEqual(servers.tape.requests.find(({ name }) => name === 'NDMP_MOVER_READ')?.body, {
      offset: 1000n,
      length: 2000n,
    });
  });
});
