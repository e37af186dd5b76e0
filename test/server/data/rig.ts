import { mkdtempSync, rmSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BodyValue, MessageName, NdmpVersion } from '../../../src/protocol';
import { createDataServer } from '../../../src/server/data/dataServer';
import { dataHandlers } from '../../../src/server/data/handlers';
import { createLocalExchange } from '../../../src/server/dataConnection/local';
import type { DataEnd } from '../../../src/server/dataConnection/model';
import type { ServedTree, SystemView } from '../../../src/server/system';
import { ask, fakeSession, type FakeSession } from '../../support/fakeSession';
import { fakeEngine, type FakeEngine } from './fakeArchive';

/** A data server with a connection of its own, operations without files and a tree /vol1. */
export interface Rig {
  session: FakeSession;
  engine: FakeEngine;
  directory: string;
  /** Serves a request; the error by name, '' for none. */
  ask(name: MessageName, body?: BodyValue): Promise<string>;
  reply(name: MessageName, body?: BodyValue): Promise<BodyValue>;
  state(): Promise<{ state: number; halt: number; operation: number; bytes: bigint }>;
  /** Waits for something to become true. */
  until(what: () => boolean | Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

export interface RigOptions {
  version?: NdmpVersion;
  view?: Partial<SystemView>;
  engine?: FakeEngine;
}

export function makeRig(options: RigOptions = {}): Rig {
  const directory = mkdtempSync(join(tmpdir(), 'ndmp-data-'));
  mkdirSync(join(directory, 'sub'));
  const tree: ServedTree = { name: '/vol1', directory };
  const engine = options.engine ?? fakeEngine();
  const session = fakeSession({
    version: options.version,
    view: {
      resolve: (path) => {
        const parts = path.split('/').filter((part) => part !== '');
        return parts[0] === 'vol1' && !parts.includes('..') ? { tree, inside: parts.slice(1).join('/') } : undefined;
      },
      dumpRecords: () => directory,
      ...options.view,
    },
    services: (self) => ({ data: createDataServer(self, engine), local: createLocalExchange() }),
  });
  const serve = (name: MessageName, body?: BodyValue) => ask(session, dataHandlers, name, body);
  const rig: Rig = {
    session,
    engine,
    directory,
    ask: async (name, body) => {
      const { error, why } = await serve(name, body);
      return error === 'NO_ERR' ? '' : `${error}${why ? '' : ' without a reason'}`;
    },
    reply: async (name, body) => (await serve(name, body)).body,
    state: async () => {
      const { state, halt_reason, operation, bytes_processed } = (await serve('NDMP_DATA_GET_STATE')).body;
      return { state, halt: halt_reason, operation, bytes: bytes_processed } as Awaited<ReturnType<Rig['state']>>;
    },
    until: async (what) => {
      for (const end = Date.now() + 5000; !(await what());) {
        if (Date.now() > end) throw new Error(`it never became true: ${what.toString()}`);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    close: async () => {
      await session.services.data.dispose();
      await engine.close();
      rmSync(directory, { recursive: true });
    },
  };
  return rig;
}

export const State = { IDLE: 0, ACTIVE: 1, HALTED: 2, LISTEN: 3, CONNECTED: 4 } as const;
export const Halt = { NA: 0, SUCCESSFUL: 1, ABORTED: 2, INTERNAL_ERROR: 3, CONNECT_ERROR: 4 } as const;

export function environment(values: Record<string, string | number>): BodyValue[] {
  return Object.entries(values).map(([name, value]) => ({ name, value: String(value) }));
}

/** The data server listens LOCAL, the test is its peer. */
export async function connectLocally(rig: Rig): Promise<DataEnd> {
  await rig.ask('NDMP_DATA_LISTEN', { addr_type: 0 });
  const peer = rig.session.services.local.connect();
  await rig.until(() => rig.session.services.data.state === 'CONNECTED');
  return peer;
}

/** Everything up to the end of the connection. */
export async function readAll(end: DataEnd): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (let bytes = await end.read(); bytes; bytes = await end.read()) pieces.push(bytes);
  return Buffer.concat(pieces);
}
