import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BodyValue, MessageName, MoverStateName, NdmpVersion } from '../../src/protocol';
import { createLocalExchange } from '../../src/server/dataConnection/local';
import type { DataEnd } from '../../src/server/dataConnection/model';
import { connectTcp } from '../../src/server/dataConnection/tcp';
import { fromWireAddress } from '../../src/transport/dataAddress';
import { moverHandlers } from '../../src/server/mover/handlers';
import { createMover } from '../../src/server/mover/mover';
import type { Services } from '../../src/server/session/services';
import type { SystemView } from '../../src/server/system';
import { ask, fakeSession, type FakeReply, type FakeSession } from './fakeSession';
import type { MemoryTape } from './memoryTape';

export const ALL_ONES = 0xffffffffffffffffn;
export const READ = 0;
export const WRITE = 1;
export const LOCAL = 0;
export const TCP = 1;

/** A mover, the tape it has, and the other end of its data connection. */
export class MoverBench {
  readonly session: FakeSession;
  tape: MemoryTape | undefined;
  /** How often the mover said that it wrote. */
  wrote = 0;

  constructor(tape: MemoryTape | undefined, version: NdmpVersion = 4, view: Partial<SystemView> = {}) {
    this.tape = tape;
    const currentTape = (): MemoryTape | undefined => this.tape;
    const noteMoverWrote = (): void => void this.wrote++;
    this.session = fakeSession({
      version,
      view,
      services: (session) => ({
        mover: createMover(session),
        local: createLocalExchange(),
        tape: {
          ...session.services.tape,
          noteMoverWrote,
          get tape() {
            return currentTape();
          },
        } satisfies Services['tape'],
      }),
    });
  }

  get state(): MoverStateName {
    return this.session.services.mover.state;
  }

  ask(name: MessageName, body?: BodyValue): Promise<FakeReply> {
    return ask(this.session, moverHandlers, name, body);
  }

  /** Asks and demands an answer, by default no error. */
  async expect(name: MessageName, body?: BodyValue, error = 'NO_ERR'): Promise<BodyValue> {
    const reply = await this.ask(name, body);
    assert.equal(reply.error, error, `${name}: ${reply.why}`);
    return reply.body;
  }

  /** Record size and window, in the order of v4. */
  async set(recordSize: number, offset = 0n, length = ALL_ONES): Promise<void> {
    await this.expect('NDMP_MOVER_SET_RECORD_SIZE', { len: recordSize });
    await this.expect('NDMP_MOVER_SET_WINDOW', { offset, length });
  }

  /** Lets the mover listen and connects to it. @returns the data server's end */
  async join(mode: number, type = LOCAL): Promise<DataEnd> {
    const reply = await this.expect('NDMP_MOVER_LISTEN', { mode, addr_type: type });
    const { version, services } = this.session;
    const address = fromWireAddress(version === 4 ? reply.connect_addr : reply.mover, version);
    assert.ok(address);
    const end = address.kind === 'local' ? services.local.connect() : await connectTcp({ to: address.addresses });
    await this.until('ACTIVE');
    return end;
  }

  async until(state: MoverStateName): Promise<void> {
    await until(
      () => this.state === state,
      () => `the mover is ${this.state}, not ${state}`,
    );
  }

  /** Waits until the mover pauses. @returns the post */
  async paused(count = 1): Promise<BodyValue> {
    const posts = (): BodyValue[] => this.session.posted('NDMP_NOTIFY_MOVER_PAUSED');
    await until(
      () => posts().length >= count,
      () => `the mover is ${this.state} and paused ${posts().length} times`,
    );
    assert.equal(posts().length, count);
    assert.equal(this.state, 'PAUSED');
    return posts()[count - 1];
  }

  /** Waits for the end of the mover's work. @returns the reason */
  async halted(): Promise<number> {
    const posts = (): BodyValue[] => this.session.posted('NDMP_NOTIFY_MOVER_HALTED');
    await until(
      () => posts().length > 0,
      () => `the mover is ${this.state}`,
    );
    await sleep(5);
    assert.equal(posts().length, 1, 'one post');
    assert.equal(this.state, 'HALTED');
    return Number(posts()[0].reason);
  }

  dispose(): Promise<void> {
    return this.session.services.mover.dispose();
  }
}

async function until(condition: () => boolean, what: () => string): Promise<void> {
  const start = Date.now();
  while (!condition()) {
    if (Date.now() - start > 5000) assert.fail(`waited in vain: ${what()}`);
    await sleep(2);
  }
}

/** Bytes that differ everywhere. */
export function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let word = 12345;
  for (let i = 0; i < length; i++) {
    word = (Math.imul(word, 1103515245) + 12345) >>> 0;
    bytes[i] = word >>> 16;
  }
  return bytes;
}

/** Reads exactly `length` bytes. */
export async function take(end: DataEnd, length: number): Promise<Buffer> {
  const into = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = await end.readInto(into.subarray(filled));
    assert.ok(count > 0, `the stream ended after ${filled} of ${length} bytes`);
    filled += count;
  }
  return into;
}
