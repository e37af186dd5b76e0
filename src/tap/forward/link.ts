import type { NdmpVersion } from '../../protocol';
import { preciseNow } from '../clock';
import type { ConnectionKind, MessageGate, Side } from '../model';
import type { RecordedLink } from '../recording/recordedLink';
import type { ConnectionStatus, TlsStatus } from '../status';
import type { SeenMessage } from '../watch';
import { reset, type End } from './end';
import { Lane, type LaneEvents, type Rewrite } from './lane';
import { LinkObserver } from './observer';
import { recognised, type StreamKind } from './recognise';

/** How long the ends of a connection that was cut in order have to close it. */
const CLOSING_MILLISECONDS = 2000;
const other = (side: Side): Side => (side === 'client' ? 'target' : 'client');

export interface LinkOptions {
  id: number;
  client: End;
  target: End;
  names: Record<Side, string>;
  targetAddress: string;
  /** 'unknown': told by its first bytes. */
  kind: ConnectionKind;
  tls: TlsStatus;
  gate?: MessageGate;
  /** Exchanges what is to be exchanged in records that pass. */
  rewrite?: (link: Link, record: Uint8Array) => ReturnType<Rewrite>;
  recorded?: RecordedLink;
  seen: (message: SeenMessage) => void;
  /** Called once, when both sides are closed. */
  closed: (link: Link) => void;
}

/** A connection through the tap: two lanes, and what is seen of them. */
export class Link {
  readonly id: number;
  readonly bytes: Record<Side, number> = { client: 0, target: 0 };
  private kind: ConnectionKind;
  private readonly opened = preciseNow();
  private closedAt: number | undefined;
  private end: string | undefined;
  private readonly lanes: Record<Side, Lane>;
  private readonly ends: Record<Side, End>;
  private readonly observer: LinkObserver;
  /** First bytes of a side, until they tell what it carries. */
  private readonly early: Record<Side, Uint8Array | undefined>;
  private readonly isMessages: Record<Side, boolean> = { client: false, target: false };
  private open = 2;

  constructor(private readonly options: LinkOptions) {
    const { id, client, target, kind, gate, rewrite } = options;
    const change: Rewrite | undefined = rewrite && ((record) => rewrite(this, record));
    this.id = id;
    this.kind = kind;
    this.ends = { client, target };
    this.observer = new LinkObserver(id, options.seen);
    const lane = (from: Side): Lane =>
      new Lane(id, from, this.ends[from], this.ends[other(from)], gate, change, () => this.kind, this.eventsOf(from));
    this.lanes = { client: lane('client'), target: lane('target') };
    const first = kind === 'data' ? undefined : new Uint8Array(0);
    this.early = { client: first, target: first };
    for (const side of ['client', 'target'] as const) {
      if (kind === 'data') options.recorded?.carries(side, 'data');
      if (kind === 'data') this.lanes[side].beginData();
      this.listen(side);
    }
  }

  /** The protocol's, as far as it is known yet. */
  get version(): NdmpVersion {
    return this.observer.version ?? 4;
  }

  /** Address of the target, without its port. */
  get targetAddress(): string {
    return this.options.targetAddress;
  }

  /** Notes in the recording what was done to the connection. */
  note(text: string): void {
    this.options.recorded?.note(text, preciseNow());
  }

  /** Breaks both sides off, or closes them in order. @param why 'cut by …' */
  cut(how: 'fin' | 'rst', why: string, marks: readonly string[] = [why]): void {
    if (this.end !== undefined) return;
    this.end = why;
    const ends = Object.values(this.ends);
    Object.values(this.lanes).forEach((lane) => lane.stop());
    this.options.recorded?.reset('target', preciseNow(), marks);
    if (how === 'rst') return ends.forEach(reset);
    for (const { socket } of ends) {
      socket.end();
      socket.resume();
    }
    setTimeout(() => ends.forEach(({ socket }) => socket.destroy()), CLOSING_MILLISECONDS).unref();
  }

