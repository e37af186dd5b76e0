import type { Endpoint, ServerSession } from '../session/session';
import { volumePath } from './model';
import type { LabView } from './view';

/** One control connection, as `ndmp lab sessions` tells it (ONTAP's `probe` fields). */
export interface SessionView {
  id: number;
  lif: string;
  client: string;
  user: string;
  cab: boolean;
  prepared: string;
  data: string;
  mover: string;
  tape: string;
  secure: boolean;
}

/** A control connection of the lab. */
export interface LabSession {
  readonly id: number;
  readonly client: Endpoint;
  readonly secure: boolean;
  readonly view: LabView;
  server: ServerSession | undefined;
}

/** The control connections that there are, over all LIFs. */
export class LabSessions {
  private readonly open = new Map<number, LabSession>();
  private lastId = 46_000;

  /** Session ids count on over all LIFs, as in one log. */
  nextId(): number {
    return ++this.lastId;
  }

  add(session: LabSession): void {
    this.open.set(session.id, session);
  }

  remove(id: number): void {
    this.open.delete(id);
  }

  get count(): number {
    return this.open.size;
  }

  /** Backups and restores under way. */
  get operations(): number {
    return [...this.open.values()].filter(({ server }) => server?.services.data.state === 'ACTIVE').length;
  }

  list(): SessionView[] {
    return [...this.open.values()].map(({ id, client, secure, view, server }) => ({
      id,
      lif: view.lif.name,
      client: `${client.address}:${client.port}`,
      user: view.user ?? '',
      cab: view.cab,
      prepared: view.prepared === undefined ? '' : volumePath(view.prepared.volume),
      data: server?.services.data.state ?? '',
      mover: server?.services.mover.state ?? '',
      tape: view.openDevice ?? '',
      secure,
    }));
  }
}
