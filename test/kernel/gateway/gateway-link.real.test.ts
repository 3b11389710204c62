import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { kernelRequest } from '../../../src/domain/kernel/kernel-request.ts';
import type { KernelMessage } from '../../../src/domain/kernel/kernel.ts';
import { createGatewaySupplier } from '../../../src/kernel/gateway/gateway-supplier.ts';
import { makeCertificate } from '../../certificate.ts';
import { freePort } from '../../free-port.ts';
import { say } from '../fixture.ts';
import { missingJupyter, startJupyter, TOKEN, type JupyterServer } from '../jupyter-server.ts';

const MIB = 1024 * 1024;
const missing = missingJupyter('Kernel Gateway');
const root = mkdtempSync(join(tmpdir(), 'gateway-test-link-'));
afterAll(() => rmSync(root, { recursive: true }));

function supplierAt(url: string, options: { readonly token?: string; readonly messageBytes?: number } = {}) {
  const supplier = createGatewaySupplier({
    address: { url: `${url}/`, shown: 'gateway.example', isReadable: false, token: options.token ?? TOKEN },
    unenforced: [],
    messageBytes: options.messageBytes ?? 16 * MIB,
    limits: { fileBytes: MIB, totalBytes: MIB },
    gapMs: 3_000,
  });
  onTestFinished(() => supplier.close());
  return supplier;
}

const take = (supplier: ReturnType<typeof supplierAt>) =>
  supplier.acquire({ ...kernelRequest('r', root), outputDirectory: root }, AbortSignal.timeout(60_000));

/** Passes bytes on, until its connections are cut. */
async function startLink(target: string) {
  const { port } = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = connect(Number(port), '127.0.0.1');
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => sockets.forEach((socket) => socket.destroy());
  onTestFinished(() => {
    server.close();
    cut();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cut, stop: () => server.close() };
}

describe.skipIf(missing !== '')(`the link to a gateway${missing}`, () => {
  let server: JupyterServer;
  beforeAll(async () => {
    server = await startJupyter('Kernel Gateway');
  });
  afterAll(() => server?.close());

  it('is made again when it is cut, and the cell goes on', async () => {
    const link = await startLink(server.url);
    const kernel = await take(supplierAt(link.url));
    const messages: KernelMessage[] = [];
    const code = 'import time\nfor n in range(20):\n    print(n, flush=True)\n    time.sleep(0.1)\n"whole"';
    const { status } = await kernel.execute(code, {
      onMessage(message) {
        if (messages.push(message) === 1) link.cut();
      },
    });
    expect(status).toBe('ok');
    expect(messages).toContainEqual(expect.objectContaining({ type: 'lost', reason: 'link' }));
    expect(messages.at(-1)).toMatchObject({ type: 'display', data: { 'text/plain': "'whole'" } });
    expect((await say(kernel, 'print("next")')).text).toBe('next\n');
    await kernel.kill();
  });

  it('ends the run with a sentence when it stays lost', async () => {
    const link = await startLink(server.url);
    const kernel = await take(supplierAt(link.url));
    const ended = kernel.execute('print("go", flush=True)\nimport time\ntime.sleep(600)', {
      onMessage() {
        link.stop();
        link.cut();
      },
    });
    await expect(ended).rejects.toMatchObject({
      death: {
        reason: 'The connection to the gateway gateway.example was lost and could not be restored within 3 s.',
      },
    });
    await kernel.died;
  });

  it('leaves out a message beyond the limit, and goes on', async () => {
    const kernel = await take(supplierAt(server.url, { messageBytes: MIB }));
    const show = (chars: number) =>
      say(kernel, `from IPython.display import HTML, display\ndisplay(HTML("x" * ${chars}))\nprint("after")`);
    const { messages, status } = await show(2_000_000);
    expect([status, ...messages]).toMatchObject(['ok', { type: 'lost', reason: 'size' }, { text: 'after\n' }]);
    // what is far beyond it costs the connection, and may cost the end of the cell
    expect((await show(6_000_000)).messages).toContainEqual(expect.objectContaining({ type: 'lost', reason: 'size' }));
    expect((await say(kernel, 'print("next")')).text).toBe('next\n');
  });

  it('leaves no kernel for which nobody waits any more', async () => {
    const before = await server.kernels();
    const added = async () => (await server.kernels()).filter((pid) => !before.includes(pid)).length;
    const stop = new AbortController();
    const request = { ...kernelRequest('r', root), outputDirectory: root };
    const taken = supplierAt(server.url).acquire(request, stop.signal);
    await expect.poll(added).toBeGreaterThan(0);
    stop.abort(new Error('cancelled'));
    await expect(taken).rejects.toThrow('cancelled');
    await expect.poll(added).toBe(0);
  });
});

describe('an address that is no gateway', () => {
  async function serve(answer: Parameters<typeof createHttpServer>[1]): Promise<string> {
    const server = createHttpServer(answer ?? (() => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const problemAt = async (url: string) => {
    const supplier = supplierAt(url);
    await supplier.whenReady?.();
    expect(supplier.ready()).toBe(false);
    return supplier.problem?.();
  };

  it('is named with what is wrong', async () => {
    expect(await problemAt(`http://127.0.0.1:${await freePort()}`)).toBe(
      'The gateway gateway.example cannot be reached: nothing listens at this address. Check the setting gateway.',
    );
    expect(await problemAt('http://no-such-host.invalid')).toMatch(
      /cannot be reached: (there is no such host|its name)/,
    );
    expect(await problemAt(await serve((_, reply) => reply.end('<html>')))).toMatch(/answers, but not as a Jupyter/);
    expect(await problemAt(await serve((_, reply) => reply.end('[]')))).toMatch(/answers, but not as a Jupyter/);
    expect(await problemAt(await serve((_, reply) => reply.writeHead(404).end()))).toMatch(/answers, but not as/);
    expect(await problemAt(await serve((_, reply) => reply.writeHead(500).end('{"message": "broken"}')))).toBe(
      'The gateway gateway.example answers with status 500: broken',
    );
    expect(await problemAt(await serve((_, reply) => reply.socket?.destroy() as never))).toMatch(
      /it closed the connection/,
    );
  });

  it('is refused when its certificate is not trusted', async () => {
    makeCertificate(root, 'localhost');
    const seen: unknown[] = [];
    const files = { key: readFileSync(join(root, 'key')), cert: readFileSync(join(root, 'crt')) };
    const server = createHttpsServer(files, (request, reply) => {
      seen.push(request.headers.authorization);
      reply.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    expect(await problemAt(`https://127.0.0.1:${(server.address() as AddressInfo).port}`)).toMatch(
      /^The certificate of the gateway gateway\.example is not trusted \(\w+\)\. .*NODE_EXTRA_CA_CERTS\.$/,
    );
    expect(seen).toEqual([]);
  });

  it('never gets the token by a redirect', async () => {
    const seen: unknown[] = [];
    const elsewhere = await serve((request, reply) => {
      seen.push(request.headers.authorization);
      reply.end('{}');
    });
    const redirecting = await serve((_, reply) => reply.writeHead(302, { location: `${elsewhere}/api` }).end());
    expect(await problemAt(redirecting)).toBe(
      `gateway.example redirects to ${elsewhere}. Set gateway to the address of the Jupyter server itself: the token is not sent elsewhere.`,
    );
    expect(seen).toEqual([]);
  });
});
