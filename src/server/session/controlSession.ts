import type { Socket } from 'node:net';
import {
  decodeHeader,
  decodeProper,
  encodeBody,
  ErrorCode,
  findCode,
  findMessage,
  messageName,
  type BodyValue,
  type Header,
  type MessageName,
  type NdmpVersion,
} from '../../protocol';
import { ControlConnection, type RecordedConnection, type TrafficRecorder } from '../../transport';
import type { DataEngine } from '../data/engine/engine';
import { ExtensionState } from '../extensions/extensionState';
import { RequestFailure } from '../failure';
import type { ServerLimits } from '../limits';
import type { ServerLog } from '../log';
import type { ServedSystem, SystemView } from '../system';
import { createServices } from './createServices';
import { handlers } from './handlers';
import { LoginState } from './loginState';
import type { Services } from './services';
import type { Endpoint, ServerSession, SessionUser } from './session';

/** What a session is made of. */
export interface SessionOrder {
  socket: Socket;
  id: number;
  client: Endpoint;
  server: Endpoint;
  secure: boolean;
  system: ServedSystem;
  limits: ServerLimits;
  log: ServerLog;
  recorder?: TrafficRecorder;
  /** The connection is over and everything is given back. */
  ended: () => void;
  /** Makes the data operations of all connections. */
  engine: DataEngine;
}

const Connect = { OPEN: 0x900, CLIENT_AUTH: 0x901, CLOSE: 0x902 } as const;
const CONNECTION_STATUS = 'NDMP_NOTIFY_CONNECTION_STATUS';
const Reason = { CONNECTED: 0, SHUTDOWN: 1, REFUSED: 2 } as const;
/** Requests that need no login (NDMPv4 draft, section 2.2.3). */
const BEFORE_LOGIN: ReadonlySet<number> = new Set([0x900, 0x901, 0x902, 0x103, 0x108]);
/** v2 tells how one may log in within its host information. */
const BEFORE_LOGIN_V2: ReadonlySet<number> = new Set([0x100, 0x101]);
/** Information that anyone may have where anyone may log in. */
const CONFIG_INTERFACE = 0x1;
/** Seconds that services may take to end, and the client to close. */
const FAREWELL_SECONDS = 5;
/** Bytes of a record from a client that has not logged in. */
const STRANGER_RECORD_BYTES = 64 * 1024;
/** Records without a header after which the other side is taken for no NDMP client. */
const MAX_GARBAGE = 3;

/** Serves one control connection: order, authentication and form of requests; the work is the handlers'. */
export class ControlSession implements ServerSession {
  readonly id: number;
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly limits: ServerLimits;
  readonly log: ServerLog;
  readonly login: LoginState;
  readonly extensions = new ExtensionState();
  readonly view: SystemView;
  readonly services: Services;
  private readonly connection: ControlConnection;
  private currentVersion: NdmpVersion;
  private isNegotiated = false;
  private garbage = 0;
  private isClosing = false;
  private released: Promise<void> | undefined;
  private readonly connectedAt = Date.now();
  private lastActivity = Date.now();
  private readonly watch: NodeJS.Timeout;
  private readonly recorded: RecordedConnection | undefined;

  /** Greets the client; undefined when it had to be refused. */
  static start(order: SessionOrder): ControlSession | undefined {
    const { client, server, secure, id, system, socket, limits } = order;
    const view = system.connect({ client, server, secure, id });
    if (!(view instanceof RequestFailure)) return new ControlSession(order, view);
    order.log.write('warning', `refused: ${view.message}`);
    const connection = new ControlConnection(
      socket,
      { record: () => undefined, closed: order.ended },
      { recordBytes: STRANGER_RECORD_BYTES, recordSeconds: limits.recordSeconds },
    );
    const body = { reason: Reason.REFUSED, protocol_version: 4, text_reason: view.message };
    sendPost(connection, 4, CONNECTION_STATUS, body);
    connection.end();
    setTimeout(() => connection.destroy(), limits.recordSeconds * 1000).unref();
    return undefined;
  }

