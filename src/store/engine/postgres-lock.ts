/** A lock that one process holds on a PostgreSQL database: it belongs to a connection, so it ends with its process. */
import { sql, type Kysely } from 'kysely';
import pg from 'pg';
import type { Tables } from '../schema.ts';
import { clientOptions, type PostgresOptions } from './postgres-pool.ts';

/** Two numbers: the lock of this name, in this schema. */
const KEY = `hashtext('script-runner ' || $1), hashtext(current_schema())`;
/** The `application_name` of the process that holds the lock of the name `$1`. */
export const HOLDER = `select application_name as name from pg_locks join pg_stat_activity using (pid)
  where locktype = 'advisory' and pg_locks.database = (select oid from pg_database where datname = current_database())
    and classid::bigint = hashtext('script-runner ' || $1)::bigint & 4294967295
    and objid::bigint = hashtext(current_schema())::bigint & 4294967295`;

export interface DatabaseLock {
  /** Undefined if this process has the lock, now or already; else who has: `script-runner serve (process 7 on a)`. */
  take(): Promise<string | undefined>;
  release(): Promise<void>;
}

/** Connects at the first `take`, and again at a later one if the connection was lost. */
export function createLock(options: PostgresOptions, name: string): DatabaseLock {
  let held: pg.Client | undefined;

  async function tryOnce(client: pg.Client): Promise<string | undefined> {
    await client.connect();
    const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${KEY}) as taken`, [name]);
    if (rows[0]?.taken === true) return undefined;
    const holders = await client.query<{ name: string }>(HOLDER, [name]);
    return holderWords(holders.rows[0]?.name ?? '');
  }

  /** The server ends the lock of a connection that was cut without a word; this side is told nothing. */
  async function isStillHeld(): Promise<boolean> {
    const client = held;
    const answered = await client?.query('select 1').catch(() => undefined);
    if (answered !== undefined && held === client) return true;
    if (held === client) held = undefined;
    await client?.end().catch(() => undefined);
    return false;
  }

  return {
    async take() {
      if (await isStillHeld()) return undefined;
      const client = new pg.Client(clientOptions(options));
      client.on('error', () => undefined);
      client.once('end', () => {
        if (held === client) held = undefined;
      });
      try {
        const holder = await tryOnce(client);
        if (holder === undefined) held = client;
        else await client.end();
        return holder;
      } catch (error) {
        await client.end().catch(() => undefined);
        throw error;
      }
    },
    async release() {
      const client = held;
      held = undefined;
      await client?.end().catch(() => undefined);
    },
  };
}

/** Whether any process holds the lock. */
export async function isHeld(db: Kysely<Tables>, name: string): Promise<boolean> {
  const { rows } = await sql`select 1 from pg_locks
    where locktype = 'advisory' and granted
      and database = (select oid from pg_database where datname = current_database())
      and classid::bigint = hashtext(${`script-runner ${name}`})::bigint & 4294967295
      and objid::bigint = hashtext(current_schema())::bigint & 4294967295`.execute(db);
  return rows.length > 0;
}

/** The process with this `application_name`, in words; see `clientOptions`. */
export function holderWords(name: string): string {
  const [, role, pid, host] = /^script-runner (\S+) (\d+) (\S+)/.exec(name) ?? [];
  return role === undefined ? 'another program' : `script-runner ${role} (process ${pid} on ${host})`;
}
