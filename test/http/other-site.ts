/** A page of another site: on a port of its own, with the body that a test gives it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OtherSite {
  /** Without a slash at its end. */
  readonly origin: string;
  /** The page from now on. */
  show(body: string): void;
  close(): Promise<void>;
}

export async function openOtherSite(): Promise<OtherSite> {
  let body = '';
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>Intranet</title><h1>Intranet</h1>${body}<p>Below</p>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${String(port)}`,
    show(text) {
      body = text;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
