/** SQLite's prepared statements by their text: preparing one takes longer than executing most. */
import type Database from 'better-sqlite3';
import type { SqliteDatabase } from 'kysely';

/** More than the store has; a limit for statements with a varying number of placeholders. */
const MAX_STATEMENTS = 500;
/** All other statements are rare, and may change the meaning of prepared ones. */
const REPEATED = /^\s*(select|insert|update|delete|with|begin|commit|rollback|savepoint|release)\b/i;

/**
 * The interface that Kysely needs, but each text is prepared once. Not for `stream()`: a statement that iterates is
 * busy. `onUse` is called with each statement that is about to be executed.
 */
export function preparingOnce(
  database: Database.Database,
  onUse: (statement: Database.Statement) => void,
): SqliteDatabase {
  const statements = new Map<string, Database.Statement>();
  function prepare(sql: string): Database.Statement {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    const isRepeated = REPEATED.test(sql);
    if (!isRepeated || statements.size >= MAX_STATEMENTS) statements.clear();
    if (isRepeated) statements.set(sql, statement);
    return statement;
  }
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = prepare(sql);
      onUse(statement);
      return statement;
    },
  };
}
