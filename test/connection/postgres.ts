/** A PostgreSQL server of the test's own: in a temporary folder, on a port of its own, stopped by its process id. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../free-port.ts';

export interface PostgresServer {
  readonly port: number;
  readonly password: string;
  stop(): Promise<void>;
}

const DEBIAN = '/usr/lib/postgresql';

/** Folder of `initdb` and `postgres`, or undefined where no server is installed. */
export function findPostgres(): string | undefined {
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, 'bin')) : [];
  return [...debian, ...(process.env['PATH'] ?? '').split(delimiter)].find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))));
}

/** Settles when the server takes connections. It refuses to run as root, so root starts it as `nobody`. */
export async function startPostgres(bin: string): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const password = 'S3cret-w@rd/1';
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password);
  if (user.uid !== undefined) for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'ana', '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8', '--no-sync'], { ...user, cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`, '-c', 'fsync=off'], { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (piece: Buffer) => {
      said += piece.toString();
      if (said.includes('ready to accept connections')) resolve();
    });
    void gone.then(() => reject(new Error(`postgres: ${said}`)));
  });
  return {
    port, password,
    async stop() {
      server.kill('SIGINT');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
