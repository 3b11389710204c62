import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import { startServer } from '../src/main.ts';
import type { Server } from '../src/main.ts';
import { testPython } from './python.ts';

let folder: string;
let servers: Server[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'main-'));
  cpSync(join(import.meta.dirname, '../src/cli/project'), folder, { recursive: true });
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  rmSync(folder, { recursive: true });
});

const config = (flags = {}, environment: Record<string, string | undefined> = process.env) =>
  readConfig({ target: folder, flags: { port: '0', python: testPython(), ...flags }, environment });

async function start(...args: Parameters<typeof startServer>): Promise<Server> {
  const server = await startServer(...args);
  servers.push(server);
  return server;
}

describe('the server', () => {
  it('serves the catalogue, becomes ready, and signs the operator in', async () => {
    const server = await start(config());
    expect(await (await fetch(server.url)).text()).toContain('Orders by day');
    expect(await server.prepared).toBe(true);
    await expect.poll(async () => (await fetch(new URL('readyz', server.url))).status).toBe(200);
    const signedIn = await fetch(server.signInUrl, { redirect: 'manual' });
    expect(signedIn.headers.get('set-cookie')).toMatch(/HttpOnly/);
    expect(
      (
        await fetch(new URL('admin', server.url), {
          headers: { cookie: String(signedIn.headers.get('set-cookie')).split(';')[0] ?? '' },
        })
      ).status,
    ).toBe(200);
    expect((await fetch(new URL('admin', server.url))).status).not.toBe(200);
  });

  it('serves the catalogue without any Python, and says why nothing runs', async () => {
    const server = await start(config({ python: '/nowhere/python' }));
    expect(await server.prepared).toBe(false);
    expect((await fetch(server.url)).status).toBe(200);
    // It listens before it has searched for its Python.
    await expect.poll(async () => (await fetch(new URL('readyz', server.url))).text()).toContain('/nowhere/python');
    expect((await fetch(new URL('readyz', server.url))).status).toBe(503);
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'example.org'])('refuses to listen on %s', async (host) => {
    await expect(startServer(config({ host }))).rejects.toThrow(`listens on ${host} only with authentication`);
  });

  it('says so when the data folder or the port is taken', async () => {
    await start(config());
    await expect(startServer(config())).rejects.toThrow(/Another Script Runner/);
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const { port } = other.address() as AddressInfo;
    await expect(startServer(config({ port: String(port), data: join(folder, 'other') }))).rejects.toThrow(
      `Port ${port} is in use`,
    );
    other.close();
  });
});
