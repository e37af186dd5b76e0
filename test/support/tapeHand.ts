import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalog } from '../../src/dma/catalog/open';
import type { Catalog, New, SetRecord } from '../../src/dma/catalog/model';
import type { NdmpConnection } from '../../src/dma/connection/model';
import { openConnection } from '../../src/dma/connection/open';
import { packEntries } from '../../src/dma/media/layout';
import { PartWriter, type PartEnd } from '../../src/dma/media/writing';
import type { RunEvents, Surroundings } from '../../src/dma/run/model';
import { plainDefinition } from '../../src/dma/servers/definitions';
import type { ServerDefinition } from '../../src/dma/servers/model';
import { TapeMode, TapeService } from '../../src/dma/services/tape';

type Version = ServerDefinition['version'];

/** What a test has of a tape server: address, and who may log in. */
export interface TapeHost {
  port: number;
  user?: string;
  password?: string;
  /** Devices that a v2 server cannot list. */
  tapes?: readonly string[];
  changers?: readonly string[];
}

export const RECORD = 4096;

/** A catalog of its own and connections to a tape server: what tests of media, copies and scans work with. */
export class TapeHand {
  readonly messages: string[] = [];
  /** What time it is for the DMA. */
  time = Date.UTC(2026, 2, 29, 12);
  private readonly connections: NdmpConnection[] = [];

  private constructor(
    readonly folder: string,
    public catalog: Catalog,
  ) {}

  static async make(): Promise<TapeHand> {
    const folder = mkdtempSync(join(tmpdir(), 'ndmp-tape-'));
    return new TapeHand(folder, await openCatalog(join(folder, 'catalog.db')));
  }

  readonly now = (): number => this.time;
  readonly note = (_level: string, text: string): void => void this.messages.push(text);

  async connect(host: TapeHost, version: Version, name = 'tapes'): Promise<NdmpConnection> {
    const { password = 'ndmp' } = host;
    const definition = definitionOf(name, host, version);
    const connection = await openConnection({ definition, password: () => Promise.resolve(password) });
    this.connections.push(connection);
    return connection;
  }

  /** What a run needs, with these tape servers by their names. */
  surroundings(
    hosts: Readonly<Record<string, TapeHost & { version: Version }>>,
    events: RunEvents = {},
    signal: AbortSignal = new AbortController().signal,
  ): Surroundings {
    const { catalog, now } = this;
    return {
      catalog,
      now,
      signal,
      events: { message: this.note, ...events },
      connect: (name) => this.connect(hosts[name], hosts[name].version, name),
      definition: (name) => definitionOf(name, hosts[name], hosts[name].version),
    };
  }

  /** A drive, opened. */
  async open(host: TapeHost, version: Version, device: string, mode = TapeMode.WRITE as 0 | 1): Promise<TapeService> {
    const tape = new TapeService(await this.connect(host, version));
    await tape.open(device, mode);
    return tape;
  }

  async newSet(change: Partial<New<SetRecord>> = {}): Promise<SetRecord> {
    const run = await this.catalog.beginRun({ kind: 'backup', job: 'nightly' });
    return this.catalog.beginSet({
      uuid: randomUUID(),
      run: run.id,
      job: 'nightly',
      serverIdentity: 'host:1',
      server: 'filer1',
      path: '/vs1/vol1',
      type: 'dump',
      level: 0,
      base: undefined,
      started: this.time,
      ended: undefined,
      state: 'writing',
      bytes: 0n,
      files: 0,
      recordSize: RECORD,
      environment: [],
      digest: undefined,
      withoutFiles: undefined,
      expires: undefined,
      topology: 'local',
      ...change,
    });
  }

  /** The file tree of a set for its tape, from the catalog. */
  tree({ id, level }: SetRecord): AsyncIterable<Uint8Array> {
    return packEntries(() => this.catalog.walk(id, '/'), level);
  }

  writer(set: SetRecord, more: Partial<ConstructorParameters<typeof PartWriter>[0]> = {}): PartWriter {
    const { catalog, now } = this;
    return new PartWriter({ catalog, set, pool: 'daily', now, message: this.note, ...more });
  }

  /** Writes a whole image of one part: the stream by TAPE_WRITE, without a mover. */
  async writeImage(
    tape: TapeService,
    barcode: string | undefined,
    stream: Uint8Array,
    change: Partial<New<SetRecord>> = {},
    end: Partial<PartEnd> = {},
  ): Promise<SetRecord> {
    const set = await this.newSet(change);
    const writer = this.writer(set);
    await writer.begin({ tape, barcode, number: 1, offset: 0n });
    await writeStream(tape, stream, set.recordSize);
    const bytes = BigInt(stream.length);
    const environment = [{ name: 'FILESYSTEM', value: set.path }];
    const ended = this.time;
    const finished = await this.catalog.updateSet(set.id, { state: 'complete', bytes, environment, ended });
    await writer.end({ state: 'complete', bytes, totalBytes: bytes, environment, ...end });
    return finished;
  }

  async close(): Promise<void> {
    for (const connection of this.connections) await connection.close();
    await this.catalog.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function definitionOf(
  name: string,
  { port, user = 'ndmp', tapes = [], changers = [] }: TapeHost,
  version: Version,
): ServerDefinition {
  const definition = plainDefinition(name, '127.0.0.1');
  return { ...definition, port, user, version, tapes, changers };
}

/** Records of this size, the last one filled up with zeros, as a mover writes them. */
export async function writeStream(tape: TapeService, stream: Uint8Array, recordSize: number): Promise<void> {
  for (let at = 0; at < stream.length; at += recordSize) {
    const record = new Uint8Array(recordSize);
    record.set(stream.subarray(at, at + recordSize));
    await tape.write(record);
  }
}

/** Reads records up to the next file mark. */
export async function readStream(tape: TapeService, recordSize: number): Promise<Buffer> {
  const records: Uint8Array[] = [];
  for (;;) {
    const result = await tape.read(recordSize);
    if (result.kind !== 'block') return Buffer.concat(records);
    records.push(result.data);
  }
}
