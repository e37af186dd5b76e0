import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeBody, ErrorCode, HEADER_LENGTH, messageName, type BodyValue, type MessageContext } from '../../protocol';
import { CHALLENGE_BYTES, isLoginDigest } from '../../transport';
import type { DataPeers, DataRole } from './dataPeer';
import { Live, type Incoming } from './live';
import { challengeIn, Code } from './login';
import type { ReplayOptions } from './model';
import { addressFields, addressIn, keyOf, type Recorded } from './recorded';
import { bodyBytes, type Addresses } from './rewrite';
import { ServerScript, type Response } from './serverScript';

const MOVER_READS = 0;
const OPENING: readonly number[] = [Code.CONNECT_OPEN, Code.GET_AUTH_ATTR, Code.CLIENT_AUTH];
/** Milliseconds without a request after which posts come that were recorded behind status requests. */
const IDLE_MILLISECONDS = 250;

/** What the connections of a replay have in common. */
export interface SharedReplay {
  recorded: Recorded;
  options: ReplayOptions;
  peers: DataPeers;
  addresses: Addresses;
  /** Tells of trouble. A sentence. */
  say(text: string): void;
}

/** One connection of a live DMA, which is answered as a recorded one was. */
export class ServerSession {
  private readonly live: Live;
  private readonly script: ServerScript;
  private readonly number: string;
  private readonly isFromStart: boolean;
  private challenge: Uint8Array | undefined;

  constructor(
    socket: Socket,
    private readonly connection: number,
    private readonly shared: SharedReplay,
  ) {
    this.live = new Live(socket, 'server', shared.options.live);
    this.script = new ServerScript(shared.recorded, connection);
    this.number = `Connection ${connection + 1}`;
    this.isFromStart = shared.recorded.isFromStart(connection);
  }

  /** Serves until the DMA has gone. Never rejects. */
  async run(): Promise<void> {
    const { live, script, shared } = this;
    try {
      if (!this.isFromStart) this.greet();
      await this.posts(script.begin());
      while (live.ended === undefined) {
        const incoming = await live.next(() => true, IDLE_MILLISECONDS);
        if (incoming) await this.serve(incoming);
        else await this.posts(script.idle());
      }
    } catch (problem) {
      if (!shared.options.signal.aborted) shared.say(`${this.number} could not be played on: ${String(problem)}.`);
      live.destroy();
    }
    const left = script.rest().filter((row) => this.contextOf(row).code !== Code.CONNECT_CLOSE);
    if (left.length > 0 && !shared.options.signal.aborted)
      shared.say(
        `${this.number}: ${left.length} recorded requests were not made, the first is ${this.nameOf(left[0])} (message ${left[0] + 1}).`,
      );
  }

  destroy(): void {
    this.live.destroy();
  }

  private async serve(incoming: Incoming): Promise<void> {
    const { header, payload } = incoming;
    const { shared } = this;
    const { recorded } = shared;
    if (header.messageType !== 0) return;
    const response = this.script.request(header.code, (row) => isEqual(recorded.payload(row), payload));
    for (const row of response.skipped)
      shared.say(`${this.number}: ${this.nameOf(row)} (message ${row + 1}) was recorded and did not come.`);
    if (response.request < 0 && this.opensAnew(header)) return;
    if (response.request < 0) {
      shared.say(
        `${this.number}: ${messageName(header.code, this.live.version)} is not in the recording: it is answered NOT_SUPPORTED.`,
      );
      this.live.send({
        code: header.code,
        messageType: 1,
        replySequence: header.sequence,
        error: ErrorCode.NOT_SUPPORTED,
      });
      return;
    }
    const context = this.contextOf(response.request);
    const body = incoming.header.error === 0 ? this.bodyOf(incoming, context) : undefined;
    this.judge(context, body);
    await this.posts(response.before);
    await this.reply(header.sequence, response, body);
    if (context.code === Code.CONNECT_OPEN) this.agreeOn(response);
    this.carry(context, body, response.request);
    await this.posts(response.behind);
  }

  /** The greeting of a connection whose beginning the capture does not have. */
  private greet(): void {
    const version = this.shared.recorded.session.index.connections[this.connection]?.version ?? 4;
    this.live.version = version;
    this.shared.say(
      `${this.number}: the capture does not have its beginning: it is opened as NDMPv${version}, and any login is taken.`,
    );
    const body = encodeBody(Code.CONNECTION_STATUS, version, 'post', { protocol_version: version });
    this.live.send({ code: Code.CONNECTION_STATUS, messageType: 0, body });
  }

  /** Answers what opens a connection, where the capture does not have its beginning. */
  private opensAnew({ code, sequence }: Incoming['header']): boolean {
    if (this.isFromStart || !OPENING.includes(code)) return false;
    const body = encodeBody(code, this.live.version, 'reply', { error: ErrorCode.NO_ERR });
    this.live.send({ code, messageType: 1, replySequence: sequence, body });
    return true;
  }

  private async reply(
    replySequence: number,
    { reply, isRepeated }: Response,
    request: BodyValue | undefined,
  ): Promise<void> {
    if (reply < 0) return;
    const { recorded } = this.shared;
    const message = recorded.message(reply);
    const payload = recorded.payload(reply);
    const { context } = message;
    if (!payload) {
      this.shared.say(
        `Message ${reply + 1} (${this.nameOf(reply)}) is not whole in the capture: the DMA gets no reply.`,
      );
      return;
    }
    if (!isRepeated) await this.pause(message.wait);
    const body = recorded.body(reply);
    const isOther = body !== undefined && (await this.renew(body, context, request, reply));
    this.live.send({
      code: context.code,
      messageType: 1,
      replySequence,
      error: context.headerError,
      body: bodyBytes(payload, isOther ? body : undefined, context),
    });
  }

