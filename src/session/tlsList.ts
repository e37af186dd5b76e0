import type { GiveUpReason } from '../capture/tls/conversation';
import type { Endpoint } from './messageIndex';
import type { TlsTalk } from './tlsTalk';

/** A TLS connection of a capture. Plain data. */
export interface TlsConnection {
  client: Endpoint;
  server: Endpoint;
  firstFrame: number;
  /** The NDMP connection that it carries. */
  connection: number | undefined;
  /** `TLS 1.3`, and IANA's name of the suite, where the capture has the handshake. */
  version: string | undefined;
  suite: string | undefined;
  /** By which key logs know it: in lower-case hexadecimal digits. */
  clientRandom: string | undefined;
  /** `waiting`: nothing was decrypted so far; otherwise why nothing is. */
  state: 'read' | 'waiting' | GiveUpReason;
}

/** So many are described. */
const MAX_DESCRIBED = 200;

/** A connection in the list. */
export interface ListedTls {
  talk: TlsTalk | undefined;
  place: Pick<TlsConnection, 'client' | 'server' | 'firstFrame'>;
  connection: number | undefined;
}

/** The TLS connections of a capture. */
export class TlsList {
  count = 0;
  private known: ListedTls[] = [];

  add(client: Endpoint, server: Endpoint, firstFrame: number, talk: TlsTalk | undefined): ListedTls {
    const listed: ListedTls = { talk, place: { client, server, firstFrame }, connection: undefined };
    this.count++;
    if (this.known.length < MAX_DESCRIBED) this.known.push(listed);
    return listed;
  }

  /** It turned out to be none. */
  remove(listed: ListedTls): void {
    this.count--;
    this.known = this.known.filter((each) => each !== listed);
  }

  /** NDMP was found in it. */
  name(talk: TlsTalk, connection: number): void {
    const known = this.known.find((each) => each.talk === talk);
    if (known !== undefined) known.connection = connection;
  }

  describe(): TlsConnection[] {
    return this.known.map(({ talk, place, connection }) => ({
      ...place,
      connection,
      ...(talk?.facts ?? { version: undefined, suite: undefined, clientRandom: undefined }),
      state: talk?.gaveUp ?? (talk?.isOpen === true ? 'read' : 'waiting'),
    }));
  }
}

const REASONS: Readonly<Record<GiveUpReason, string>> = {
  'no keys': 'no key log that is given has its keys',
  'wrong keys': 'the keys of the key log do not open it',
  'unknown cipher suite': 'its cipher suite is not known here',
  'no handshake': 'the capture does not hold its whole handshake',
  'out of step': 'too much of it is missing',
};

/** Why a connection is not read, as half a sentence. */
export function giveUpText(reason: GiveUpReason): string {
  return REASONS[reason];
}
