import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { interfaceOf, messageName, type BodyValue, type NdmpVersion } from '../../protocol';
import { messageOf } from '../../transport/messageOf';
import { DataPeers } from './dataPeer';
import { DmaData } from './dmaData';
import { Live, type Incoming } from './live';
import { challengeIn, Code, logIn, renewLogin } from './login';
import { ReplayFailure, type ReplayOptions, type ReplayReport, type Target } from './model';
import type { Recorded, RecordedMessage } from './recorded';
import { Addresses, bodyBytes, replaceTexts } from './rewrite';

const STATUS: ReadonlySet<number> = new Set([0x400, 0xa00]);
const ACTIVE = { 0x400: 1, 0xa00: 2 } as Readonly<Record<number, number>>;
const POLL_MILLISECONDS = 100;
/** How long posts are waited for, once one that was expected did not come. */
const SHORT_PATIENCE = 300;
const SETTLE_MILLISECONDS = 2000;

/**
 * Plays the DMA's side of a recording against live servers: its requests in their order, each when everything that the
 * capture shows before it has come, with values recomputed that must be others.
 * @param targetOf where a recorded connection is made to now
 * @throws ReplayFailure when there is no connection, or the user ends it
 */
export async function playDma(
  recorded: Recorded,
  targetOf: (connection: number) => Target,
  options: ReplayOptions,
): Promise<ReplayReport> {
  const player = new DmaPlayer(recorded, targetOf, options);
  try {
    await player.run();
  } finally {
    player.stop();
  }
  return player.report();
}

class DmaPlayer {
  private readonly trouble: string[] = [];
  private readonly played: number[] = [];
  private readonly links = new Map<number, Link>();
  private readonly addresses = new Addresses();
  private readonly peers: DataPeers;
  private readonly data: DmaData;
  private patience: number;

  constructor(
    private readonly recorded: Recorded,
    private readonly targetOf: (connection: number) => Target,
    private readonly options: ReplayOptions,
  ) {
    this.peers = new DataPeers((text) => this.say(text));
    this.data = new DmaData(recorded, this.addresses, this.peers);
    this.patience = options.patience * 1000;
  }

  async run(): Promise<void> {
    const last = new Map(this.recorded.rows.map((row) => [this.recorded.message(row).connection, row]));
    for (const row of this.recorded.rows) {
      this.options.signal.throwIfAborted();
      const message = this.recorded.message(row);
      if (this.options.timing === 'as-recorded' && message.wait > 0)
        await sleep(message.wait, undefined, { signal: this.options.signal });
      const link = this.links.get(message.connection) ?? (await this.open(message));
      if (message.fromServer) await this.expect(link, message);
      else if (message.context.kind === 'request') await this.request(link, message);
      if (last.get(message.connection) === row) link.live.end();
    }
    await this.peers.settle(SETTLE_MILLISECONDS);
  }

  stop(): void {
    for (const { live } of this.links.values()) live.destroy();
    this.peers.stop();
  }

  report(): ReplayReport {
    return { played: this.played, trouble: this.trouble, data: this.peers.parts };
  }

  private async open(message: RecordedMessage): Promise<Link> {
    const { connection, context } = message;
    const target = this.targetOf(connection);
    const socket = await dial(target, this.options.signal);
    const live = new Live(socket, 'dma', this.options.live);
    const link: Link = { live, asked: new Map(), challenge: undefined, wanted: undefined };
    this.links.set(connection, link);
    this.played.push(connection);
    if (!this.recorded.isFromStart(connection) || !message.fromServer)
      await this.begin(link, connection, context.version);
    return link;
  }

  /** The beginning of a connection that the capture does not have: greeting, version. */
  private async begin({ live }: Link, connection: number, version: NdmpVersion): Promise<void> {
    const greeting = await live.next(({ header }) => header.code === Code.CONNECTION_STATUS, this.patience);
    if (!greeting) throw new ReplayFailure(`The server sent no greeting${endText(live)}.`);
    live.version = version;
    this.say(`The capture does not have the beginning of a connection: it is opened as NDMPv${version}.`);
    const body = Uint8Array.of(0, 0, 0, version);
    const sequence = live.send({ code: Code.CONNECT_OPEN, messageType: 0, body });
    await live.next(({ header }) => header.replySequence === sequence, this.patience);
    const { user, password } = this.options;
    if (user === undefined || password === undefined || this.hasLogin(connection)) return;
    if (!(await logIn(live, user, password, this.patience))) this.say('The server did not take the login.');
  }

  private hasLogin(connection: number): boolean {
    const { session } = this.recorded;
    return this.recorded.rowsOf(connection).some((row) => session.index.code(row) === Code.CLIENT_AUTH);
  }