  private constructor(
    private readonly order: SessionOrder,
    view: SystemView,
  ) {
    ({ id: this.id, client: this.client, server: this.server, limits: this.limits, log: this.log } = order);
    this.view = view;
    this.login = new LoginState(view, this.limits.loginAttempts);
    this.currentVersion = highest(view.versions);
    this.connection = new ControlConnection(
      order.socket,
      {
        record: (payload) => this.onRecord(payload),
        closed: (error) => void this.onClosed(error),
        traced: (sent, payload, time) => this.trace(sent, payload, time),
      },
      {
        recordBytes: Math.min(STRANGER_RECORD_BYTES, this.limits.recordBytes),
        recordSeconds: this.limits.recordSeconds,
      },
    );
    this.recorded = order.recorder?.connection(order.client, order.server);
    this.services = createServices(this, order.engine);
    const bounds = [this.limits.loginSeconds, this.limits.idleSeconds].filter((each) => each > 0);
    this.watch = setInterval(() => this.closeIdle(), Math.max(250, Math.min(...bounds, 60) * 250));
    this.watch.unref();
    view.attached?.(this);
    this.post(CONNECTION_STATUS, { reason: Reason.CONNECTED, protocol_version: this.currentVersion, text_reason: '' });
  }

  get version(): NdmpVersion {
    return this.currentVersion;
  }

  get user(): SessionUser | undefined {
    return this.login.user;
  }

  /** Whether something is under way for the client. */
  get isWorking(): boolean {
    const { data, mover, scsi, tape } = this.services;
    return this.connection.isBusy || [data, mover, scsi, tape].some((service) => service.busy);
  }

  now(): number {
    return Date.now();
  }

  post(name: MessageName, body: BodyValue): number {
    return this.isClosing ? 0 : sendPost(this.connection, this.currentVersion, name, body);
  }

  postEncoded(code: number, body: Uint8Array): number {
    return this.isClosing ? 0 : this.connection.send({ code, messageType: 0, body });
  }

  caughtUp(): Promise<void> {
    return this.connection.caughtUp(this.limits.waitingBytes);
  }

  /** Opens the version that the client asks for; says whether it may. */
  open(version: number): void {
    if (this.isNegotiated) throw new RequestFailure(ErrorCode.ILLEGAL_STATE, 'the version is agreed already');
    const wanted = this.view.versions.find((each) => each === version);
    if (wanted === undefined) throw new RequestFailure(ErrorCode.ILLEGAL_ARGS, `version ${version} is not spoken here`);
    this.currentVersion = wanted;
    this.isNegotiated = true;
  }

  /** Says good-bye and closes. */
  shutDown(text: string): void {
    if (this.isClosing) return;
    this.isClosing = true;
    // devices are free again when the client sees the end
    void Promise.race([this.release(), seconds(FAREWELL_SECONDS)]).then(() => {
      sendPost(this.connection, this.currentVersion, CONNECTION_STATUS, {
        reason: Reason.SHUTDOWN,
        protocol_version: this.currentVersion,
        text_reason: text,
      });
      this.connection.end();
      void seconds(FAREWELL_SECONDS).then(() => this.connection.destroy());
    });
  }

  /** Ends what works for the connection, once. */
  private release(): Promise<void> {
    const { data, mover, scsi, tape } = this.services;
    return (this.released ??= Promise.all([data.dispose(), mover.dispose()])
      .then(() => Promise.all([scsi.dispose(), tape.dispose()])) // the mover needs the tape up to its end
      .then(() => undefined));
  }

  private trace(fromServer: boolean, payload: Uint8Array, milliseconds: number): void {
    this.view.traced?.(fromServer, payload, milliseconds);
    this.recorded?.message(fromServer, payload, milliseconds);
  }

  private async onRecord(payload: Uint8Array): Promise<void> {
    if (this.isClosing) return;
    this.lastActivity = Date.now();
    const header = decodeHeader(payload);
    if (!header || header.messageType > 1) return this.discard();
    if (header.messageType === 1) {
      this.log.write('debug', `a reply from the client is left alone (0x${header.code.toString(16)})`);
      return;
    }
    if (header.code === Connect.CLOSE) return this.shutDown('');
    await this.serve(header, payload);
    this.lastActivity = Date.now();
    await this.caughtUp();
  }

