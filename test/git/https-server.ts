/** A repository by HTTPS, for those who sign in: git's own server program, behind TLS and basic authentication. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { makeCertificate } from '../certificate.ts';

interface Place {
  /** Of the repositories, and for the certificate, which is then in its file `crt`. */
  readonly folder: string;
  readonly user: string;
  readonly password: string;
}

/** Returns the address `https://localhost:PORT`; what is below `/moved.git` there leads to `/repository.git`. */
export async function serveHttps({ folder, user, password }: Place): Promise<string> {
  makeCertificate(folder, 'localhost');
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const [key, cert] = ['key', 'crt'].map((name) => readFileSync(join(folder, name)));
  const server = createServer({ key, cert }, (request, reply) => {
    if (request.url?.startsWith('/moved.git/') === true)
      reply.writeHead(301, { location: request.url.replace('moved', 'repository') }).end();
    else if (request.headers.authorization === expected) answer(folder, request, reply);
    else reply.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

/** Runs the program by the rules of CGI. */
function answer(folder: string, request: IncomingMessage, reply: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'https://localhost');
  const program = spawn(join(programs(), 'git-http-backend'), [], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REQUEST_METHOD: request.method,
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  request.pipe(program.stdin);
  const said: Buffer[] = [];
  program.stdout.on('data', (piece: Buffer) => said.push(piece));
  program.on('close', () => {
    const text = Buffer.concat(said);
    const end = text.indexOf('\r\n\r\n');
    const headers = String(text.subarray(0, end))
      .split('\r\n')
      .map((line) => line.split(': ', 2) as [string, string]);
    const status = Number(headers.find(([name]) => name === 'Status')?.[1].slice(0, 3) ?? 200);
    reply.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== 'Status')));
    reply.end(text.subarray(end + 4));
  });
}

function programs(): string {
  return spawnSync('git', ['--exec-path'], { encoding: 'utf8' }).stdout.trim();
}