  private async request(link: Link, message: RecordedMessage): Promise<void> {
    const { live } = link;
    const { context, row } = message;
    const name = messageName(context.code, context.version);
    live.version = context.version;
    if (live.ended !== undefined)
      return this.say(`Message ${row + 1} (${name}) could not be sent: the connection is over (${live.ended}).`);
    const payload = this.recorded.payload(row);
    if (!payload) return this.say(`Message ${row + 1} (${name}) is not whole in the capture and was left out.`);
    const body = this.recorded.body(row);
    const isOther = body !== undefined && (await this.renew(link, message, body));
    const bytes = bodyBytes(payload, isOther ? body : undefined, context);
    link.asked.set(row, live.send({ code: context.code, messageType: 0, body: bytes }));
    if (message.pair < 0) link.asked.delete(row);
  }

  /** Puts values of now into a request. @returns whether there were any */
  private async renew(link: Link, { context, row }: RecordedMessage, body: BodyValue): Promise<boolean> {
    const { password, user, replace } = this.options;
    let isOther = replaceTexts(body, replace);
    if (context.code === Code.CLIENT_AUTH) {
      const wrong = renewLogin(body, { password, user, challenge: link.challenge });
      if (wrong !== undefined) this.say(`Message ${row + 1}: ${wrong}.`);
      isOther = true;
    }
    if (context.code === Code.MOVER_READ && link.wanted) isOther = this.follow(body) || isOther;
    return (await this.data.renew(body, context, row)) || isOther;
  }

  /** A MOVER_READ that asked for what the data server wanted asks for what it wants now. */
  private follow(body: BodyValue): boolean {
    for (const { wanted } of this.links.values()) {
      if (wanted?.recorded.offset !== body.offset || wanted.recorded.length !== body.length) continue;
      Object.assign(body, wanted.live);
      return true;
    }
    return false;
  }

  private async expect(link: Link, message: RecordedMessage): Promise<void> {
    if (message.context.kind === 'reply') return this.reply(link, message);
    if (interfaceOf(message.context.code) === 'notify') return this.post(link, message);
  }

  private async reply(link: Link, message: RecordedMessage): Promise<void> {
    const sequence = link.asked.get(message.pair);
    if (sequence === undefined) return;
    link.asked.delete(message.pair);
    const { live } = link;
    const { context } = message;
    let reply = await live.next(isReplyTo(sequence), this.patience);
    const wanted = STATUS.has(context.code) ? this.recorded.body(message.row)?.state : undefined;
    const until = Date.now() + this.patience;
    while (reply && wanted !== undefined && wanted !== ACTIVE[context.code] && Date.now() < until) {
      if (live.bodyOf(reply, 'reply')?.state === wanted) break;
      await sleep(POLL_MILLISECONDS, undefined, { signal: this.options.signal });
      const again = live.send({ code: context.code, messageType: 0 });
      reply = await live.next(isReplyTo(again), this.patience);
    }
    const name = messageName(context.code, context.version);
    if (!reply) return this.say(`No reply to ${name} (message ${message.pair + 1})${endText(live)}.`);
    if (wanted !== undefined && Date.now() >= until) {
      this.say(`${name} (message ${message.pair + 1}) did not come to the state that was recorded.`);
      this.patience = Math.min(this.patience, SHORT_PATIENCE);
    }
    const body = live.bodyOf(reply, 'reply');
    if (context.code === Code.GET_AUTH_ATTR) link.challenge = challengeIn(body) ?? link.challenge;
    this.data.learn(message, body);
  }

  private async post(link: Link, { context, row }: RecordedMessage): Promise<void> {
    const { live } = link;
    const post = await live.next(
      ({ header }) => header.messageType === 0 && header.code === context.code,
      this.patience,
    );
    if (!post) {
      const name = messageName(context.code, context.version);
      this.say(`${name} (message ${row + 1}) did not come${endText(live)}.`);
      // the sessions have parted: what follows is not waited for as long
      this.patience = Math.min(this.patience, SHORT_PATIENCE);
      return;
    }
    const recorded = this.recorded.body(row);
    const now = live.bodyOf(post, 'post');
    if (context.code === Code.DATA_READ && recorded && now) link.wanted = { recorded, live: now };
  }

  private say(text: string): void {
    this.trouble.push(text);
    this.options.tell(text);
  }
}

interface Link {
  live: Live;
  /** Sequence numbers of requests that wait for their reply, by recorded row. */
  asked: Map<number, number>;
  challenge: Uint8Array | undefined;
  /** What the data server wanted to read last. */
  wanted: { recorded: BodyValue; live: BodyValue } | undefined;
}

function isReplyTo(sequence: number): (incoming: Incoming) => boolean {
  return ({ header }) => header.messageType === 1 && header.replySequence === sequence;
}

function endText({ ended }: Live): string {
  return ended === undefined ? ' in time' : `: the connection is over (${ended})`;
}

async function dial({ host, port }: Target, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true });
  try {
    await once(socket, 'connect', { signal });
  } catch (problem) {
    socket.destroy();
    signal.throwIfAborted();
    throw new ReplayFailure(`There is no connection to ${host}:${port}: ${messageOf(problem)}.`);
  }
  return socket;
}
