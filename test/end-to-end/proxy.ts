/** A real proxy in front of a server, with the configuration that docs/proxy.md shows. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeCertificate } from '../certificate.ts';
import { freePort } from '../free-port.ts';

export const PROXY_HOST = 'reports.example.org';

export interface Proxy {
  readonly port: number;
  close(): Promise<void>;
}

export interface ProxyPlace {
  /** Of the proxy's own; `crt` and `key` lie in it. */
  readonly folder: string;
  readonly port: number;
  /** `http://127.0.0.1:1234`, the server behind it. */
  readonly upstream: string;
  /** Name -> password. */
  readonly users: Readonly<Record<string, string>>;
}

export interface ProxyProgram {
  readonly name: string;
  /** Undefined if there is none: tests then say `needs <name>` and skip. */
  readonly program: string | undefined;
  /** Writes the configuration; returns the arguments that start the program with it, in the foreground. */
  configure(place: ProxyPlace): readonly string[];
}

/** Path of the program: the one that `npm test` found, otherwise the usual one. */
export function findProxy(variable: string, usual: string): string | undefined {
  const path = process.env[variable] ?? usual;
  return existsSync(path) ? path : undefined;
}

/** If the program does not start, throws with its output. */
export async function startProxy(
  { name, program, configure }: ProxyProgram,
  upstream: string,
  users: Readonly<Record<string, string>>,
): Promise<Proxy> {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const port = await freePort();
  makeCertificate(folder, PROXY_HOST);
  const child = spawn(program ?? '', configure({ folder, port, upstream, users }), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const ended = once(child, 'exit');
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`${name} did not start: ${said}`);
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

/** The configuration of the documentation with the paths of a test; each must occur, to be replaced. */
export function documentedConfiguration(
  language: string,
  places: readonly (readonly [from: string, to: string])[],
): string {
  const documented =
    new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readFileSync(resolve('docs/proxy.md'), 'utf8'))?.[1] ?? '';
  return places.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`docs/proxy.md no longer has ${from}`);
    return text.replaceAll(from, () => to);
  }, documented);
}

function listens(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      settle(true);
    });
    socket.on('error', () => {
      settle(false);
    });
  });
}
