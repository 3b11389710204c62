/** A PostgreSQL server of the test's own: in a temporary folder, on a port of its own, stopped by its process id. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import pg from 'pg';
import { freePort } from '../free-port.ts';
import { giveToServer, runServer, SERVER_USER, serverFolder, type ServerPlan } from './database-server.ts';

export interface PostgresServer {
  readonly port: number;
  readonly password: string;
  /** Of one of its databases, with the password; of a new one without a name. */
  address(database?: string): Promise<string>;
  /** Ends it at once, as a crash does, and keeps its data. */
  halt(): Promise<void>;
  /** Starts it again at the same port. */
  resume(): Promise<void>;
  /** Ends it, and removes its data. */
  stop(): Promise<void>;
}

const DEBIAN = '/usr/lib/postgresql';

/** Folder of `initdb` and `postgres`, or undefined if no server is installed. */
export function findPostgres(): string | undefined {
  const debian = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(DEBIAN, version, 'bin'))
    : [];
  return [...debian, ...(process.env['PATH'] ?? '').split(delimiter)].find((folder) =>
    ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
  );
}

/** Settles when the server accepts connections. `near`: a further address of this machine, for a host beside it. */
export async function startPostgres(bin: string, near = '127.0.0.1'): Promise<PostgresServer> {
  const folder = serverFolder('postgres-');
  const password = 'S3cret-w@rd/1';
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password);
  giveToServer(passwordFile);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'ana', '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8', '--no-sync'],
    { ...SERVER_USER, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  appendFileSync(join(data, 'pg_hba.conf'), `host all all ${near}/30 scram-sha-256\n`);
  const port = await freePort();
  const plan: ServerPlan = {
    program: join(bin, 'postgres'),
    args: [
      ...['-D', data, '-p', String(port)],
      ...[`listen_addresses=127.0.0.1,${near}`, `unix_socket_directories=${folder}`, 'fsync=off'].flatMap((one) => [
        '-c',
        one,
      ]),
    ],
    ready: 'ready to accept connections',
    stopSignal: 'SIGINT',
  };
  let end = await runServer(folder, plan);
  let databases = 0;
  const addressOf = (name: string) => `postgres://ana:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`;
  return {
    port,
    password,
    async address(name) {
      if (name !== undefined) return addressOf(name);
      const fresh = `d${(databases += 1)}`;
      await query(addressOf('postgres'), `create database ${fresh}`);
      return addressOf(fresh);
    },
    halt: () => end(),
    resume: async () => {
      end = await runServer(folder, plan);
    },
    stop: async () => {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The rows that one statement gives. */
export async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(text).finally(() => client.end());
  return rows;
}