  status(): ConnectionStatus {
    const { observer, options, bytes } = this;
    return {
      id: this.id,
      kind: this.kind,
      ...options.names,
      opened: this.opened,
      closed: this.closedAt,
      end: this.end,
      bytes: { toTarget: bytes.client, toClient: bytes.target },
      messages: { toTarget: observer.messages.client, toClient: observer.messages.target },
      version: observer.version,
      tls: options.tls,
      lastMessage: observer.last,
    };
  }

  /** Whether something may decide on messages, so that they have to be whole before they go on. */
  private get isDecidedOn(): boolean {
    return this.options.gate !== undefined || this.options.rewrite !== undefined;
  }

  private listen(side: Side): void {
    const { socket } = this.ends[side];
    socket.on('data', (chunk: Uint8Array) => this.take(side, chunk));
    const onEnd = (): void => {
      this.endEarly(side);
      this.lanes[side].end();
    };
    // over TLS a client may have ended while the target was still being connected to
    if (socket.readableEnded) process.nextTick(onEnd);
    else socket.on('end', onEnd);
    socket.on('error', (error) => this.broken(side, error));
    socket.on('close', () => this.onClose(side));
  }

  private take(side: Side, chunk: Uint8Array): void {
    this.bytes[side] += chunk.length;
    const early = this.early[side];
    if (early === undefined) return this.lanes[side].take(chunk);
    const first = early.length === 0 ? chunk : Buffer.concat([early, chunk]);
    const what = recognised(first);
    // with a gate, what may be the beginning of a message waits for its end; without one, nothing waits
    const waits = this.isDecidedOn;
    if (!waits) this.lanes[side].take(chunk);
    if (what === undefined) this.early[side] = first;
    else this.tell(side, what, first);
    if (waits && what !== undefined) this.lanes[side].take(first);
  }

  /** The first bytes of a side tell what it carries. */
  private tell(side: Side, what: StreamKind, first: Uint8Array): void {
    const { recorded, tls } = this.options;
    this.early[side] = undefined;
    if (what === 'ndmp') {
      this.kind = 'control';
      this.isMessages[side] = true;
      recorded?.carries(side, 'messages', () => this.version);
      if (this.isDecidedOn) this.lanes[side].follow();
    } else if (what === 'tls') tls.passedThrough = true;
    if (what === 'other' && this.kind === 'unknown' && !tls.passedThrough) recorded?.carries(side, 'data');
    if (!this.isDecidedOn) this.observe(side, first, []);
  }

  private endEarly(side: Side): void {
    const early = this.early[side];
    this.early[side] = undefined;
    if (early === undefined || early.length === 0) return;
    if (!this.isDecidedOn) this.observe(side, early, []);
    else this.lanes[side].take(early);
  }

  private eventsOf(side: Side): LaneEvents {
    return {
      forwarded: (bytes) => {
        if (this.early[side] === undefined) this.observe(side, bytes, []);
      },
      decided: (wire, _isSentOn, marks) => this.observe(side, wire, marks),
      answer: (records, marks) => {
        for (const record of records) this.lanes[other(side)].send(record, marks);
      },
      cut: (how, marks) => this.cut(how, 'cut by a fault', marks),
      ended: () => this.options.recorded?.ended(side, preciseNow()),
    };
  }

  /** Looks at what has gone on; nothing of it is in anybody's way any more. */
  private observe(side: Side, bytes: Uint8Array, marks: readonly string[]): void {
    const at = preciseNow();
    this.options.recorded?.bytes(side, bytes, at, marks);
    if (this.isMessages[side]) this.observer.push(side, bytes, at, marks);
  }

  private broken(side: Side, error: Error): void {
    if (this.end !== undefined) return;
    this.end = `broken off by the ${side}: ${error.message}`;
    Object.values(this.lanes).forEach((lane) => lane.stop());
    this.options.recorded?.reset(side, preciseNow());
    Object.values(this.ends).forEach(reset);
  }

  private onClose(side: Side): void {
    this.open--;
    // whoever closed without a word takes the other side along
    if (!this.lanes[side].hasEnded) reset(this.ends[other(side)]);
    if (this.open > 0) return;
    this.closedAt = preciseNow();
    this.end ??= 'closed';
    this.options.closed(this);
  }
}
