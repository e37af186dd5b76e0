import type { ConnectionPurpose } from '../run/model';
import type { NdmpConnection } from './model';

/** Seconds after which an idle connection is not trusted any more: servers and firewalls give them up. */
const MOST_IDLE = 60;

export type Connect = (server: string, purpose: ConnectionPurpose) => Promise<NdmpConnection>;

interface Idle {
  connection: NdmpConnection;
  since: number;
}

/** Connections of a run on which nothing is open, for whoever wants one to the same server next. */
export class ConnectionPool {
  private idle: Idle[] = [];

  /** @param open opens a new one */
  constructor(private readonly open: Connect) {}

  /** One that was kept, with the extensions that are wanted in force, else a new one. */
  async connect(server: string, purpose: ConnectionPurpose): Promise<NdmpConnection> {
    const fitting = this.idle.filter(({ connection }) => fits(connection, server, purpose));
    for (const each of fitting) {
      this.idle = this.idle.filter((other) => other !== each);
      const { connection, since } = each;
      if (connection.isOpen && Date.now() - since < MOST_IDLE * 1000) return connection;
      void connection.close();
    }
    return this.open(server, purpose);
  }

  /** Takes a connection back on which no tape, device or data connection is open. */
  keep(connection: NdmpConnection): void {
    this.idle.push({ connection, since: Date.now() });
  }

  /** Closes those that nobody wanted. Never rejects. */
  async close(): Promise<void> {
    await Promise.all(this.idle.splice(0).map(({ connection }) => connection.close()));
  }
}

function fits(connection: NdmpConnection, server: string, { extensions = [] }: ConnectionPurpose): boolean {
  const { extensions: inForce } = connection;
  const isWanted = extensions.every((each) => inForce.get(each.class) === each.version);
  return connection.server === server && isWanted && inForce.size === extensions.length;
}
