/** Prepared statements of SQLite, by their text: to prepare one takes longer than most take to run. */
import type Database from 'better-sqlite3';
import type { SqliteDatabase } from 'kysely';

/** More texts than the store has; a bound for those with as many placeholders as there are values. */
const MAX_STATEMENTS = 500;
/** All others are rare, and may change what these mean. */
const REPEATED = /^\s*(select|insert|update|delete|with|begin|commit|rollback)\b/i;

/**
 * What Kysely needs of the database, but each text is prepared once. Not for `stream()`: a statement that iterates is
 * busy.
 */
export function preparingOnce(database: Database.Database): SqliteDatabase {
  const statements = new Map<string, Database.Statement>();
  return {
    close: () => database.close(),
    prepare(sql) {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const statement = database.prepare(sql);
      const isRepeated = REPEATED.test(sql);
      if (!isRepeated || statements.size >= MAX_STATEMENTS) statements.clear();
      if (isRepeated) statements.set(sql, statement);
      return statement;
    },
  };
}
