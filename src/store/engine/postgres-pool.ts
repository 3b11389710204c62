/** Connections to PostgreSQL: how they are made, and their errors as the store's. */
import { hostname } from 'node:os';
import type { PostgresPool } from 'kysely';
import pg from 'pg';
import { DatabaseLostError, lostOr } from './postgres-error.ts';

/** How long to wait for a connection before the request that needs it fails. */
const CONNECT_MS = 10_000;
/**
 * How long to wait for the answer to a statement: without a limit, a link that was cut without a word is noticed after
 * a quarter of an hour. Far above what any statement but those of a migration takes.
 */
const ANSWER_MS = 20_000;
/** How long this side keeps a connection on which nothing happens before it asks whether the other one is there. */
const KEEPALIVE_MS = 10_000;
/** 64-bit integers and sums arrive as text; all of ours are exact as numbers. Source: `pg_type`. */
const NUMBERS = new Set([20, 1700]);
/**
 * Compiling a query, or starting processes for one, takes longer than any of ours runs. The rest: so that the server
 * soon forgets a client that vanished without a word, with the rows that it has locked; by default it does so after two
 * hours, or after a quarter of an hour if it was sending.
 */
const SESSION =
  '-c jit=off -c max_parallel_workers_per_gather=0 -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=20s -c idle_in_transaction_session_timeout=5s';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** What this process is, such as `serve`: others are told who holds a lock. */
  readonly role?: string;
  /** Statements may take as long as they like: for migrations. */
  readonly isPatient?: boolean;
}

/** For `pg.Client` and `pg.Pool`. */
export function clientOptions({ url, role = 'script-runner', isPatient = false }: PostgresOptions): pg.ClientConfig {
  const address = new URL(url);
  const own = address.searchParams.get('options') ?? '';
  address.searchParams.delete('options');
  return {
    connectionString: address.href,
    // PostgreSQL keeps 63 bytes
    application_name: `script-runner ${role} ${process.pid} ${hostname()}`.slice(0, 63),
    connectionTimeoutMillis: CONNECT_MS,
    ...(isPatient ? {} : { query_timeout: ANSWER_MS }),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_MS,
    options: `${SESSION} ${own}`.trim(),
    types: { getTypeParser: typeParser },
  };
}

/** For Kysely. Errors of the connection are `DatabaseLostError`; `onError` is told of all. */
export function createPool(options: PostgresOptions, max: number, onError: (error: unknown) => void): PostgresPool {
  const pool = new pg.Pool({ ...clientOptions(options), max });
  const told = (error: unknown): Error => {
    onError(error);
    return lostOr(error) as Error;
  };
  // the next query says what is wrong with a connection that was closed; without a listener, the process would end
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    async connect() {
      const client = await pool.connect().catch((error: unknown) => {
        throw told(error);
      });
      // a connection that did not answer is not asked again: the answer might come to another question
      let lost: Error | undefined;
      return {
        async query(sql: string, parameters: readonly unknown[]) {
          if (lost !== undefined) throw lost;
          return client.query(sql, parameters.map(storable)).catch((error: unknown) => {
            const said = told(error);
            if (said instanceof DatabaseLostError) lost = said;
            throw said;
          });
        },
        release: () => client.release(lost),
      } as unknown as Awaited<ReturnType<PostgresPool['connect']>>;
    },
    end: () => pool.end(),
  } as PostgresPool;
}

/** PostgreSQL's texts cannot contain the character NUL; in JSON it is escaped. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '') : value;
}

function typeParser(oid: number, format?: 'text' | 'binary') {
  return NUMBERS.has(oid) ? Number : pg.types.getTypeParser(oid, format as 'text');
}