  private async serve(header: Header, payload: Uint8Array): Promise<void> {
    const { code } = header;
    if (code !== Connect.OPEN) this.isNegotiated = true;
    const context = { code, kind: 'request', version: this.currentVersion, headerError: 0 } as const;
    const entry = handlers.get(code);
    const isKnown = entry !== undefined && findMessage(code, context.version)?.versions.includes(context.version);
    if (!isKnown) return this.replyHeader(header, ErrorCode.NOT_SUPPORTED, 'it is not supported');
    if (!this.mayAsk(code)) return this.replyHeader(header, ErrorCode.NOT_AUTHORIZED, 'nobody has logged in');
    const body = decodeProper(payload, context);
    if (!body) return this.replyHeader(header, ErrorCode.XDR_DECODE, 'its body cannot be decoded');
    try {
      const reply = await entry.handle(this, body);
      this.reply(header, context.version, reply ?? {});
    } catch (error) {
      this.replyFailure(header, context.version, error);
    }
    if (code !== Connect.CLIENT_AUTH) return;
    if (this.login.user) this.connection.recordLimit = this.limits.recordBytes;
    else if (this.login.isExhausted) this.giveUp('too many logins were refused');
  }

  private mayAsk(code: number): boolean {
    if (this.login.user !== undefined || BEFORE_LOGIN.has(code)) return true;
    if (this.currentVersion === 2 && BEFORE_LOGIN_V2.has(code)) return true;
    return this.login.isOpenToAll && code >>> 8 === CONFIG_INTERFACE;
  }

  private reply(header: Header, version: NdmpVersion, reply: BodyValue): void {
    const body = encodeBody(header.code, version, 'reply', reply);
    this.connection.send({ code: header.code, messageType: 1, replySequence: header.sequence, body });
  }

  private replyFailure(header: Header, version: NdmpVersion, error: unknown): void {
    const failure =
      error instanceof RequestFailure
        ? error
        : new RequestFailure(
            ErrorCode.UNDEFINED,
            error instanceof Error ? (error.stack ?? error.message) : String(error),
          );
    if (failure.inHeader) return this.replyHeader(header, failure.error, failure.message);
    const level = failure.error === ErrorCode.UNDEFINED ? 'error' : 'info';
    this.log.write(level, `${messageName(header.code, version)} refused: ${failure.message}`);
    this.reply(header, version, { error: failure.error });
  }

  private replyHeader(header: Header, error: number, why: string): void {
    this.log.write('info', `${messageName(header.code, this.currentVersion)} refused: ${why}`);
    this.connection.send({ code: header.code, messageType: 1, replySequence: header.sequence, error });
  }

  /** What is no message is left out; who sends nothing else is no NDMP client. */
  private discard(): void {
    if (++this.garbage >= MAX_GARBAGE) this.giveUp('it sends no NDMP messages');
    else this.log.write('warning', 'a record without an NDMP header was left out');
  }

  private giveUp(why: string): void {
    this.log.write('warning', `closed: ${why}`);
    this.shutDown(why);
  }

  private closeIdle(): void {
    if (this.isClosing) return;
    const connected = (Date.now() - this.connectedAt) / 1000;
    const { loginSeconds } = this.limits;
    if (this.login.user === undefined && loginSeconds > 0 && connected > loginSeconds)
      return this.giveUp('nobody logged in');
    const quiet = (Date.now() - this.lastActivity) / 1000;
    if (this.limits.idleSeconds === 0 || quiet <= this.limits.idleSeconds || this.isWorking) return;
    this.giveUp(`no message came for ${this.limits.idleSeconds} seconds`);
  }

  private async onClosed(error: Error | undefined): Promise<void> {
    clearInterval(this.watch);
    this.isClosing = true;
    this.recorded?.closed(this.now(), error === undefined);
    this.log.write(error ? 'warning' : 'info', error ? `connection lost: ${error.message}` : 'connection closed');
    await this.release();
    this.view.closed?.();
    this.order.ended();
  }
}

function sendPost(connection: ControlConnection, version: NdmpVersion, name: MessageName, body: BodyValue): number {
  const code = findCode(name) ?? 0;
  return connection.send({ code, messageType: 0, body: encodeBody(code, version, 'post', body) });
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000).unref());
}

function highest(versions: readonly NdmpVersion[]): NdmpVersion {
  return versions.reduce((high, each) => (each > high ? each : high), versions[0] ?? 4);
}
