import type { BodyValue, NdmpVersion } from '../../protocol';

/** A message as it is told to those who record or log a connection. */
export interface TracedMessage {
  sent: boolean;
  payload: Uint8Array;
  /** Milliseconds since 1970. */
  at: number;
}

/** A request, a reply or a post, understood. */
export interface Told {
  kind: 'request' | 'reply' | 'post';
  name: string;
  code: number;
  version: NdmpVersion;
  /** Of replies. */
  error?: string;
  body: () => BodyValue;
  /** Of replies: milliseconds since the request. */
  took?: number;
}

/** Hears everything of one connection; keeps it in a recording, a log, or nowhere. */
export interface ConnectionTrace {
  message(message: TracedMessage): void;
  told(told: Told): void;
  note(text: string): void;
  closed(at: number, inOrder: boolean): void;
}

/** Whom a connection reports to: one trace for every connection that is made. */
export interface TraceSink {
  connection(ends: {
    server: string;
    role: string;
    local: { address: string; port: number };
    remote: { address: string; port: number };
  }): ConnectionTrace;
  /** What is to be known of no connection in particular, such as an address that did not answer. */
  note(text: string): void;
}

const nothing = (): void => undefined;
/** For connections that nobody wants to hear of. */
export const noTrace: TraceSink = {
  connection: () => ({ message: nothing, told: nothing, note: nothing, closed: nothing }),
  note: nothing,
};
