import { encodeMessage, findCode, type BodyValue, type NdmpVersion } from '../../src/protocol';
import type { CaptureSession } from '../../src/session/capture';
import { encodeRecord } from '../../src/xdr';
import { Recording, TcpConnection, type End } from '../samples/wire';
import { indexed } from './indexed';

const START = 1_800_000_000_000_000n;

/** A conversation written down message by message, as a capture: what the tests of analyses are played with. */
export class Play {
  private readonly recording = new Recording();
  private now = START;
  private nextPort = 40_000;

  /** Lets time go by, in microseconds. */
  wait(microseconds: number): void {
    this.now += BigInt(microseconds);
  }

  /** A new control connection, greeted and opened, unless `handshake` is false: then the capture begins later. */
  connect(client: string, server: string, how: { version?: NdmpVersion; handshake?: boolean } = {}): Conversation {
    const { version = 4, handshake = true } = how;
    const tcp = this.tcp({ address: client, port: this.nextPort++ }, { address: server, port: 10_000 }, handshake);
    const conversation = new Conversation(this, tcp, version);
    if (handshake) {
      conversation.post('NDMP_NOTIFY_CONNECTION_STATUS', { reason: 0, protocol_version: version, text_reason: '' });
      conversation.ask('NDMP_CONNECT_OPEN', { protocol_version: version }, { error: 0 });
    }
    return conversation;
  }

  /** A TCP connection of any kind. */
  tcp(client: End, server: End, handshake = true): TcpConnection {
    const tcp = new TcpConnection(this.recording, client, server);
    if (handshake) tcp.open(this.tick());
    return tcp;
  }

  /** The present moment; it moves on by 100 µs. */
  tick(): bigint {
    return (this.now += 100n);
  }

  /** The capture as a file. */
  bytes(): Uint8Array {
    return this.recording.toPcap();
  }

  session(): CaptureSession {
    return indexed(this.bytes());
  }
}

/** One control connection of a play. */
export class Conversation {
  private readonly sequence = { client: 1, server: 1 };

  constructor(
    private readonly play: Play,
    readonly tcp: TcpConnection,
    readonly version: NdmpVersion,
  ) {}

  /** A request and its reply; `error` in the reply's header instead when `headerError` is given. */
  ask(name: string, body: BodyValue = {}, reply: BodyValue = { error: 0 }, headerError = 0): this {
    const sequence = this.request(name, body);
    this.reply(name, sequence, reply, headerError);
    return this;
  }

  /** A request without its reply. @returns its sequence number */
  request(name: string, body: BodyValue = {}): number {
    const sequence = this.sequence.client++;
    this.send('client', name, 'request', body, { sequence, replySequence: 0, error: 0 });
    return sequence;
  }

  reply(name: string, replySequence: number, body: BodyValue = { error: 0 }, headerError = 0): void {
    const sequence = this.sequence.server++;
    this.send('server', name, 'reply', headerError === 0 ? body : {}, { sequence, replySequence, error: headerError });
  }

  post(name: string, body: BodyValue): this {
    this.send('server', name, 'post', body, { sequence: this.sequence.server++, replySequence: 0, error: 0 });
    return this;
  }

  close(): void {
    this.tcp.close(this.play.tick());
  }

  private send(
    from: 'client' | 'server',
    name: string,
    kind: 'request' | 'reply' | 'post',
    body: BodyValue,
    { sequence, replySequence, error }: { sequence: number; replySequence: number; error: number },
  ): void {
    const code = findCode(name);
    if (code === undefined) throw new Error(`there is no message ${name}`);
    const header = {
      sequence,
      timeStamp: 0x66000000,
      messageType: kind === 'reply' ? 1 : 0,
      code,
      replySequence,
      error,
    };
    const context = { code, kind, version: this.version, headerError: error };
    this.tcp.send(from, this.play.tick(), encodeRecord(encodeMessage(header, body, context)));
  }
}
