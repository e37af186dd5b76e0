import { summarize } from '../../analysis/summary';
import {
  bodyErrorOffset,
  decodeHeader,
  decodeMessage,
  errorName,
  messageName,
  type BodyValue,
  type MessageContext,
} from '../../protocol';
import { kindOf } from '../../tap/forward/observer';
import type { SeenMessage } from '../../tap/watch';
import { withoutSecrets } from '../../transport/passwordMask';

/** Requests whose reply is waited for; the oldest are forgotten. */
const MAX_ASKED = 5000;
/** Bytes of a message that are shown: the rest of a long one is cut. */
const MAX_BYTES = 64 * 1024;

/** A message that passed, as it is shown. Secrets are masked. */
export interface ShownMessage {
  seen: SeenMessage;
  context: MessageContext;
  name: string;
  body: BodyValue;
  /** Of the header or the body, not zero. */
  errors: string[];
  problems: string[];
  summary: string;
}

/** Copies what of a message is needed later: its payload is good only during the call. */
export function kept(seen: SeenMessage): SeenMessage {
  return { ...seen, payload: seen.payload.slice(0, MAX_BYTES) };
}

/** Understands a message. */
export function shown(seen: SeenMessage): ShownMessage {
  const { header, version } = seen;
  const kind = kindOf(header);
  const context: MessageContext = { code: header.code, kind, version, headerError: header.error };
  const payload = withoutSecrets(seen.payload, decodeHeader(seen.payload), version);
  const { value, problems } = decodeMessage(payload, context);
  const bodyError = bodyErrorOffset(header.code, version, kind) < 0 ? 0 : value.error;
  const errors = [header.error, bodyError].filter((each) => typeof each === 'number' && each !== 0);
  return {
    seen,
    context,
    name: messageName(header.code, version),
    body: value,
    errors: errors.map((each) => errorName(each as number).replace(/^NDMP_|_ERR$/g, '')),
    problems: problems.map(({ text }) => text),
    summary: summarize(value, context),
  };
}

/** Times between requests and their replies. */
export class Latencies {
  private readonly asked = new Map<string, number>();

  /** Seconds from its request to this reply; undefined for other messages. */
  of({ connection, from, header, at }: SeenMessage): number | undefined {
    if (header.messageType === 0) {
      this.asked.set(`${connection} ${from} ${header.sequence}`, at);
      if (this.asked.size > MAX_ASKED) this.asked.delete(this.asked.keys().next().value ?? '');
      return undefined;
    }
    const key = `${connection} ${from === 'client' ? 'target' : 'client'} ${header.replySequence}`;
    const asked = this.asked.get(key);
    this.asked.delete(key);
    return asked === undefined ? undefined : (at - asked) / 1000;
  }
}
