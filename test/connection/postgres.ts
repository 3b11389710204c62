/** A PostgreSQL server of the test's own: in a temporary folder, on a port of its own, stopped by its process id. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { freePort } from '../free-port.ts';
import { giveToServer, SERVER_USER, serverFolder, startServer } from './database-server.ts';

export interface PostgresServer {
  readonly port: number;
  readonly password: string;
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

/** Settles when the server accepts connections. */
export async function startPostgres(bin: string): Promise<PostgresServer> {
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
  const port = await freePort();
  const stop = await startServer(folder, {
    program: join(bin, 'postgres'),
    args: [
      '-D',
      data,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      `unix_socket_directories=${folder}`,
      '-c',
      'fsync=off',
    ],
    ready: 'ready to accept connections',
    stopSignal: 'SIGINT',
  });
  return { port, password, stop };
}
