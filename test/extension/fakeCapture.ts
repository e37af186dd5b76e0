import { CaptureModel } from '../../src/extension/editor/captureModel';
import type { Work } from '../../src/extension/scheduler';
import type { MessageKind, NdmpVersion } from '../../src/protocol';
import type { CaptureSession } from '../../src/session/capture';
import type { Connection, Damage, MessageIndex } from '../../src/session/messageIndex';
import { RowNotes } from '../../src/session/rowNotes';

/** A message as tests write it; what is left out is 0, a request, on connection 0. */
export interface FakeMessage {
  /** Seconds. */
  at: number;
  code?: number;
  kind?: MessageKind;
  connection?: number;
  /** Row of the other half. */
  pair?: number;
  headerError?: number;
  bodyError?: number;
  problem?: string;
  version?: NdmpVersion;
}

/** An index over plain objects; more can be pushed later. */
export class FakeIndex {
  damage: Damage[] = [];
  damageDropped = 0;
  connections: Connection[] = [];

  constructor(readonly messages: FakeMessage[]) {
    const ids = new Set(messages.map(({ connection }) => connection ?? 0));
    for (const id of ids) this.connections[id] = fakeConnection(id);
  }

  get count() {
    return this.messages.length;
  }
  get startSeconds() {
    return this.count > 0 ? this.seconds(0) : 0;
  }
  get startNanos() {
    return this.count > 0 ? this.nanos(0) : 0;
  }
  readonly problemNotes = new RowNotes();
  readonly marks = new RowNotes();
  seconds = (row: number) => Math.floor(this.messages[row].at);
  nanos = (row: number) => Math.round((this.messages[row].at % 1) * 1e9);
  digits = () => 6;
  frame = (row: number) => row + 1;
  connection = (row: number) => this.messages[row].connection ?? 0;
  kind = (row: number) => this.messages[row].kind ?? 'request';
  fromServer = (row: number) => this.kind(row) !== 'request';
  version = (row: number) => this.messages[row].version ?? 4;
  code = (row: number) => this.messages[row].code ?? 0;
  sequence = (row: number) => row + 1;
  replySequence = (row: number) => (this.kind(row) === 'reply' ? this.pair(row) + 1 : 0);
  headerError = (row: number) => this.messages[row].headerError ?? 0;
  bodyError = (row: number) => this.messages[row].bodyError ?? -1;
  pair = (row: number) => this.messages[row].pair ?? -1;
  length = () => 28;
  flags = () => 0;
  hasProblem = (row: number) => this.messages[row].problem !== undefined;
  problems = (row: number) => [this.messages[row].problem].filter((text) => text !== undefined);
  userVersion = () => undefined;
}

export function asIndex(fake: FakeIndex): MessageIndex {
  return fake as unknown as MessageIndex;
}

function fakeConnection(id: number): Connection {
  return {
    id,
    client: { address: '192.0.2.1', port: 50000 + id },
    server: { address: '192.0.2.2', port: 10000 },
    version: 4,
    versionSource: 'open',
    firstRow: 0,
    messages: 0,
    started: 'seen',
    ended: 'fin',
    firstFrame: 1,
    endFrame: 0,
    lostBytes: 0,
    skippedBytes: 0,
    bytes: [0, 0],
  };
}

/** A session whose records are bare headers. */
export function fakeSession(fake: FakeIndex): CaptureSession {
  const index = asIndex(fake);
  return {
    index,
    info: {
      format: 'pcap',
      gzip: false,
      bytes: 1000,
      packets: fake.count,
      interfaces: [],
      comments: [],
      names: new Map(),
      tls: [],
    },
    record: () => ({ payload: new Uint8Array(24), fragments: [24], missing: [] }),
    context: (row: number) => ({
      code: index.code(row),
      kind: index.kind(row),
      version: index.version(row),
      headerError: index.headerError(row),
    }),
    setVersion: () => undefined,
    close: () => undefined,
  } as unknown as CaptureSession;
}

/** A model of the messages, complete. */
export function fakeModel(messages: FakeMessage[]): CaptureModel {
  const model = new CaptureModel(fakeSession(new FakeIndex(messages)));
  runToEnd(model.extend());
  return model;
}

/** Runs work to its end at once. */
export function runToEnd<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
