import type { Answer, ConnectionPurpose, Question } from '../run/model';
import { sightingOf } from '../query/sighting';
import type { ServerAddress } from '../servers/addresses';
import type { Identities } from '../servers/identities';
import type { PasswordSource, PinStore, ServerBook, ServerDefinition } from '../servers/model';
import { NO_ANSWER } from './extensions';
import type { NdmpConnection } from './model';
import { openConnection, type OpenOrder } from './open';
import type { TraceSink } from './trace';

/** A server of this machine as connections reach it. */
export interface OwnServer {
  definition: ServerDefinition;
  password: string;
}

export interface ConnectorOptions {
  book: ServerBook;
  passwords: PasswordSource;
  pins: PinStore;
  /** Knows servers again; left out, whoever answers is taken for the server. */
  identities?: Identities;
  /** Starts what serves the drives of this machine; called for servers that have `thisMachine`. */
  own?: (definition: ServerDefinition) => Promise<OwnServer>;
  /** Whom to ask about certificates; without it strange ones are refused. */
  ask?: (question: Question) => Promise<Answer>;
  trace?: TraceSink;
  signal?: AbortSignal;
}

/** Opens connections to servers by their names, for as many runs as there are, and closes those that were left open. */
export class Connector {
  private readonly connections = new Set<NdmpConnection>();
  /** Where a server was reached last: there it is tried first, so that dead addresses cost their time once. */
  private readonly reached = new Map<string, ServerAddress>();
  /** Servers that pass the question for extensions over in silence: it is not asked again. */
  private readonly plain = new Set<string>();
  /** Servers that have answered it. */
  private readonly answering = new Set<string>();

  constructor(private readonly options: ConnectorOptions) {}

  /** @throws DmaFailure as {@link openConnection}, and for a server that is in no list or is another than before */
  async connect(name: string, { role, extensions }: ConnectionPurpose): Promise<NdmpConnection> {
    const { book, passwords, pins, identities, own, ask, trace, signal } = this.options;
    const definition = book.find(name);
    const mine = definition.thisMachine && (await own?.(definition));
    const order: OpenOrder = {
      definition: mine?.definition ?? definition,
      password: mine ? () => Promise.resolve(mine.password) : passwords,
      role,
      extensions: this.plain.has(name) ? undefined : extensions,
      hasAnswered: this.answering.has(name),
      pins,
      ask,
      trace,
      signal,
      first: this.reached.get(name),
      onReached: (address) => this.reached.set(name, address),
    };
    const identify: OpenOrder['identify'] = (met, host) =>
      identities?.confirm({ definition, address: met.address, host, look: () => sightingOf(met, host, order) });
    const connection = await openConnection(mine ? order : { ...order, identify });
    if (connection.introduction?.refused.some(({ error }) => error === NO_ANSWER)) this.plain.add(name);
    else if ((connection.introduction?.offered.length ?? 0) > 0) this.answering.add(name);
    this.connections.add(connection);
    void connection.closed.then(() => this.connections.delete(connection));
    return connection;
  }

  /** Closes every connection that is still open, in order. Never rejects. */
  async close(): Promise<void> {
    await Promise.all([...this.connections].map((connection) => connection.close()));
  }
}
