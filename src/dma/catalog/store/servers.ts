import { DmaFailure } from '../../connection/failures';
import type { Connection } from './connection';
import { asOptionalText, blob, text } from './values';

/** Keeps what a server was at first contact, and where it was seen last. A name that means another server now is told by {@link serverIdentity}. */
export function rememberServer(
  connection: Connection,
  server: { name: string; identity: string; address: string },
  now: number,
): void {
  const sql = `INSERT INTO servers (name, identity, address, seen) VALUES (?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET identity = excluded.identity, address = excluded.address, seen = excluded.seen`;
  connection.run(sql, text(server.name), text(server.identity), text(server.address), now);
}

export function serverIdentity(connection: Connection, name: string): string | undefined {
  const row = connection.first('SELECT identity FROM servers WHERE name = ?', text(name));
  return row && asOptionalText(row.identity);
}

/** The job that claimed a source, as long as it has sets of it: one that has none gives it up. */
export function ownerOf(connection: Connection, identity: string, path: string): string | undefined {
  const sql = `SELECT job FROM claims WHERE server_identity = ? AND path = ? AND EXISTS (SELECT 1 FROM sets WHERE
    sets.server_identity = claims.server_identity AND sets.path = claims.path AND sets.job = claims.job)`;
  const row = connection.first(sql, text(identity), blob(path));
  return row && asOptionalText(row.job);
}

/** One volume belongs to one job. */
export function claim(connection: Connection, identity: string, path: string, job: string): void {
  const owner = ownerOf(connection, identity, path);
  if (owner !== undefined && owner !== text(job))
    throw new DmaFailure(
      `${path} belongs to the job ${owner}: one volume belongs to one job. Take it out of one of them.`,
    );
  const sql = 'INSERT OR REPLACE INTO claims (server_identity, path, job) VALUES (?, ?, ?)';
  connection.run(sql, text(identity), blob(path), text(job));
}
