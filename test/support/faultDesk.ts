import {
  decodeHeader,
  decodeMessage,
  encodeBody,
  encodeHeader,
  findCode,
  HEADER_LENGTH,
  isPostCode,
  type BodyValue,
  type Header,
  type MessageKind,
  type NdmpVersion,
} from '../../src/protocol';
import { faultGate, readFaults, type FaultGate } from '../../src/tap/faults';
import type { Passage, Side } from '../../src/tap/model';

/** A message as it came out of the gate. */
export interface Arrived {
  header: Header;
  body: BodyValue;
  payload: Uint8Array;
}

/** What came of one message. */
export interface Outcome {
  passage: Passage;
  marks: string[];
  /** Milliseconds that it waited. */
  waited: number;
  atTarget: Arrived[];
  atClient: Arrived[];
  cut: 'fin' | 'rst' | undefined;
}

export interface Sent {
  version?: NdmpVersion;
  /** Of the sender; by default its next. */
  sequence?: number;
  replySequence?: number;
  error?: number;
  connection?: number;
}

const AT = 1_795_240_800_000;

/** Stands on both sides of a gate: sends messages through it and takes what comes out. */
export class FaultDesk {
  readonly gate: FaultGate;
  readonly marked: string[] = [];
  private readonly next: Record<Side, number> = { client: 0, target: 0 };

  constructor(faults: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) {
    this.gate = faultGate(readFaults(JSON.stringify({ faults, ...more }), 'x.ndmpfaults.json'), {
      marked: ({ text }) => this.marked.push(text),
    });
  }

  request(name: string, body: BodyValue = {}, sent: Sent = {}): Outcome {
    return this.send('client', 'request', name, body, sent);
  }

  reply(name: string, replySequence: number, body: BodyValue = {}, sent: Sent = {}): Outcome {
    return this.send('target', 'reply', name, body, { ...sent, replySequence });
  }

  post(name: string, body: BodyValue = {}, sent: Sent = {}): Outcome {
    return this.send('target', 'post', name, body, sent);
  }

  send(from: Side, kind: MessageKind, name: string, body: BodyValue, sent: Sent): Outcome {
    const { version = 4, replySequence = 0, error = 0, connection = 1 } = sent;
    const sequence = sent.sequence ?? this.next[from] + 1;
    this.next[from] = sequence;
    const code = findCode(name) ?? 0;
    const header = encodeHeader({
      sequence,
      timeStamp: AT / 1000,
      messageType: kind === 'reply' ? 1 : 0,
      code,
      replySequence,
      error,
    });
    const bytes = error === 0 ? encodeBody(code, version, kind, body) : new Uint8Array(0);
    return this.pass(from, Buffer.concat([header, bytes]), version, connection);
  }

  /** Bytes through the gate, whatever they are. */
  pass(from: Side, payload: Uint8Array, version: NdmpVersion = 4, connection = 1): Outcome {
    const { passage, marks } = this.gate.message({ connection, from, payload, at: AT });
    const outcome: Outcome = {
      passage,
      marks: marks.map(({ text }) => text),
      waited: 0,
      atTarget: [],
      atClient: [],
      cut: undefined,
    };
    let now = passage;
    while (now.do === 'hold') {
      outcome.waited += now.milliseconds;
      now = now.then();
    }
    const own = from === 'client' ? outcome.atTarget : outcome.atClient;
    if (now.do === 'pass' || (now.do === 'cut' && now.behind)) own.push(arrived(payload, version, from));
    if (now.do === 'replace') {
      outcome.atTarget.push(...now.towardsTarget.map((each) => arrived(each, version, 'client')));
      outcome.atClient.push(...now.towardsClient.map((each) => arrived(each, version, 'target')));
      outcome.cut = now.cut;
    }
    if (now.do === 'cut') outcome.cut = now.how;
    return outcome;
  }
}

function arrived(payload: Uint8Array, version: NdmpVersion, from: Side): Arrived {
  const header = decodeHeader(payload);
  if (!header) throw new Error(`${payload.length} bytes are no message (header ${HEADER_LENGTH})`);
  const posted = isPostCode(header.code) ? 'post' : 'request';
  const kind = header.messageType === 1 ? 'reply' : from === 'client' ? 'request' : posted;
  const { value } = decodeMessage(payload, { code: header.code, kind, version, headerError: header.error });
  return { header, body: value, payload };
}
