/** Opens the tables about people for the command line, also while a server runs: each change is small. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountStore } from '../domain/access/account.ts';
import type { SessionStore } from '../domain/access/session.ts';
import type { TokenStore } from '../domain/access/token.ts';
import type { AuditStore } from '../domain/audit.ts';
import { AppError } from '../domain/error.ts';
import { createAuditStore } from './audit.ts';
import { createAccountStore } from './account.ts';
import { DATABASE, databaseProblem } from './database-check.ts';
import type { Engine } from './engine/engine.ts';
import { openSqlite } from './engine/sqlite.ts';
import { checkMigrations } from './migrate.ts';
import type { SharedDatabase } from './open-shared.ts';
import { createSessionStore } from './session-store.ts';
import { createTokenStore } from './token-store.ts';

export interface PeopleStore {
  readonly sessions: SessionStore;
  readonly accounts: AccountStore;
  readonly tokens: TokenStore;
  readonly auditStore: AuditStore;
  close(): Promise<void>;
}

/**
 * `database`: PostgreSQL; without it, SQLite in the folder `data`. Throws `not-found` without data, `conflict` for a
 * database of another version or one that cannot be used.
 */
export async function openPeople(data: string, database: SharedDatabase | undefined): Promise<PeopleStore> {
  if (database === undefined && !existsSync(join(data, DATABASE)))
    throw new AppError('not-found', `There is no server’s data in ${data}. Name the data folder with --data.`);
  const engine = database === undefined ? openOwn(data) : await openPostgres(database);
  try {
    if ((await checkMigrations(engine)) !== 'current')
      throw new AppError(
        'conflict',
        `${database?.shown ?? data} is new, or of an earlier version. Start the server of this version first.`,
      );
    return {
      sessions: createSessionStore({ engine }),
      accounts: createAccountStore({ engine }),
      tokens: createTokenStore({ engine }),
      auditStore: createAuditStore({ engine }),
      close: () => engine.close(),
    };
  } catch (error) {
    await engine.close();
    throw database === undefined ? databaseProblem(data, error) : await postgresProblem(database, error);
  }
}

function openOwn(data: string): Engine {
  try {
    return openSqlite(join(data, DATABASE));
  } catch (error) {
    throw databaseProblem(data, error);
  }
}

/** Loaded when needed. */
async function openPostgres({ url }: SharedDatabase): Promise<Engine> {
  const { openPostgres: open } = await import('./engine/postgres.ts');
  return open({ url, role: 'people' }, 1);
}

async function postgresProblem({ shown }: SharedDatabase, error: unknown): Promise<unknown> {
  const { openProblem } = await import('./engine/postgres-error.ts');
  return openProblem(shown, error);
}