  /** Puts values of now into a reply. @returns whether there were any */
  private async renew(
    body: BodyValue,
    context: MessageContext,
    request: BodyValue | undefined,
    row: number,
  ): Promise<boolean> {
    const { addresses, peers } = this.shared;
    if (context.code === Code.GET_AUTH_ATTR && challengeIn(body)) {
      this.challenge = randomBytes(CHALLENGE_BYTES);
      (body.server_attr as BodyValue).challenge = this.challenge;
      return true;
    }
    if (context.code === Code.MOVER_LISTEN || context.code === Code.DATA_LISTEN)
      for (const field of addressFields(context.code, body)) {
        const address = addressIn(body, field, context);
        if (address?.kind !== 'tcp') continue;
        const role = this.roleOfListener(context, request, row, keyOf(address) ?? '');
        addresses.put(address, await peers.listen(this.localAddress(address.family), role));
      }
    return addresses.rewrite(body, context);
  }

  /** Makes the data connection that a server makes when it is told to. */
  private carry(context: MessageContext, body: BodyValue | undefined, row: number): void {
    if (!body) return;
    for (const field of addressFields(context.code, body)) {
      const address = addressIn(body, field, context);
      if (address?.kind !== 'tcp') continue;
      const key = keyOf(addressIn(this.shared.recorded.body(row), field, context) ?? address) ?? '';
      const isMover = context.code === Code.MOVER_CONNECT;
      const receives = isMover ? body.mode === MOVER_READS : !this.isBackupFrom(row);
      this.shared.peers.dial(address, receives ? { do: 'receive' } : this.sender(key));
    }
  }

  private roleOfListener(context: MessageContext, request: BodyValue | undefined, row: number, key: string): DataRole {
    const receives = context.code === Code.MOVER_LISTEN ? request?.mode === MOVER_READS : !this.isBackupFrom(row);
    return receives ? { do: 'receive' } : this.sender(key);
  }

  private sender(key: string): DataRole {
    return { do: 'send', bytes: this.shared.recorded.dataBytes(key) };
  }

  /** Whether the operation that the data server starts next is a backup. */
  private isBackupFrom(row: number): boolean {
    const { recorded } = this.shared;
    const starts: readonly number[] = [
      Code.DATA_START_BACKUP,
      Code.DATA_START_RECOVER,
      Code.DATA_START_RECOVER_FILEHIST,
    ];
    const next = recorded
      .rowsOf(this.connection)
      .find((each) => each >= row && starts.includes(this.contextOf(each).code));
    return next === undefined || this.contextOf(next).code === Code.DATA_START_BACKUP;
  }

  /** Says when a login is not what it has to be; it is answered as it was recorded all the same. */
  private judge(context: MessageContext, body: BodyValue | undefined): void {
    const { password } = this.shared.options;
    if (context.code !== Code.CLIENT_AUTH || password === undefined || !body) return;
    const { auth_digest: digest, auth_password: text } = body.auth_data as BodyValue;
    const isWrong =
      (typeof text === 'string' && text !== password) ||
      (digest instanceof Uint8Array && this.challenge && !isLoginDigest(digest, password, this.challenge));
    if (isWrong) this.shared.say(`${this.number}: the DMA logs in with another password than that of NDMP_PASSWORD.`);
  }

  private agreeOn({ request, reply }: Response): void {
    const asked = this.shared.recorded.body(request)?.protocol_version;
    const isAccepted = reply >= 0 && this.shared.recorded.body(reply)?.error === 0;
    if (isAccepted && (asked === 2 || asked === 3 || asked === 4)) this.live.version = asked;
  }

  private async posts(rows: readonly number[]): Promise<void> {
    const { recorded } = this.shared;
    for (const row of rows) {
      const message = recorded.message(row);
      const payload = recorded.payload(row);
      if (!payload) continue;
      await this.pause(message.wait);
      const { context } = message;
      this.live.send({ code: context.code, messageType: 0, body: payload.subarray(HEADER_LENGTH) });
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    const { timing, signal } = this.shared.options;
    if (timing === 'as-recorded' && milliseconds > 0) await sleep(milliseconds, undefined, { signal });
  }

  private bodyOf(incoming: Incoming, context: MessageContext): BodyValue | undefined {
    this.live.version = context.version;
    return this.live.bodyOf(incoming, 'request');
  }

  private localAddress(family: 4 | 6): string {
    const local = this.live.socket.localAddress?.replace(/^::ffff:/, '') ?? '';
    const isSix = local.includes(':');
    if (isSix === (family === 6) && local !== '') return local;
    return family === 6 ? '::1' : '127.0.0.1';
  }

  private contextOf(row: number): MessageContext {
    return this.shared.recorded.message(row).context;
  }

  private nameOf(row: number): string {
    const { code, version } = this.contextOf(row);
    return messageName(code, version);
  }
}

function isEqual(recorded: Uint8Array | undefined, now: Uint8Array): boolean {
  return recorded !== undefined && Buffer.compare(recorded.subarray(HEADER_LENGTH), now.subarray(HEADER_LENGTH)) === 0;
}
