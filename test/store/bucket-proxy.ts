/** Stands between a client and an S3 server, and does to requests what networks and servers do. */
import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** `cut`: the answer ends in its middle. `damage`: one of its bytes is another. `silent`: there is none. */
export type Fault =
  | { readonly delayMs: number }
  | { readonly status: number; readonly code?: string; readonly body?: string }
  | 'silent'
  | 'cut'
  | 'damage';

export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
}

export interface BucketProxy {
  readonly endpoint: string;
  /** What has arrived since the last call. */
  take(): readonly Seen[];
  /** What happens to requests from now on; undefined: they pass. */
  fail(fault: (request: Seen) => Fault | undefined): void;
  /** Refuses connections and ends those that there are; false: accepts them again. */
  refuse(isRefusing: boolean): Promise<void>;
  close(): Promise<void>;
}

export async function startProxy(target: string): Promise<BucketProxy> {
  let faultOf: (request: Seen) => Fault | undefined = () => undefined;
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, reply) => {
    const one = { method: request.method ?? '', url: request.url ?? '' };
    seen.push(one);
    void answer(target, faultOf(one), request, reply).catch(() => request.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const end = async () => {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  };
  return {
    endpoint: `http://127.0.0.1:${port}`,
    take: () => seen.splice(0),
    fail: (fault) => {
      faultOf = fault;
    },
    async refuse(isRefusing) {
      if (isRefusing) await end();
      else await once(server.listen(port, '127.0.0.1'), 'listening');
    },
    close: end,
  };
}

async function answer(
  target: string,
  fault: Fault | undefined,
  request: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  if (typeof fault === 'object' && 'status' in fault) {
    request.resume();
    await once(request, 'end');
    const { status, code = 'InternalError', body } = fault;
    reply.writeHead(status, { 'content-type': 'application/xml' });
    reply.end(body ?? `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
    return;
  }
  if (fault === 'silent') return;
  if (typeof fault === 'object') await wait(fault.delayMs);
  // the host is signed
  const sent = send(target, { method: request.method, path: request.url, headers: request.headers });
  sent.on('error', () => reply.destroy());
  reply.on('close', () => sent.destroy());
  request.pipe(sent);
  const [answered] = (await once(sent, 'response')) as [IncomingMessage];
  reply.writeHead(answered.statusCode ?? 500, answered.headers);
  for await (const piece of answered) {
    const bytes = Buffer.from(piece as Uint8Array);
    if (fault === 'cut') {
      reply.write(bytes.subarray(0, bytes.byteLength >> 1), () => reply.destroy());
      return;
    }
    if (fault === 'damage') bytes[0]! ^= 1;
    if (!reply.write(bytes)) await once(reply, 'drain');
  }
  reply.end();
}
