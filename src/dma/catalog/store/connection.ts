import { Database, type Statement } from 'node-sqlite3-wasm';
import type { Row, SqlValue } from './values';

/**
 * What outlasts the end of the whole machine. `power`: the transaction, as soon as it is done. `process`: it does so with the
 * next one of that kind, or once the file is let go; until then it outlasts the end of the program alone. The file is whole
 * in any case, and nothing is lost of which something later is kept.
 */
export type Endurance = 'power' | 'process';

/** Of SQLite, for a write-ahead log. */
const SYNCHRONOUS: Readonly<Record<Endurance, string>> = { power: 'FULL', process: 'NORMAL' };

/** SQLite with the statements that were prepared. All rows of a query are read at once, so that none stays open. */
export class Connection {
  private readonly database: Database;
  private readonly statements = new Map<string, Statement>();
  private endurance: Endurance | undefined;

  constructor(file: string) {
    this.database = new Database(file, { fileMustExist: true });
  }

  exec(sql: string): void {
    this.database.exec(sql);
  }

  /** @returns id of the row that was put in */
  run(sql: string, ...values: SqlValue[]): number {
    return Number(this.prepared(sql).run(values).lastInsertRowid);
  }

  /** @returns how many rows it changed */
  change(sql: string, ...values: SqlValue[]): number {
    return this.prepared(sql).run(values).changes;
  }

  all(sql: string, ...values: SqlValue[]): Row[] {
    return this.prepared(sql).all(values) as Row[];
  }

  first(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.all(sql, ...values).at(0);
  }

  /** Everything in it is done, or nothing. */
  transaction<T>(work: () => T, endurance: Endurance = 'power'): T {
    if (endurance !== this.endurance) this.database.exec(`PRAGMA synchronous = ${SYNCHRONOUS[endurance]}`);
    this.endurance = endurance;
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (problem) {
      if (this.database.inTransaction) this.database.exec('ROLLBACK');
      throw problem;
    }
  }

  close(): void {
    for (const statement of this.statements.values()) statement.finalize();
    this.statements.clear();
    this.database.close();
  }

  private prepared(sql: string): Statement {
    let statement = this.statements.get(sql);
    if (statement === undefined) this.statements.set(sql, (statement = this.database.prepare(sql)));
    return statement;
  }
}
