import type { BodyValue, MessageName, NdmpVersion } from '../../protocol';
import type { ExtensionState } from '../extensions/extensionState';
import type { ServerLimits } from '../limits';
import type { ServerLog } from '../log';
import type { LoginState } from './loginState';
import type { Services } from './services';
import type { SystemView } from '../system';

export interface Endpoint {
  /** Numeric IPv4 or IPv6 address. */
  address: string;
  port: number;
}

/** The user that logged in. */
export interface SessionUser {
  name: string;
}

/** One control connection, as the services that work for it see it. */
export interface ServerSession {
  /** Counted on; no other connection that may use the same devices has it, which tell their users apart by it. */
  readonly id: number;
  readonly version: NdmpVersion;
  readonly client: Endpoint;
  /** The address that the client connected to. */
  readonly server: Endpoint;
  readonly user: SessionUser | undefined;
  readonly login: LoginState;
  readonly extensions: ExtensionState;
  readonly view: SystemView;
  readonly services: Services;
  readonly limits: ServerLimits;
  readonly log: ServerLog;
  /** Agrees on the version; throws when it cannot be. */
  open(version: number): void;
  /** Milliseconds since 1970 by the server's clock. */
  now(): number;
  /**
   * Sends a post. The body may hold fields of other versions too: those of the connection's version are taken, missing
   * ones are empty. After the connection is lost nothing happens.
   * @returns the post's sequence number
   */
  post(name: MessageName, body: BodyValue): number;
  /** Sends a post whose body is encoded already, for the connection's version. */
  postEncoded(code: number, body: Uint8Array): number;
  /** Settles when so few bytes wait for the DMA that more may be posted; at once in the usual case. */
  caughtUp(): Promise<void>;
}
