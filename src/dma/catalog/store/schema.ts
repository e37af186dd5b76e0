import { DmaFailure } from '../../connection/failures';
import type { Connection } from './connection';
import { asNumber } from './values';

/** Tells the file apart from other SQLite files: 'NDMP'. */
const APPLICATION = 0x4e444d50;

/** What each version added; a file of an older one is brought forward by those that it lacks. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    job TEXT,
    started INTEGER NOT NULL,
    ended INTEGER,
    state TEXT NOT NULL,
    message TEXT NOT NULL,
    recording TEXT,
    log TEXT,
    owner TEXT
  );
  CREATE INDEX runs_state ON runs (state);

  CREATE TABLE sets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    run INTEGER NOT NULL,
    job TEXT NOT NULL,
    server_identity TEXT NOT NULL,
    server TEXT NOT NULL,
    path BLOB NOT NULL,
    type TEXT NOT NULL,
    level INTEGER NOT NULL,
    base INTEGER,
    started INTEGER NOT NULL,
    ended INTEGER,
    state TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    files INTEGER NOT NULL,
    record_size INTEGER NOT NULL,
    environment TEXT NOT NULL,
    digest TEXT,
    expires INTEGER,
    topology TEXT NOT NULL
  );
  CREATE INDEX sets_job ON sets (job);
  CREATE INDEX sets_run ON sets (run);
  CREATE INDEX sets_source ON sets (server_identity, path);

  CREATE TABLE parts (
    set_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    copy INTEGER NOT NULL,
    barcode TEXT NOT NULL,
    tape_file INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    record_size INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    PRIMARY KEY (set_id, copy, number)
  );
  CREATE INDEX parts_tape ON parts (barcode, tape_file);

  CREATE TABLE tapes (
    barcode TEXT PRIMARY KEY,
    label TEXT,
    pool TEXT NOT NULL,
    state TEXT NOT NULL,
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    expires INTEGER,
    protected INTEGER NOT NULL,
    labelled INTEGER,
    last_written INTEGER,
    mounts INTEGER NOT NULL,
    library TEXT,
    element INTEGER
  );

  CREATE TABLE servers (
    name TEXT PRIMARY KEY,
    identity TEXT NOT NULL,
    address TEXT NOT NULL,
    seen INTEGER NOT NULL
  );

  CREATE TABLE claims (
    server_identity TEXT NOT NULL,
    path BLOB NOT NULL,
    job TEXT NOT NULL,
    PRIMARY KEY (server_identity, path)
  );

  CREATE TABLE trees (
    set_id INTEGER PRIMARY KEY,
    state TEXT NOT NULL,
    by_nodes INTEGER NOT NULL DEFAULT 0,
    separator INTEGER NOT NULL,
    files INTEGER NOT NULL DEFAULT 0,
    directories INTEGER NOT NULL DEFAULT 0,
    problems TEXT NOT NULL DEFAULT '[]',
    pages INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE spool (
    set_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    run INTEGER NOT NULL,
    piece INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (set_id, kind, run, piece)
  );
  CREATE TABLE pages (
    set_id INTEGER NOT NULL,
    page INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (set_id, page)
  );
  CREATE TABLE page_keys (
    set_id INTEGER NOT NULL,
    key BLOB NOT NULL,
    page INTEGER NOT NULL,
    PRIMARY KEY (set_id, key)
  ) WITHOUT ROWID;
  CREATE TABLE grams (
    set_id INTEGER NOT NULL,
    page INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (set_id, page)
  );
  `,
  // Until when a tape is kept follows from its sets. Tapes of which no set is known were kept for ever: nobody can say what is on them.
  `
  UPDATE tapes SET protected = 1 WHERE expires IS NULL AND files > 1 AND state IN ('active', 'full')
    AND NOT EXISTS (SELECT 1 FROM parts WHERE parts.barcode = tapes.barcode);
  ALTER TABLE tapes DROP COLUMN expires;
  CREATE INDEX sets_base ON sets (base);
  `,
  // Cartridges of two libraries may have the same barcode.
  `
  ALTER TABLE tapes ADD COLUMN sticker TEXT NOT NULL DEFAULT '';
  UPDATE tapes SET sticker = barcode;
  ALTER TABLE tapes ADD COLUMN library_id TEXT;
  `,
  // A backup whose file history the catalog did not take is no backup like others.
  `
  ALTER TABLE sets ADD COLUMN without_files TEXT;
  `,
];

/** Sets up a connection that was just opened, and a file that is new or of an older version. */
export function prepareSchema(connection: Connection, file: string): void {
  connection.exec('PRAGMA locking_mode = EXCLUSIVE');
  const version = numberOf(connection, 'PRAGMA user_version');
  const tables = numberOf(connection, 'SELECT count(*) AS n FROM sqlite_schema');
  if (tables > 0 && numberOf(connection, 'PRAGMA application_id') !== APPLICATION)
    throw new DmaFailure(`${file} is a database of another program, not a catalog. Name another file.`);
  if (version > MIGRATIONS.length)
    throw new DmaFailure(`The catalog ${file} was written by a newer version of this program. Use that one.`);
  if (tables === 0) connection.exec('PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL');
  connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000');
  if (version === MIGRATIONS.length) return;
  connection.transaction(() => {
    for (const migration of MIGRATIONS.slice(version)) connection.exec(migration);
    connection.exec(`PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

function numberOf(connection: Connection, query: string): number {
  return asNumber(Object.values(connection.first(query) ?? {})[0] ?? 0);
}
