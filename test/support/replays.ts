import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ndmp, type Outcome } from '../cli/harness';
import { writeFiles } from './dma';
import { backUp, recover, type Sides } from './testDma';
import { PASSWORD, TestServer } from './testServer';

const ENV = { NDMP_PASSWORD: PASSWORD };

/** A backup and a recovery of one server, recorded by it. */
export class RecordedServer {
  private isStopped = false;

  private constructor(
    readonly server: TestServer,
    /** The capture. */
    readonly capture: string,
  ) {}

  /** @param connections 1: a local job; 2: data and tape on connections of their own, joined by TCP */
  static async make(connections: 1 | 2, withRecovery = true): Promise<RecordedServer> {
    const server = await TestServer.start({ record: true });
    try {
      return new RecordedServer(server, await recordedOn(server, connections, withRecovery));
    } catch (problem) {
      await server.stop();
      throw problem;
    }
  }

  /** `ndmp replay CAPTURE --as dma` against the same server. */
  asDma(...more: string[]): Promise<Outcome> {
    const target = ['--target', `127.0.0.1:${this.server.port}`];
    return ndmp(['replay', this.capture, '--as', 'dma', ...target, ...more], { env: ENV });
  }

  /** Replays the server and then, against it, the DMA. */
  async againstItself(...more: string[]): Promise<{ server: Outcome; dma: Outcome }> {
    const place = await replayedServer(this.capture);
    const dma = await ndmp(['replay', this.capture, '--as', 'dma', '--target', place.address, ...more], { env: ENV });
    return { server: await place.outcome, dma };
  }

  /** May be called again. */
  async stop(): Promise<void> {
    if (this.isStopped) return;
    this.isStopped = true;
    await this.server.stop();
  }
}

/** Starts `ndmp replay CAPTURE --as server`. @returns where it listens, and how it ends */
export async function replayedServer(
  capture: string,
  ...more: string[]
): Promise<{ address: string; outcome: Promise<Outcome> }> {
  let said: (address: string) => void = () => undefined;
  const listening = new Promise<string>((resolve) => (said = resolve));
  const outcome = ndmp(['replay', capture, '--as', 'server', '--listen', '127.0.0.1:0', ...more], {
    env: ENV,
    onError: (text) => {
      const address = /listening on (\S+) /.exec(text)?.[1];
      if (address !== undefined) said(address);
    },
  });
  const address = await Promise.race([listening, outcome.then(({ err }) => assert.fail(err))]);
  return { address, outcome };
}

/** Does it, and keeps the capture of it. */
async function recordedOn(server: TestServer, connections: 1 | 2, withRecovery: boolean): Promise<string> {
  writeFiles(server.root, { 'a.txt': 'one', 'dir/b.bin': Buffer.alloc(300_000, 7) });
  const data = await server.connect(4);
  const tape = connections === 1 ? data : await server.connect(4);
  const sides: Sides = { data, tape, device: server.tapes[0] };
  const back = join(server.root, 'back');
  try {
    mkdirSync(back);
    const { environment } = await backUp(sides, 'dump', { FILESYSTEM: server.root, HIST: 'y', UPDATE: 'n' });
    if (withRecovery) await recover(sides, 'dump', environment, [{ path: '/a.txt', destination: join(back, 'a.txt') }]);
  } finally {
    data.destroy();
    tape.destroy();
  }
  // as it was before, so that the same backup is made again
  rmSync(join(back, 'a.txt'), { force: true });
  const capture = join(server.folder, 'before.pcapng');
  copyFileSync(server.recording, capture);
  return capture;
}
