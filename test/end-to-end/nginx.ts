/** A real nginx in front of a server, with the configuration that docs/proxy.md shows. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeCertificate } from '../certificate.ts';
import { freePort } from '../free-port.ts';

export const PROXY_HOST = 'reports.example.org';

export interface Nginx {
  readonly port: number;
  close(): Promise<void>;
}

/** Undefined where there is none: tests then say `needs nginx` and skip. */
export function testNginx(): string | undefined {
  const path = process.env['SCRIPT_RUNNER_NGINX'] ?? '/usr/sbin/nginx';
  return existsSync(path) ? path : undefined;
}

/** Everything of it lies in a folder of its own. `users`: name -> password. Throws with what nginx said. */
export async function startNginx(program: string, upstream: string, users: Readonly<Record<string, string>>): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
  const port = await freePort();
  makeCertificate(folder, PROXY_HOST);
  writeFileSync(join(folder, 'users'), Object.entries(users).map(([name, password]) => `${name}:{PLAIN}${password}\n`).join(''));
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port, upstream));
  const child = spawn(program, ['-e', 'stderr', '-p', folder, '-c', 'nginx.conf'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => { said += chunk; });
  const ended = once(child, 'exit');
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`nginx did not start: ${said}`);
    await wait(10);
  }
  return {
    port,
    async close() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The server block of the documentation, in the foreground and with the places of this test. */
function configuration(folder: string, port: number, upstream: string): string {
  const documented = /```nginx\n([^]*?)```/.exec(readFileSync(resolve('docs/proxy.md'), 'utf8'))?.[1] ?? '';
  const places: readonly (readonly [string, string])[] = [
    ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`], ['/etc/ssl/reports.crt', join(folder, 'crt')], ['/etc/ssl/reports.key', join(folder, 'key')],
    ['/etc/nginx/reports.users', join(folder, 'users')], ['http://127.0.0.1:16024', upstream],
  ];
  const server = places.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`docs/proxy.md no longer has ${from}`);
    return text.replaceAll(from, to);
  }, documented);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${join(folder, name)};`).join(' ');
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `daemon off; master_process off; pid ${join(folder, 'pid')}; error_log stderr; ${user} events {}\nhttp { access_log off; ${temporary}\n${server}}\n`;
}

function listens(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect(port, '127.0.0.1', () => { socket.destroy(); settle(true); });
    socket.on('error', () => { settle(false); });
  });
}
