/** A MariaDB server of the test's own: in a temporary folder, on a port of its own, stopped by its process id. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePort } from '../free-port.ts';
import { SERVER_USER, serverFolder, startServer } from './database-server.ts';

export interface MariadbServer {
  readonly port: number;
  /** Of the user `ana`, who may do everything with the database `sales`. */
  readonly password: string;
  stop(): Promise<void>;
}

/** Path of the server's program, or undefined if none is installed. */
export function findMariadb(): string | undefined {
  return [process.env['SCRIPT_RUNNER_MARIADB'] ?? '', '/usr/sbin/mariadbd', '/usr/bin/mariadbd'].find(
    (path) => path !== '' && existsSync(path),
  );
}

/** Settles when the server accepts connections. */
export async function startMariadb(program: string): Promise<MariadbServer> {
  const folder = serverFolder('mariadb-');
  const password = 'S3cret-w@rd/2';
  const usual = ['--no-defaults', `--datadir=${join(folder, 'data')}`];
  const install = join(dirname(program), '../bin/mariadb-install-db');
  const made = spawnSync(
    install,
    [...usual, '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'],
    { ...SERVER_USER, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`mariadb-install-db: ${made.stdout}${made.stderr}`);
  const port = await freePort();
  const stop = await startServer(folder, {
    program,
    args: [
      ...usual,
      `--socket=${join(folder, 's')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--innodb-flush-log-at-trx-commit=0',
      '--skip-log-bin',
    ],
    ready: 'ready for connections',
    stopSignal: 'SIGTERM',
  });
  const client = join(dirname(program), '../bin/mariadb');
  const sql = `create database sales; create user ana@localhost identified by '${password}'; grant all on sales.* to ana@localhost`;
  const granted = spawnSync(client, ['--no-defaults', `--socket=${join(folder, 's')}`, '-u', 'root', '-e', sql], {
    encoding: 'utf8',
  });
  if (granted.status !== 0) throw new Error(`mariadb: ${granted.stderr}`);
  return { port, password, stop };
}
