import { decodeHeader, isPostCode, messageName, type Header, type NdmpVersion } from '../../protocol';
import type { Side } from '../model';
import type { SeenMessage } from '../watch';
import { RecordSplitter } from './recordSplitter';

/** Bytes of a message that are shown to whoever watches. */
const MAX_SEEN = 1024 * 1024;
const CONNECT_OPEN = 0x900;
const NOTIFY_CONNECTED = 0x502;

/** Looks at the messages of a connection beside their way: names, versions, counts. */
export class LinkObserver {
  version: NdmpVersion | undefined;
  last: { name: string; at: number } | undefined;
  readonly messages: Record<Side, number> = { client: 0, target: 0 };
  private readonly splitters: Record<Side, RecordSplitter> = {
    client: new RecordSplitter(MAX_SEEN),
    target: new RecordSplitter(MAX_SEEN),
  };
  private asked: NdmpVersion | undefined;

  constructor(
    private readonly connection: number,
    private readonly seen: (message: SeenMessage) => void,
  ) {}

  /** Takes bytes of the stream of a side that carries messages. */
  push(from: Side, bytes: Uint8Array, at: number, marks: readonly string[]): void {
    this.splitters[from].push(bytes, {
      record: ({ payload }) => this.look(from, payload, at, marks),
      long: (_, first) => first && this.look(from, first, at, marks),
    });
  }

  private look(from: Side, payload: Uint8Array, at: number, marks: readonly string[]): void {
    this.messages[from]++;
    const header = decodeHeader(payload);
    if (header === undefined) return;
    this.learnVersion(from, header, payload);
    const version = this.version ?? 4;
    this.last = { name: `${messageName(header.code, version)} ${kindOf(header)}`, at };
    this.seen({ connection: this.connection, from, at, header, version, payload, marks });
  }

  /** What the server offers holds until the client has asked for another version and got it. */
  private learnVersion(from: Side, { code, messageType, error }: Header, payload: Uint8Array): void {
    if (code !== CONNECT_OPEN && code !== NOTIFY_CONNECTED) return;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    if (code === CONNECT_OPEN && from === 'client') this.asked = versionAt(view, 24);
    else if (code === CONNECT_OPEN && messageType === 1 && error === 0 && isZeroAt(view, 24))
      this.version = this.asked ?? this.version;
    else if (code === NOTIFY_CONNECTED) this.version ??= versionAt(view, 28);
  }
}

/** 'request', 'reply' or 'post'. */
export function kindOf({ code, messageType }: Header): 'request' | 'reply' | 'post' {
  if (messageType === 1) return 'reply';
  return isPostCode(code) ? 'post' : 'request';
}

function versionAt(view: DataView, at: number): NdmpVersion | undefined {
  const version = at + 4 <= view.byteLength ? view.getUint32(at) : 0;
  return version >= 1 && version <= 4 ? (version as NdmpVersion) : undefined;
}

function isZeroAt(view: DataView, at: number): boolean {
  return at + 4 <= view.byteLength && view.getUint32(at) === 0;
}
