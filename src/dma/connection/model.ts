import type { BodyOf, BodyValue, MessageName } from '../../protocol';
import type { HostFacts } from '../servers/identity';

type Or<T> = [T] extends [never] ? unknown : T;

/** All fields that the replies of any version have; which of them are there depends on the connection's version. */
export type ReplyBody<N extends MessageName> = Or<BodyOf<N, 2, 'reply'>> &
  Or<BodyOf<N, 3, 'reply'>> &
  Or<BodyOf<N, 4, 'reply'>>;
export type PostBody<N extends MessageName> = Or<BodyOf<N, 2, 'post'>> &
  Or<BodyOf<N, 3, 'post'>> &
  Or<BodyOf<N, 4, 'post'>>;

/** A message that the server sent of itself: notify, log, file history. */
export interface Post {
  code: number;
  name: string;
  /** Header and body as they came; file history goes on to the catalog like this, decoded by nobody else. */
  payload: Uint8Array;
  /** The body, decoded now; lenient, so fields may be missing where the server's layout is broken. */
  body(): BodyValue;
}

/**
 * Hears posts in their order. While a returned promise is open, nothing further is read from this connection: that is
 * how a flood of file history is held back. It must not wait for a reply of the same connection.
 */
export type PostListener = (post: Post) => Promise<void> | void;

export interface RequestOptions {
  /** Seconds to wait for the reply instead of the connection's own. */
  seconds?: number;
}

/** What was learned of the server while the connection was opened. */
export interface Introduction {
  /** Through a secure connection. */
  tls: boolean;
  /** Kinds of login by their names, as the server lists them; empty where it does not say. */
  authTypes: readonly string[];
  /** The kind that was used: none, text, md5. */
  auth: string;
  /** Extension classes on offer; empty where nobody asked. It can be asked for only once on a connection. */
  offered: readonly ExtensionOffer[];
  /** Requests that went unanswered or were refused on the way, and how. */
  refused: readonly { request: string; error: string }[];
  /** What GET_HOST_INFO said; undefined where it was refused. */
  host: HostFacts | undefined;
  /** What GET_SERVER_INFO said on the way to the login; undefined where it was not asked, or said nothing. */
  product: ProductFacts | undefined;
  /** Which server it is, whatever address it was reached at: what sets and volumes are kept under in the catalog. */
  identity: string;
}

/** Whose server it is. */
export interface ProductFacts {
  vendor: string;
  product: string;
  revision: string;
}

export interface ExtensionOffer {
  class: number;
  /** The first one is the default. */
  versions: readonly number[];
}

/** A control connection that is open and logged in. */
export interface NdmpConnection {
  /** The server's name in the user's own words. */
  readonly server: string;
  /** Numeric address and port it is connected to. */
  readonly address: string;
  readonly port: number;
  /** This machine's address on it: where a data connection can reach this machine. */
  readonly localAddress: string;
  readonly version: 2 | 3 | 4;
  /** Extension classes in force after SET_EXT_LIST, by class; the version of each. */
  readonly extensions: ReadonlyMap<number, number>;
  /** Undefined only for connections that nobody opened with `openConnection`. */
  readonly introduction?: Introduction;
  readonly isOpen: boolean;
  /**
   * Sends a request and waits for its reply; requests go out one after the other.
   * @param body fields by the names of the version or of any version; those the version does not have are left out,
   *   missing ones are zero or empty
   * @throws NdmpFailure for an error of header or body, ConnectionLost, RequestTimedOut
   */
  request<N extends MessageName>(name: N, body?: BodyValue, options?: RequestOptions): Promise<ReplyBody<N>>;
  /** The same, but with an error of the server as part of the answer instead of thrown. */
  ask<N extends MessageName>(
    name: N,
    body?: BodyValue,
    options?: RequestOptions,
  ): Promise<{ error: string; body: ReplyBody<N> }>;
  /** @returns what ends the listening */
  listen(listener: PostListener): () => void;
  /** Settles when the connection is gone; with what broke it, or undefined after an orderly end. Never rejects. */
  readonly closed: Promise<Error | undefined>;
  /** CONNECT_CLOSE, then the end. Never rejects. */
  close(): Promise<void>;
  destroy(): void;
}
